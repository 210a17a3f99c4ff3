// One form of a script: the command it is.
//
// Knows the commands and not what they are for. Values and patterns are read by
// WastFormParser+Values. The grammar is that of the reference interpreter ("Scripts").

/// Reads one form.
struct WastFormParser {
  let text: ModuleBytes
  var lexer: Lexer
  /// The token to be read next.
  var token: Token
  private var lines: LineCounter

  init(_ text: ModuleBytes, range: Range<Int>, lines: LineCounter) {
    self.text = text
    self.lines = lines
    lexer = Lexer(text, range: range)
    token = Token(.end, range.lowerBound, range.lowerBound)
  }

  /// The command; `nil` for a form that is a field of a module.
  mutating func command() throws(WasmError) -> WastCommand? {
    try advance()
    let command = try parenthesized { (parser) throws(WasmError) in try parser.commandBody() }
    if command != nil, token.kind != .end { throw unexpected() }
    return command
  }

  private mutating func commandBody() throws(WasmError) -> WastCommand? {
    let word = token.kind == .keyword ? lexer.spelling(token) : ""
    guard let kind = CommandWord(rawValue: word) else {
      // The rest is read with the module.
      try skipToEnd()
      return nil
    }
    let start = formStart
    try advance()
    switch kind {
    case .module: return try moduleCommand(from: start)
    case .register:
      return .register(name: try name(), instance: try optionalIdentifier())
    case .invoke: return .action(try invocation())
    case .get: return .action(try access())
    case .assertReturn:
      let action = try action()
      return .assertReturn(action, try patterns())
    case .assertTrap:
      if try startsModule() {
        let module = try module()
        return .assertModuleTrap(module, message: try name())
      }
      let action = try action()
      return .assertTrap(action, message: try name())
    case .assertExhaustion:
      let action = try action()
      return .assertExhaustion(action, message: try name())
    case .assertException: return .assertException(try action())
    case .assertMalformed: return try rejection(.malformed)
    case .assertInvalid: return try rejection(.invalid)
    case .assertMalformedCustom: return try rejection(.malformedCustom)
    case .assertInvalidCustom: return try rejection(.invalidCustom)
    case .assertUnlinkable:
      let module = try module()
      return .assertUnlinkable(module, message: try name())
    case .thread: return try thread()
    case .wait: return .wait(thread: try identifier())
    }
  }

  private mutating func rejection(_ rejection: WastRejection) throws(WasmError) -> WastCommand {
    let module = try module()
    return .assertRejected(module, rejection, message: try name())
  }

  // MARK: Modules

  /// Where the form begins whose keyword is the next token.
  private var formStart: Int { openings.last ?? token.start }
  /// Where the parentheses stand that are open.
  private var openings: [Int] = []

  /// What follows `(module`, which stands at `start`.
  private mutating func moduleCommand(from start: Int) throws(WasmError) -> WastCommand {
    if isKeyword("instance") {
      try advance()
      let name = try optionalIdentifier()
      return .instance(name: name, definition: try optionalIdentifier())
    }
    if isKeyword("definition") {
      try advance()
      return .definition(try moduleBody(from: nil))
    }
    return .module(try moduleBody(from: start))
  }

  private mutating func startsModule() throws(WasmError) -> Bool {
    guard token.kind == .leftParen else { return false }
    var ahead = lexer
    let next = try ahead.next()
    return next.kind == .keyword && ahead.spells(next, "module")
  }

  /// `(module …)`.
  private mutating func module() throws(WasmError) -> WastModule {
    try parenthesized { (parser) throws(WasmError) in
      let start = parser.formStart
      try parser.expect("module")
      return try parser.moduleBody(from: start)
    }
  }

  /// What follows `(module`; the text of one in text form begins at `start`, or else
  /// with its fields.
  private mutating func moduleBody(from start: Int?) throws(WasmError) -> WastModule {
    let name = try optionalIdentifier()
    if isKeyword("binary") {
      try advance()
      return WastModule(name: name, source: .binary(try strings(separator: [])))
    }
    if isKeyword("quote") {
      try advance()
      return WastModule(name: name, source: .quote(try strings(separator: [0x20])))
    }
    let fields = token.start
    let end = try skipToEnd()
    return WastModule(
      name: name, source: .text(start.map { $0..<end + 1 } ?? min(fields, end)..<end))
  }

