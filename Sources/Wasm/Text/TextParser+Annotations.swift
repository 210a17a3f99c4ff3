// The annotations that mean something: custom sections, names, branch hints.
//
// They are read as soon as they are seen, which is before it is known whether they may
// stand there. Specification: appendix "Custom Sections"; proposal "branch hinting".

/// An annotation that waits for its place.
struct PlacedAnnotation {
  enum Content {
    case custom(CustomSection)
    case name(String)
    case branchHint(Bool)
    case encoding(BodyEncoding)

    var kind: Annotation {
      switch self {
      case .custom: .custom
      case .name: .name
      case .branchHint: .branchHint
      case .encoding: .encoding
      }
    }
  }

  var content: Content
  var start: Int
}

/// A custom section that a text holds.
struct CustomSection {
  /// Its name and contents, encoded.
  var bytes: [UInt8]
  var name: String
  /// Twice the order of the section it stands at, less or more by one.
  var place: Int
}

extension TextParser {
  /// Reads the annotation that begins with `token`.
  mutating func parseAnnotation(_ token: Token) throws(WasmError) {
    guard let kind = Annotation(try lexer.annotationName(token)) else { return }
    let content: PlacedAnnotation.Content
    switch kind {
    case .custom: content = .custom(try parseCustom(at: token.start))
    case .name:
      let string = try lexer.next()
      guard string.kind == .string else {
        throw .annotation(kind, "unexpected token", string.start)
      }
      content = .name(try annotationString(kind, string))
      try closeAnnotation(kind, try lexer.next())
    case .branchHint:
      let string = try lexer.next()
      guard string.kind == .string else {
        throw .annotation(kind, "unexpected token", string.start)
      }
      let bytes = try lexer.string(string)
      guard bytes == [0] || bytes == [1] else {
        throw .annotation(kind, "malformed hint", string.start)
      }
      content = .branchHint(bytes == [1])
      try closeAnnotation(kind, try lexer.next())
    case .encoding: content = .encoding(try parseEncoding(at: token.start))
    }
    annotations.append(PlacedAnnotation(content: content, start: token.start))
  }

  private func closeAnnotation(_ kind: Annotation, _ token: Token) throws(WasmError) {
    guard token.kind == .rightParen else {
      throw .annotation(kind, "unexpected token", token.start)
    }
  }

  private func annotationString(_ kind: Annotation, _ token: Token) throws(WasmError) -> String {
    guard let name = String(validating: try lexer.string(token), as: UTF8.self) else {
      throw .annotation(kind, "malformed UTF-8 encoding", token.start)
    }
    return name
  }

  // MARK: Custom sections

  /// `"name" place? "…"* )`.
  private mutating func parseCustom(at start: Int) throws(WasmError) -> CustomSection {
    var token = try lexer.next()
    guard token.kind == .string else {
      throw .annotation(.custom, "missing section name", token.start)
    }
    let name = try annotationString(.custom, token)
    var writer = ByteWriter()
    writer.writeName(name)
    token = try lexer.next()
    var place = Int.max
    if token.kind == .leftParen {
      place = try parsePlacement()
      token = try lexer.next()
    }
    while token.kind == .string {
      try writer.write(string: token, of: lexer)
      token = try lexer.next()
    }
    try closeAnnotation(.custom, token)
    return CustomSection(bytes: writer.bytes, name: name, place: place)
  }

  /// `before section)` or `after section)`.
  private mutating func parsePlacement() throws(WasmError) -> Int {
    let relation = try lexer.next()
    let isBefore = lexer.spells(relation, "before")
    guard isBefore || lexer.spells(relation, "after") else {
      throw .annotation(.custom, "malformed placement", relation.start)
    }
    let section = try lexer.next()
    let name = lexer.spelling(section)
    guard section.kind == .keyword, let order = Self.order(ofSection: name) else {
      throw .annotation(.custom, "malformed section kind", section.start)
    }
    try closeAnnotation(.custom, try lexer.next())
    return isBefore ? order * 2 - 1 : order * 2 + 1
  }

