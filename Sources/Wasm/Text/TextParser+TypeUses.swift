// Uses of function types: by index, inline, or both.
//
// Specification: 6.6.2 "Type Uses", 6.5.2 "Labels" for blocks.

/// A parameter or local with an identifier, a name, or both.
struct NamedLocal {
  var index: LocalIndex
  var token: Token?
  /// What an annotation says.
  var name: String?
}

/// A use of a function type, as it is written.
struct TypeUse {
  var start: Int
  /// `(type x)`.
  var index: TypeIndex?
  /// What is written inline.
  var inline = FuncType(parameters: [], results: [])
  /// The parameters that have names.
  var names: [NamedLocal] = []

  init(start: Int) { self.start = start }

  /// Whether parameters or results are written.
  var isInline: Bool { !inline.parameters.isEmpty || !inline.results.isEmpty }
}

extension TextParser {
  /// `(type x)? (param …)* (result …)*`.
  mutating func parseTypeUse(namesParameters: Bool) throws(WasmError) -> TypeUse {
    var use = TypeUse(start: current.start)
    guard current.kind == .leftParen else { return use }
    if try takeOpening(.type) {
      use.index = try takeIndex(in: .type)
      try expectClosing()
    }
    try parseSignature(into: &use, namesParameters: namesParameters)
    return use
  }

  /// `(param …)* (result …)*`.
  mutating func parseSignature(into use: inout TypeUse, namesParameters: Bool) throws(WasmError) {
    while try takeOpening(.param) {
      if current.token.isIdentifier, !namesParameters { throw unexpected(current) }
      if let name = try takeLocalName(LocalIndex(use.inline.parameters.count)) {
        use.names.append(name)
        use.inline.parameters.append(try parseValueType())
      } else {
        while current.kind != .rightParen { use.inline.parameters.append(try parseValueType()) }
      }
      try expectClosing()
    }
    while try takeOpening(.result) {
      while current.kind != .rightParen { use.inline.results.append(try parseValueType()) }
      try expectClosing()
    }
    if opens(.param) { throw unexpected(ahead) }
    if use.inline.results.count > 1 {
      try require(.multiValue, for: "several results", at: use.start)
    }
    try check(
      use.inline.parameters.count, "parameters", ImplementationLimits.parameters, at: use.start)
    try check(use.inline.results.count, "results", ImplementationLimits.results, at: use.start)
  }

  /// The name of a parameter or local, if it has one.
  mutating func takeLocalName(_ index: LocalIndex) throws(WasmError) -> NamedLocal? {
    let token = try takeIdentifier()
    let name = try takeNameAnnotation()
    return token == nil && name == nil ? nil : NamedLocal(index: index, token: token, name: name)
  }

  /// The index of the type that is meant.
  mutating func resolve(_ use: TypeUse) throws(WasmError) -> TypeIndex {
    guard let index = use.index else { return try typeIndex(of: use.inline, at: use.start) }
    guard use.isInline else { return index }
    guard index < module.types.count else { throw .unknownType(index, at: use.start) }
    guard module.functionType(at: index) == use.inline else {
      throw .inlineFunctionType(at: use.start)
    }
    return index
  }

  /// The type of a block.
  mutating func parseBlockType() throws(WasmError) -> BlockType {
    let use = try parseTypeUse(namesParameters: false)
    if use.index == nil, use.inline.parameters.isEmpty, use.inline.results.count < 2 {
      return use.inline.results.first.map { .value($0) } ?? .empty
    }
    try require(.multiValue, for: "a block with a type index", at: use.start)
    return .type(try resolve(use))
  }
}