  /// Strings, one behind the other.
  private mutating func strings(separator: [UInt8]) throws(WasmError) -> [UInt8] {
    var bytes: [UInt8] = []
    while token.kind == .string {
      if !bytes.isEmpty { bytes += separator }
      try lexer.appendString(token, to: &bytes)
      try advance()
    }
    return bytes
  }

  // MARK: Actions

  private mutating func action() throws(WasmError) -> WastAction {
    try parenthesized { (parser) throws(WasmError) in
      if parser.isKeyword("get") {
        try parser.advance()
        return try parser.access()
      }
      try parser.expect("invoke")
      return try parser.invocation()
    }
  }

  private mutating func invocation() throws(WasmError) -> WastAction {
    let instance = try optionalIdentifier()
    let name = try name()
    var arguments: [WastValue] = []
    while token.kind == .leftParen { arguments.append(try value()) }
    return .invoke(instance: instance, name: name, arguments: arguments)
  }

  private mutating func access() throws(WasmError) -> WastAction {
    let instance = try optionalIdentifier()
    return .get(instance: instance, name: try name())
  }

  // MARK: Threads

  /// What follows `(thread`.
  private mutating func thread() throws(WasmError) -> WastCommand {
    let name = try identifier()
    var shared: [String] = []
    var forms: [WastForm] = []
    while token.kind == .leftParen {
      let line = lines.line(of: token.start)
      var ahead = lexer
      if ahead.spells(try ahead.next(), "shared") {
        shared += try parenthesized { (parser) throws(WasmError) in try parser.sharedModules() }
        continue
      }
      let command = try parenthesized { (parser) throws(WasmError) in try parser.commandBody() }
      guard let command else { throw unexpected() }
      forms.append(WastForm(line: line, command: command))
    }
    return .thread(name: name, shared: shared, forms: forms)
  }

  /// `shared (module $x)*`.
  private mutating func sharedModules() throws(WasmError) -> [String] {
    try expect("shared")
    var names: [String] = []
    while token.kind == .leftParen {
      names.append(
        try parenthesized { (parser) throws(WasmError) in
          try parser.expect("module")
          return try parser.identifier()
        })
    }
    return names
  }

  // MARK: Tokens

  mutating func advance() throws(WasmError) { token = try lexer.next() }

  func unexpected() -> WasmError {
    .unexpectedToken(token.kind == .end ? nil : lexer.spelling(token), at: token.start)
  }

  func isKeyword(_ word: StaticString) -> Bool {
    token.kind == .keyword && lexer.spells(token, word)
  }

  mutating func expect(_ word: StaticString) throws(WasmError) {
    guard isKeyword(word) else { throw unexpected() }
    try advance()
  }

  /// Reads `(`, what `body` does, and `)`.
  mutating func parenthesized<Result>(
    _ body: (inout WastFormParser) throws(WasmError) -> Result
  ) throws(WasmError) -> Result {
    guard token.kind == .leftParen else { throw unexpected() }
    openings.append(token.start)
    try advance()
    let result = try body(&self)
    guard token.kind == .rightParen else { throw unexpected() }
    openings.removeLast()
    try advance()
    return result
  }

  /// Passes over what is left of a form; returns where its `)` stands, the next token.
  @discardableResult
  private mutating func skipToEnd() throws(WasmError) -> Int {
    var scanner = FormScanner(bytes: text.buffer, position: token.start, end: lexer.end)
    let end = scanner.closing()
    withExtendedLifetime(text) {}
    lexer = Lexer(text, range: end..<lexer.end)
    try advance()
    return end
  }

  mutating func optionalIdentifier() throws(WasmError) -> String? {
    token.isIdentifier ? try identifier() : nil
  }

  private mutating func identifier() throws(WasmError) -> String {
    guard token.isIdentifier else { throw unexpected() }
    let name = try lexer.identifier(token)
    try advance()
    return name
  }

  private mutating func name() throws(WasmError) -> String {
    guard token.kind == .string else { throw unexpected() }
    let name = try lexer.name(token)
    try advance()
    return name
  }
}

/// The keywords that commands begin with.
private enum CommandWord: String {
  case module, register, invoke, get, thread, wait
  case assertReturn = "assert_return"
  case assertTrap = "assert_trap"
  case assertExhaustion = "assert_exhaustion"
  case assertException = "assert_exception"
  case assertMalformed = "assert_malformed"
  case assertInvalid = "assert_invalid"
  case assertMalformedCustom = "assert_malformed_custom"
  case assertInvalidCustom = "assert_invalid_custom"
  case assertUnlinkable = "assert_unlinkable"
}