  private static func order(ofSection name: String) -> Int? {
    switch name {
    case "first": 0
    case "type": SectionID.type.order
    case "import": SectionID.import.order
    case "func": SectionID.function.order
    case "table": SectionID.table.order
    case "memory": SectionID.memory.order
    case "tag": SectionID.tag.order
    case "global": SectionID.global.order
    case "export": SectionID.export.order
    case "start": SectionID.start.order
    case "elem": SectionID.element.order
    case "datacount": SectionID.dataCount.order
    case "code": SectionID.code.order
    case "data": SectionID.data.order
    case "last": SectionID.data.order + 1
    default: nil
    }
  }

  // MARK: Encodings of bodies

  /// `(groups n*)? (padded (n | (n width))*)? )`. It changes no meaning, so what is not of
  /// this form is passed over.
  private mutating func parseEncoding(at start: Int) throws(WasmError) -> BodyEncoding {
    var encoding = BodyEncoding()
    var depth = 1
    var isPadding = false
    var pair: [Int] = []
    while depth > 0 {
      let token = try lexer.next()
      switch token.kind {
      case .leftParen:
        depth += 1
        pair.removeAll()
      case .rightParen:
        depth -= 1
        if isPadding, pair.count == 2 {
          encoding.padded.append(.init(offset: pair[0], width: pair[1]))
        }
        pair.removeAll()
      case .keyword: isPadding = lexer.spells(token, "padded")
      case .number:
        let number = Int(NumberLiteral(spelling(token))?.natural(bits: 31) ?? 0)
        if !isPadding {
          encoding.groups.append(UInt32(number))
        } else if depth > 2 {
          pair.append(number)
        } else {
          encoding.padded.append(.init(offset: number, width: BodyEncoding.usualWidth))
        }
      case .end: throw .unclosed("annotation", at: start)
      case .identifier, .quotedIdentifier, .string, .annotationStart, .quotedAnnotationStart,
        .reserved:
        break
      }
    }
    return encoding
  }

  // MARK: Taking

  /// Takes the custom sections before the current token.
  mutating func takeCustomSections() {
    guard !annotations.isEmpty else { return }
    var rest: [PlacedAnnotation] = []
    for annotation in annotations {
      if annotation.start < current.start, case .custom(let section) = annotation.content {
        customSections.append(section)
      } else {
        rest.append(annotation)
      }
    }
    annotations = rest
  }

  /// Takes the name before the current token; `what` is named.
  mutating func takeNameAnnotation(of what: String = "") throws(WasmError) -> String? {
    if annotations.isEmpty { return nil }
    var found: String?
    var rest: [PlacedAnnotation] = []
    for annotation in annotations {
      if annotation.start < current.start, case .name(let name) = annotation.content {
        guard found == nil else {
          throw .annotation(.name, "multiple \(what)names", annotation.start)
        }
        found = name
      } else {
        rest.append(annotation)
      }
    }
    annotations = rest
    return found
  }

  /// Takes the branch hint before the current token.
  mutating func takeBranchHint() -> Bool? {
    guard body.isFunction, let first = annotations.first, first.start < current.start,
      case .branchHint(let isLikely) = first.content
    else { return nil }
    annotations.removeFirst()
    return isLikely
  }

  /// Takes what is said of the encoding of a body before the current token.
  mutating func takeEncoding() -> BodyEncoding? {
    guard let first = annotations.first, first.start < current.start,
      case .encoding(let encoding) = first.content
    else { return nil }
    annotations.removeFirst()
    return encoding
  }

  /// Throws if an annotation before the current token was not taken.
  mutating func checkAnnotationsTaken() throws(WasmError) {
    while takeEncoding() != nil {}
    guard let first = annotations.first, first.start < current.start else { return }
    switch first.content.kind {
    case .custom, .name: throw .misplacedAnnotation(first.content.kind, at: first.start)
    case .branchHint where !body.isFunction:
      throw .annotation(.branchHint, "not in a function", first.start)
    case .branchHint, .encoding:
      throw .annotation(.branchHint, "duplicate annotation", first.start)
    }
  }
}
