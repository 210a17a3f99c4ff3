// Cuts a text into tokens: by hand, over its bytes, without an allocation per token.
//
// Knows characters, white space, comments and annotations, no keyword. Specification:
// 6.2 "Lexical Format", appendix "Custom Annotations".

/// The tokens of a text, one after the other.
public struct Lexer {
  /// The text; its bytes stay alive with the lexer.
  public let text: ModuleBytes
  /// Offset of the first byte that is not part of a token yet.
  public private(set) var position: Int
  /// Offset past the last byte of the text, or of the part that is read.
  public let end: Int
  /// Whether annotations that mean something here are tokens. All others are skipped.
  public var showsAnnotations: Bool

  let bytes: UnsafePointer<UInt8>
  private let classes = CharacterClass.table

  /// Reads `range` of `text`, by default all of it.
  ///
  /// - Parameters:
  ///   - showsAnnotations: whether `(@custom`, `(@name` and the like are tokens.
  public init(_ text: ModuleBytes, range: Range<Int>? = nil, showsAnnotations: Bool = false) {
    let range = range ?? 0..<text.buffer.count
    // The one check that all unchecked reads below rely on.
    precondition(range.lowerBound >= 0 && range.upperBound <= text.buffer.count)
    self.text = text
    position = range.lowerBound
    end = range.upperBound
    self.showsAnnotations = showsAnnotations
    bytes =
      text.buffer.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
      ?? CharacterClass.table
  }

  /// The byte at `offset`; zero past the end, where zero is no character.
  @inline(__always)
  func byte(at offset: Int) -> UInt8 { offset < end ? bytes[offset] : 0 }

  @inline(__always)
  private func isClass(_ mask: UInt8, at offset: Int) -> Bool {
    offset < end && classes[Int(bytes[offset])] & mask != 0
  }

  /// The next token; `end` again and again at the end.
  public mutating func next() throws(WasmError) -> Token {
    while true {
      guard let start = try skipSpace() else { return Token(.end, end, end) }
      let first = bytes[start]
      switch first {
      case UInt8(ascii: "("):
        position = start + 1
        guard byte(at: position) == UInt8(ascii: "@") else {
          return Token(.leftParen, start, position)
        }
        if let token = try annotation(at: start) { return token }
      case UInt8(ascii: ")"):
        position = start + 1
        return Token(.rightParen, start, position)
      default:
        return try word(at: start, first)
      }
    }
  }

  // MARK: White space (specification 6.3.3)

  /// Passes over white space and comments; `nil` at the end.
  @inline(__always)
  private mutating func skipSpace() throws(WasmError) -> Int? {
    var offset = position
    while offset < end {
      let byte = bytes[offset]
      if classes[Int(byte)] & CharacterClass.space != 0 {
        offset += 1
      } else if byte == UInt8(ascii: ";"), self.byte(at: offset + 1) == byte {
        offset = try lineCommentEnd(from: offset)
      } else if byte == UInt8(ascii: "("), self.byte(at: offset + 1) == UInt8(ascii: ";") {
        offset = try blockCommentEnd(from: offset)
      } else {
        position = offset
        return offset
      }
    }
    position = end
    return nil
  }

  private func lineCommentEnd(from start: Int) throws(WasmError) -> Int {
    var offset = start
    while offset < end {
      let byte = bytes[offset]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { return offset }
      offset += byte < 0x80 ? 1 : try scalarLength(at: offset)
    }
    return offset
  }

  /// Comments nest; depth costs nothing but a counter.
  private func blockCommentEnd(from start: Int) throws(WasmError) -> Int {
    var offset = start
    var depth = 0
    while offset < end {
      switch bytes[offset] {
      case UInt8(ascii: "(") where byte(at: offset + 1) == UInt8(ascii: ";"):
        depth += 1
        offset += 2
      case UInt8(ascii: ";") where byte(at: offset + 1) == UInt8(ascii: ")"):
        depth -= 1
        offset += 2
        if depth == 0 { return offset }
      case 0x80...: offset += try scalarLength(at: offset)
      default: offset += 1
      }
    }
    throw .unclosed("comment", at: start)
  }

  // MARK: Words, identifiers, strings (specification 6.3.1, 6.3.4, 6.3.5)

