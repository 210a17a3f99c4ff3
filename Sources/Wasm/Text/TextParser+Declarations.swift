// The first pass: which indices and names the fields take, and whether imports come first.
//
// Looks at no more of a field than that needs. Specification: 6.6.13 "Modules".

extension Space {
  /// The space that a field of this keyword takes an index of, if it may be imported.
  init?(importable keyword: Keyword?) {
    switch keyword {
    case .func: self = .function
    case .table: self = .table
    case .memory: self = .memory
    case .global: self = .global
    case .tag: self = .tag
    default: return nil
    }
  }
}

extension TextParser {
  /// Collects the names of all fields.
  mutating func collectNames() throws(WasmError) {
    try restart(at: range.lowerBound, showsAnnotations: false)
    let hasParentheses = try takeOpening(.module)
    if hasParentheses { _ = try takeIdentifier() }
    var definition: Space?
    while current.kind == .leftParen {
      let start = current.start
      try advance()
      let field = current
      try advance()
      switch field.keyword {
      case .type:
        typeDefinitions.append(start)
        try declare(.type)
      case .rec:
        typeDefinitions.append(start)
        while try takeOpening(.type) {
          try declare(.type)
          try skipToClosing()
          try expectClosing()
        }
      case .import:
        try checkImport(after: definition, at: start)
        _ = try takeString()
        _ = try takeString()
        guard current.kind == .leftParen, let kind = Space(importable: ahead.keyword) else {
          throw unexpected(current.kind == .leftParen ? ahead : current)
        }
        try advance()
        try advance()
        try declare(kind)
        try skipToClosing()
        try expectClosing()
      case .elem: try declare(.element)
      case .data: try declare(.data)
      case .export, .start: break
      default:
        guard let kind = Space(importable: field.keyword) else { throw unexpected(field) }
        let isImport = try collectDeclaration(kind)
        if isImport {
          try checkImport(after: definition, at: start)
        } else {
          definition = definition ?? kind
        }
      }
      try skipToClosing()
      try expectClosing()
    }
    if hasParentheses { try expectClosing() }
    guard current.kind == .end else { throw unexpected(current) }
  }

  /// Takes the next index of a space, and names it if an identifier comes next.
  private mutating func declare(
    _ space: Space
  ) throws(WasmError) {
    let index = spaces[space.rawValue].add()
    guard let token = try takeIdentifier() else { return }
    guard spaces[space.rawValue].bind(try symbol(token), to: index) else {
      throw .duplicate(space.name, lexer.spelling(token), at: token.start)
    }
  }

  private func checkImport(after definition: Space?, at offset: Int) throws(WasmError) {
    guard let definition else { return }
    throw .importAfter(definition == .function ? "function" : definition.name, at: offset)
  }

  /// Takes the indices of a field: its own, and that of a segment written inline. Returns
  /// whether it is an import.
  private mutating func collectDeclaration(_ kind: Space) throws(WasmError) -> Bool {
    try declare(kind)
    while try takeOpening(.export) {
      try skipToClosing()
      try expectClosing()
    }
    if opens(.import) { return true }
    guard kind == .table || kind == .memory else { return false }
    while current.kind != .rightParen, current.kind != .end {
      if opens(.elem), kind == .table { _ = spaces[Space.element.rawValue].add() }
      if opens(.data), kind == .memory { _ = spaces[Space.data.rawValue].add() }
      let isList = current.kind == .leftParen
      try advance()
      if isList {
        try skipToClosing()
        try expectClosing()
      }
    }
    return false
  }
}
