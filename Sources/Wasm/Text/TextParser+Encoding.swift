// The annotation by which a body keeps an encoding that is not the shortest.
//
// It only chooses among encodings of the same instructions: what of it does not fit, as
// when a function was edited, changes nothing. See `BodyEncoding`.

extension TextParser {
  /// `(groups N*)? (padded ENTRY*)? )`.
  mutating func parseEncoding() throws(WasmError) -> BodyEncoding {
    var encoding = BodyEncoding()
    var token = try lexer.next()
    if let clause = try parseClause(token, "groups") {
      encoding.groups = clause.map { UInt32(clamping: $0.offset) }
      token = try lexer.next()
    }
    if let clause = try parseClause(token, "padded") {
      encoding.padded = clause
      token = try lexer.next()
    }
    guard token.kind == .rightParen else { throw unexpectedInEncoding(token) }
    return encoding
  }

  /// Numbers behind `keyword`, or pairs of numbers; `nil` if another clause begins.
  private mutating func parseClause(
    _ token: Token, _ keyword: StaticString
  ) throws(WasmError) -> [BodyEncoding.PaddedInteger]? {
    guard token.kind == .leftParen else { return nil }
    let before = lexer
    let name = try lexer.next()
    guard lexer.spells(name, keyword) else {
      lexer = before
      return nil
    }
    var entries: [BodyEncoding.PaddedInteger] = []
    while true {
      let token = try lexer.next()
      switch token.kind {
      case .number:
        let offset = try encodingNumber(token)
        entries.append(.init(offset: offset, width: BodyEncoding.usualWidth))
      case .leftParen:
        let offset = try encodingNumber(try lexer.next())
        let width = try encodingNumber(try lexer.next())
        let end = try lexer.next()
        guard end.kind == .rightParen else { throw unexpectedInEncoding(end) }
        entries.append(.init(offset: offset, width: width))
      case .rightParen: return entries
      case .keyword, .identifier, .quotedIdentifier, .string, .annotationStart,
        .quotedAnnotationStart, .reserved, .end:
        throw unexpectedInEncoding(token)
      }
    }
  }

  private func encodingNumber(_ token: Token) throws(WasmError) -> Int {
    guard token.kind == .number, let number = NumberLiteral(spelling(token)),
      number.form == .integer, !number.hasSign, let value = number.natural(bits: 32)
    else { throw unexpectedInEncoding(token) }
    return Int(value)
  }

  private func unexpectedInEncoding(_ token: Token) -> WasmError {
    .annotation(.encoding, "unexpected token", token.start)
  }

  // MARK: Taking

  /// Takes the encoding before the current token, that of the body that begins there.
  mutating func takeBodyEncoding() -> BodyEncoding? {
    guard let first = annotations.first, first.start < current.start,
      case .encoding(let encoding) = first.content
    else { return nil }
    annotations.removeFirst()
    return encoding
  }
}

extension BodyEncoding {
  /// Locals in these groups, where they are the locals of `merged`; else `merged`.
  func divide(_ merged: [LocalGroup]) -> [LocalGroup] {
    var divided: [LocalGroup] = []
    var rest = merged[...]
    for size in groups {
      guard size > 0, let group = rest.first, size <= group.count else { return merged }
      divided.append(LocalGroup(count: size, type: group.type))
      rest[rest.startIndex].count -= size
      if size == group.count { rest.removeFirst() }
    }
    return rest.isEmpty ? divided : merged
  }
}
