// The parser's state, and how it goes from token to token.
//
// Two tokens are in view: the current one and the one ahead. Annotations are no tokens;
// those before the current token wait until someone takes them, and passing over a token
// that has some left is an error. Specification: 6 "Text Format".

/// Parses one module.
struct TextParser {
  /// A token, and what it means if it is a keyword.
  struct Word {
    var token: Token
    var entry: UnsafePointer<KeywordEntry>?

    var kind: Token.Kind { token.kind }
    var start: Int { token.start }
    var keyword: Keyword? { entry?.pointee.word }
  }

  let text: ModuleBytes
  let range: Range<Int>
  let features: FeatureSet
  let keywords = KeywordTable.shared

  var lexer: Lexer
  var current: Word
  var ahead: Word
  /// The annotations before `current` and `ahead` that were not taken yet.
  var annotations: [PlacedAnnotation] = []

  /// All identifiers of the text.
  var symbols = ByteStringTable()
  /// The index spaces of the module, in the order of `Space`.
  var spaces = Space.allCases.map { _ in IndexSpace() }
  var locals = LocalNames()
  var labels = LocalNames()
  /// The names of the symbols that are labels.
  var labelNames: [Int: String] = [:]
  /// The fields of structures by type and symbol.
  var fieldNames: [TypeIndex: [Int: UInt32]] = [:]
  /// Where the type definitions stand.
  var typeDefinitions: [Int] = []
  /// The first index of each type that an inline type may mean.
  var functionTypes: [FuncType: TypeIndex] = [:]

  /// The module, its bytes left out.
  var module: Module
  /// The module's bytes.
  var arena = ByteWriter()
  var sourceMap: SourceMap
  /// The folded instructions that wait for their operands.
  var pending = ByteWriter()
  var frames: [Frame] = []
  var body = BodyState()
  /// Whether an instruction named a data segment.
  var needsDataCount = false
  /// The first field that belongs to each section, by the section's id.
  var sectionStarts: [Int?] = Array(repeating: nil, count: 14)
  var customSections: [CustomSection] = []
  /// Whether the module's name was given by an annotation.
  var hasNameAnnotation = false

  init(_ text: ModuleBytes, range: Range<Int>?, features: FeatureSet) {
    self.text = text
    self.range = range ?? 0..<text.buffer.count
    self.features = features
    lexer = Lexer(text, range: range)
    current = Word(token: Token(.end, self.range.upperBound, self.range.upperBound))
    ahead = current
    module = Module(bytes: ModuleBytes(copying: []))
    module.featuresEnabled = features
    sourceMap = SourceMap(text: text, start: self.range.lowerBound)
  }

  // MARK: Tokens

  /// Goes to the token at `offset`.
  mutating func restart(at offset: Int, showsAnnotations: Bool) throws(WasmError) {
    lexer = Lexer(text, range: offset..<range.upperBound, showsAnnotations: showsAnnotations)
    annotations.removeAll()
    ahead = try lex()
    current = ahead
    ahead = try lex()
  }

  /// Passes over the current token.
  @inline(__always)
  mutating func advance() throws(WasmError) {
    if !annotations.isEmpty { try checkAnnotationsTaken() }
    current = ahead
    ahead = try lex()
  }

  @inline(__always)
  private mutating func lex() throws(WasmError) -> Word {
    while true {
      let token = try lexer.next()
      switch token.kind {
      case .keyword: return Word(token: token, entry: keywords.entry(spelling(token)))
      case .annotationStart, .quotedAnnotationStart: try parseAnnotation(token)
      case .leftParen, .rightParen, .identifier, .quotedIdentifier, .string, .number, .reserved,
        .end:
        return Word(token: token)
      }
    }
  }