  private mutating func word(at start: Int, _ first: UInt8) throws(WasmError) -> Token {
    var offset = start + 1
    var kind: Token.Kind
    switch first {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): kind = .keyword
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"):
      kind = .number
    case UInt8(ascii: "$"):
      kind = .identifier
      if byte(at: offset) == UInt8(ascii: "\"") {
        offset = try nameEnd(from: offset) { .emptyIdentifier(at: start) }
        kind = .quotedIdentifier
      } else if !isClass(CharacterClass.identifier, at: offset) {
        throw .emptyIdentifier(at: start)
      }
    case UInt8(ascii: "\""):
      kind = .string
      offset = try stringEnd(from: start)
    default:
      guard isClass(CharacterClass.identifier | CharacterClass.reserved, at: start) else {
        throw try illegalCharacter(at: start)
      }
      kind = .reserved
    }
    let wordStart = offset
    while isClass(CharacterClass.identifier, at: offset) { offset += 1 }
    // What is written without space between is one token, which nothing allows.
    if kind == .string || kind == .quotedIdentifier, offset > wordStart { kind = .reserved }
    if isClass(CharacterClass.reserved, at: offset) || byte(at: offset) == UInt8(ascii: "\"") {
      let end = try reservedEnd(from: offset)
      if end > offset { kind = .reserved }
      offset = end
    }
    position = offset
    return Token(kind, start, offset)
  }

  /// The end of a reserved token; a comment ends it as well.
  private func reservedEnd(from start: Int) throws(WasmError) -> Int {
    var offset = start
    while offset < end {
      if bytes[offset] == UInt8(ascii: "\"") {
        offset = try stringEnd(from: offset)
      } else if bytes[offset] == UInt8(ascii: ";"), byte(at: offset + 1) == UInt8(ascii: ";") {
        return offset
      } else if isClass(CharacterClass.identifier | CharacterClass.reserved, at: offset) {
        offset += 1
      } else {
        return offset
      }
    }
    return offset
  }

  /// The offset past the string that begins at `start`.
  func stringEnd(from start: Int) throws(WasmError) -> Int {
    var offset = start + 1
    while offset < end {
      let byte = bytes[offset]
      if classes[Int(byte)] & CharacterClass.plainInString != 0 {
        offset += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): return offset + 1
      case UInt8(ascii: "\\"): offset += try escape(at: offset).length
      case 0x80...: offset += try scalarLength(at: offset)
      case UInt8(ascii: "\n"), UInt8(ascii: "\r"): throw .unclosed("string", at: start)
      default: throw .illegalCharacter(byte, at: offset)
      }
    }
    throw .unclosed("string", at: start)
  }

  /// The end of a string that is a name: not empty, and UTF-8 once it is decoded.
  private func nameEnd(
    from start: Int, orThrow empty: () -> WasmError
  ) throws(WasmError) -> Int {
    var offset = start + 1
    while offset < end, bytes[offset] != UInt8(ascii: "\"") {
      // A control character is where the name would have had to end.
      if bytes[offset] < 0x20 { throw empty() }
      offset += bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
    }
    let end = try stringEnd(from: start)
    if end == start + 2 { throw empty() }
    _ = try name(Token(.string, start, end))
    return end
  }

  /// Length of the UTF-8 sequence at `offset`.
  func scalarLength(at offset: Int) throws(WasmError) -> Int {
    guard let length = UTF8Scalar.length(at: offset, end: end, in: bytes) else {
      throw .malformedUTF8(inTextAt: offset)
    }
    return length
  }

  private func illegalCharacter(at offset: Int) throws(WasmError) -> WasmError {
    if bytes[offset] >= 0x80 { _ = try scalarLength(at: offset) }
    return .illegalCharacter(bytes[offset], at: offset)
  }

  // MARK: Annotations (specification, appendix "Custom Annotations")

  /// The start of an annotation that is shown; `nil` behind one that was skipped.
  private mutating func annotation(at start: Int) throws(WasmError) -> Token? {
    var kind = Token.Kind.annotationStart
    var offset = start + 2
    if byte(at: offset) == UInt8(ascii: "\"") {
      kind = .quotedAnnotationStart
      offset = try nameEnd(from: offset) { .emptyAnnotation(at: start) }
    } else {
      while isClass(CharacterClass.identifier, at: offset) { offset += 1 }
      if offset == start + 2 { throw .emptyAnnotation(at: start) }
    }
    let token = Token(kind, start, offset)
    position = offset
    if showsAnnotations, Annotation(try annotationName(token)) != nil { return token }
    try skipAnnotation(from: start)
    return nil
  }

  /// Passes over the rest of an annotation: any tokens, as long as parentheses balance.
  private mutating func skipAnnotation(from start: Int) throws(WasmError) {
    var depth = 1
    while depth > 0 {
      guard let offset = try skipSpace() else { throw .unclosed("annotation", at: start) }
      switch bytes[offset] {
      case UInt8(ascii: "("):
        depth += 1
        position = offset + 1
      case UInt8(ascii: ")"):
        depth -= 1
        position = offset + 1
      default:
        let end = try reservedEnd(from: offset)
        guard end > offset else { throw try illegalCharacter(at: offset) }
        position = end
      }
    }
  }
}

/// The annotations that mean something here.
public enum Annotation: String, Sendable {
  case custom
  case name
  case branchHint = "metadata.code.branch_hint"
  /// What the printer says of bodies that are not encoded the shortest way.
  case encoding

  init?(_ name: String) { self.init(rawValue: name) }
}

/// UTF-8 (specification 6.3.2): the encoding of Unicode scalar values, no others.
enum UTF8Scalar {
  /// Length of the sequence at `offset`; `nil` if it is malformed.
  static func length(at offset: Int, end: Int, in bytes: UnsafePointer<UInt8>) -> Int? {
    let first = bytes[offset]
    let length: Int
    var range: ClosedRange<UInt8> = 0x80...0xbf
    switch first {
    case 0x00...0x7f: return 1
    case 0xc2...0xdf: length = 2
    case 0xe0: (length, range) = (3, 0xa0...0xbf)
    case 0xed: (length, range) = (3, 0x80...0x9f)
    case 0xe1...0xef: length = 3
    case 0xf0: (length, range) = (4, 0x90...0xbf)
    case 0xf4: (length, range) = (4, 0x80...0x8f)
    case 0xf1...0xf3: length = 4
    default: return nil
    }
    guard offset + length <= end, range.contains(bytes[offset + 1]) else { return nil }
    for next in offset + 2..<max(offset + length, offset + 2) {
      guard bytes[next] & 0xc0 == 0x80 else { return nil }
    }
    return length
  }
}