  @inline(__always)
  func spelling(_ token: Token) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: lexer.bytes + token.start, count: token.end - token.start)
  }

  /// Whether `(` and then `keyword` come next.
  @inline(__always)
  func opens(_ keyword: Keyword) -> Bool {
    current.kind == .leftParen && ahead.keyword == keyword
  }

  /// Passes over `(` and `keyword` if they come next.
  mutating func takeOpening(_ keyword: Keyword) throws(WasmError) -> Bool {
    guard opens(keyword) else { return false }
    try advance()
    try advance()
    return true
  }

  mutating func take(_ keyword: Keyword) throws(WasmError) -> Bool {
    guard current.keyword == keyword else { return false }
    try advance()
    return true
  }

  mutating func expectOpening(_ keyword: Keyword) throws(WasmError) {
    guard try takeOpening(keyword) else {
      throw unexpected(current.kind == .leftParen ? ahead : current)
    }
  }

  mutating func expectClosing() throws(WasmError) {
    guard current.kind == .rightParen else { throw unexpected(current) }
    try advance()
  }

  /// Passes over everything up to the parenthesis that closes what is open.
  ///
  /// - Parameters:
  ///   - dropsAnnotations: take the annotations for read.
  mutating func skipToClosing(dropsAnnotations: Bool = false) throws(WasmError) {
    var depth = 0
    while true {
      if dropsAnnotations { annotations.removeAll { $0.start < current.start } }
      switch current.kind {
      case .leftParen: depth += 1
      case .rightParen:
        if depth == 0 { return }
        depth -= 1
      case .end: throw unexpected(current)
      case .keyword, .identifier, .quotedIdentifier, .string, .number, .annotationStart,
        .quotedAnnotationStart, .reserved:
        break
      }
      try advance()
    }
  }

  /// The error of a token that cannot stand where it does.
  @inline(never)
  func unexpected(_ word: Word) -> WasmError {
    let token = word.token
    let text = lexer.spelling(Token(token.kind, token.start, min(token.end, token.start + 80)))
    switch token.kind {
    case .end: return .unexpectedToken(nil, at: token.start)
    case .reserved: return .unknownOperator(text, at: token.start)
    case .number where NumberLiteral(spelling(token)) == nil:
      return .unknownOperator(text, at: token.start)
    case .keyword where word.entry == nil && !isNumberLike(token):
      return .unknownOperator(text, at: token.start)
    case .leftParen, .rightParen, .keyword, .identifier, .quotedIdentifier, .string, .number,
      .annotationStart, .quotedAnnotationStart:
      return .unexpectedToken(text, at: token.start)
    }
  }

  /// Whether a keyword is a number, or an immediate that ends in one.
  private func isNumberLike(_ token: Token) -> Bool {
    if NumberLiteral(spelling(token)) != nil { return true }
    return ["offset=", "align="].contains { prefix in
      guard lexer.spelling(token).hasPrefix(prefix) else { return false }
      let rest = UnsafeBufferPointer(rebasing: spelling(token).dropFirst(prefix.utf8.count))
      return NumberLiteral(rest).map { $0.form == .integer && !$0.hasSign } ?? false
    }
  }

  // MARK: Strings and names

  mutating func takeString() throws(WasmError) -> Token {
    guard current.kind == .string else { throw unexpected(current) }
    let token = current.token
    try advance()
    return token
  }

  mutating func takeName() throws(WasmError) -> String { try lexer.name(takeString()) }

  /// The identifier that comes next, if one does.
  mutating func takeIdentifier() throws(WasmError) -> Token? {
    guard current.token.isIdentifier else { return nil }
    let token = current.token
    try advance()
    return token
  }

  /// The number of an identifier: the same for two that stand for the same name.
  @inline(__always)
  mutating func symbol(_ identifier: Token) throws(WasmError) -> Int {
    if identifier.kind == .identifier {
      let name = Token(.identifier, identifier.start + 1, identifier.end)
      return symbols.insert(spelling(name))
    }
    var bytes: [UInt8] = []
    try lexer.appendString(Token(.string, identifier.start + 1, identifier.end), to: &bytes)
    return bytes.withUnsafeBufferPointer { symbols.insert($0) }
  }

  // MARK: Indices (specification 6.6.1)

  /// A number of 32 bits without sign.
  mutating func takeU32() throws(WasmError) -> UInt32 {
    guard current.kind == .number, let number = NumberLiteral(spelling(current.token)),
      number.form == .integer, !number.hasSign
    else { throw unexpected(current) }
    guard let value = number.natural(bits: 32) else {
      throw .constantOutOfRange("i32 ", at: current.start)
    }
    try advance()
    return UInt32(truncatingIfNeeded: value)
  }

  var isAtIndex: Bool { current.kind == .number || current.token.isIdentifier }

  /// An index by number or by name.
  @inline(__always)
  mutating func takeIndex(in space: Space) throws(WasmError) -> UInt32 {
    guard current.token.isIdentifier else { return try takeU32() }
    let token = current.token
    guard let index = spaces[space.rawValue].find(try symbol(token)) else {
      throw unknown(space.name, token)
    }
    try advance()
    return index
  }

  @inline(never)
  func unknown(_ what: String, _ token: Token) -> WasmError {
    .unknownName(what, lexer.spelling(token), at: token.start)
  }

  // MARK: Features

  /// Throws where `feature` is not enabled, notes its use where it is.
  mutating func require(
    _ feature: Feature, for what: @autoclosure () -> String, at offset: Int
  ) throws(WasmError) {
    guard features.contains(feature) else {
      throw .inText(.featureNeeded(feature, by: what(), at: offset))
    }
    module.featuresUsed.formUnion(FeatureSet(feature))
  }

  /// The same for several features.
  mutating func require(
    _ needed: FeatureSet, for what: @autoclosure () -> String, at offset: Int
  ) throws(WasmError) {
    if let missing = needed.subtracting(features).features.first {
      throw .inText(.featureNeeded(missing, by: what(), at: offset))
    }
    module.featuresUsed.formUnion(needed)
  }

  /// Throws where there are more of something than implementations take.
  func check(
    _ count: Int, _ what: String, _ limit: Int, at offset: Int
  ) throws(WasmError) {
    guard count <= limit else { throw .inText(.limit(what, UInt64(count), limit, at: offset)) }
  }
}
