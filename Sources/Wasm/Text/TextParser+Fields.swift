// The second pass: the fields of a module in the order they are written in.
//
// Specification: 6.6 "Modules".

extension TextParser {
  /// Reads all fields but the type definitions, which are known.
  mutating func parseFields() throws(WasmError) {
    try restart(at: range.lowerBound, showsAnnotations: true)
    let hasParentheses = try takeOpening(.module)
    if hasParentheses, let token = try takeIdentifier() {
      module.names.module = try lexer.identifier(token)
    }
    if let name = try takeNameAnnotation(of: "module ") { module.names.module = name }
    while true {
      takeCustomSections()
      guard current.kind == .leftParen else { break }
      try parseField()
    }
    if hasParentheses { try expectClosing() }
    guard current.kind == .end else { throw unexpected(current) }
    if !annotations.isEmpty { try checkAnnotationsTaken() }
  }

  private mutating func parseField() throws(WasmError) {
    let start = current.start
    try advance()
    let keyword = current.keyword
    try advance()
    switch keyword {
    case .type, .rec: try skipToClosing(dropsAnnotations: true)
    case .import: try parseImport(at: start)
    case .func: try parseFunction(at: start)
    case .table: try parseTable(at: start)
    case .memory: try parseMemory(at: start)
    case .global: try parseGlobal(at: start)
    case .tag: try parseTag(at: start)
    case .export: try parseExport(at: start)
    case .start: try parseStart(at: start)
    case .elem: try parseElementSegment(at: start)
    case .data: try parseDataSegment(at: start)
    default: throw unexpected(current)
    }
    try expectClosing()
  }

  /// Notes where the first field of a section stands.
  mutating func noteSection(_ id: SectionID, at start: Int) {
    let index = Int(id.rawValue)
    sectionStarts[index] = sectionStarts[index] ?? start
  }

  /// The name that a field gives to its index: by an annotation, or by its identifier.
  mutating func takeFieldName() throws(WasmError) -> String? {
    var name: String?
    if let token = try takeIdentifier() { name = try lexer.identifier(token) }
    return try takeNameAnnotation() ?? name
  }

  // MARK: Imports and exports (specification 6.6.4, 6.6.11)

  /// `(import "module" "name" (kind …))`.
  private mutating func parseImport(at start: Int) throws(WasmError) {
    let moduleName = try takeName()
    let name = try takeName()
    guard let kind = Space(importable: ahead.keyword) else { throw unexpected(ahead) }
    try advance()
    try advance()
    let fieldName = try takeFieldName()
    try addImport(moduleName, name, kind, named: fieldName, at: start)
    try expectClosing()
  }

  /// `(export "name")*` inside of a field.
  private mutating func parseInlineExports(_ index: ExternIndex) throws(WasmError) {
    while opens(.export) {
      let start = current.start
      _ = try takeOpening(.export)
      try addExport(try takeName(), index, at: start)
      try expectClosing()
    }
  }

  /// `(import "module" "name")` inside of a field, and the rest of the field.
  private mutating func parseInlineImport(
    _ kind: Space, named fieldName: String?, at start: Int
  ) throws(WasmError) -> Bool {
    guard try takeOpening(.import) else { return false }
    let moduleName = try takeName()
    let name = try takeName()
    try expectClosing()
    try addImport(moduleName, name, kind, named: fieldName, at: start)
    return true
  }

  /// Reads what is imported and adds it.
  private mutating func addImport(
    _ moduleName: String, _ name: String, _ kind: Space, named fieldName: String?, at start: Int
  ) throws(WasmError) {
    noteSection(.import, at: start)
    let type: ExternType
    switch kind {
    case .function:
      let index = try resolve(try parseTypeUse(namesParameters: true))
      setName(fieldName, \.functions, module.functions.count)
      module.functions.append(index)
      module.importedFunctionCount += 1
      type = .function(index)
    case .table:
      let table = try parseTableType()
      setName(fieldName, \.tables, module.tables.count)
      try addTable(Table(type: table), at: start)
      module.importedTableCount += 1
      type = .table(table)
    case .memory:
      let memory = try parseMemoryType()
      setName(fieldName, \.memories, module.memories.count)
      try addMemory(memory, at: start)
      module.importedMemoryCount += 1
      type = .memory(memory)
    case .global:
      let global = try parseGlobalType()
      if global.isMutable { try require(.mutableGlobal, for: "a mutable import", at: start) }
      setName(fieldName, \.globals, module.globals.count)
      module.globals.append(Global(type: global))
      module.importedGlobalCount += 1
      type = .global(global)
    case .tag:
      let index = try parseTagType(at: start)
      setName(fieldName, \.tags, module.tags.count)
      module.tags.append(index)
      module.importedTagCount += 1
      type = .tag(index)
    case .type, .element, .data: preconditionFailure("only definitions are imported")
    }
    try check(module.imports.count + 1, "imports", ImplementationLimits.imports, at: start)
    module.imports.append(
      Import(module: moduleName, name: name, type: type, offset: SourceMap.textBase + start))
  }

  /// Notes the name of what has index `index`.
  private mutating func setName(
    _ name: String?, _ names: WritableKeyPath<NameSection, [UInt32: String]>, _ index: Int
  ) {
    if let name { module.names[keyPath: names][UInt32(index)] = name }
  }

  /// `(export "name" (kind index))`.
  private mutating func parseExport(at start: Int) throws(WasmError) {
    let name = try takeName()
    guard current.kind == .leftParen, let kind = Space(importable: ahead.keyword) else {
      throw unexpected(current.kind == .leftParen ? ahead : current)
    }
    try advance()
    try advance()
    let index = try takeIndex(in: kind)
    let extern: ExternIndex
    switch kind {
    case .function: extern = .function(index)
    case .table: extern = .table(index)
    case .memory: extern = .memory(index)
    case .global: extern = .global(index)
    case .tag: extern = .tag(index)
    case .type, .element, .data: preconditionFailure("only definitions are exported")
    }
    try expectClosing()
    try addExport(name, extern, at: start)
  }

  private mutating func addExport(
    _ name: String, _ index: ExternIndex, at start: Int
  ) throws(WasmError) {
    noteSection(.export, at: start)
    try check(module.exports.count + 1, "exports", ImplementationLimits.exports, at: start)
    module.exports.append(
      Export(name: name, index: index, offset: SourceMap.textBase + start))
    if case .function(let function) = index, module.exportedFunctionNames[function] == nil {
      module.exportedFunctionNames[function] = name
    }
  }

  // MARK: Functions (specification 6.6.5)

  private mutating func parseFunction(at start: Int) throws(WasmError) {
    let index = FuncIndex(module.functions.count)
    let name = try takeFieldName()
    try parseInlineExports(.function(index))
    if try parseInlineImport(.function, named: name, at: start) { return }
    setName(name, \.functions, Int(index))
    noteSection(.function, at: start)
    noteSection(.code, at: start)
    try check(
      module.functions.count + 1, "functions", ImplementationLimits.functions, at: start)
    let use = try parseTypeUse(namesParameters: true)
    let type = try resolve(use)
    module.functions.append(type)

    locals.removeAll()
    labels.removeAll()
    body = BodyState(isFunction: true, start: arena.count)
    for parameter in use.names { try bindLocal(parameter, of: index) }
    let parameters = module.functionType(at: type)?.parameters.count ?? 0
    sourceMap.add(arena.count, start)
    let encoding = takeEncoding()
    arena.pad(encoding?.padded ?? [])
    try parseLocals(of: index, after: parameters, encoding?.groups ?? [])
    try parseExpression()
    arena.pad([])
    let range = body.start..<arena.count
    guard range.count <= ImplementationLimits.bodySize else {
      let limit = ImplementationLimits.bodySize
      throw .inText(.sizeLimit("function body", range.count, limit, at: start))
    }
    module.code.append(FunctionBody(range: range))
    if !body.labelNames.isEmpty { module.names.labels[index] = body.labelNames }
    if !body.hints.isEmpty { module.branchHints[index] = body.hints }
    body.isFunction = false
  }

  private mutating func bindLocal(
    _ local: NamedLocal, of function: FuncIndex
  ) throws(WasmError) {
    var name = local.name
    if let token = local.token {
      let symbol = try symbol(token)
      guard locals[symbol] == nil else {
        throw .duplicate("local", lexer.spelling(token), at: token.start)
      }
      locals[symbol] = local.index
      if name == nil { name = try lexer.identifier(token) }
    }
    module.names.locals[function, default: [:]][local.index] = name
  }

  /// `(local …)*`, encoded as runs of one type.
  private mutating func parseLocals(
    of function: FuncIndex, after parameters: Int, _ sizes: [UInt32]
  ) throws(WasmError) {
    var groups: [LocalGroup] = []
    var count = parameters
    while opens(.local) {
      let start = current.start
      _ = try takeOpening(.local)
      if let local = try takeLocalName(LocalIndex(count)) {
        try bindLocal(local, of: function)
        add(try parseValueType(), to: &groups)
        count += 1
      } else {
        while current.kind != .rightParen {
          add(try parseValueType(), to: &groups)
          count += 1
        }
      }
      try check(count, "locals", ImplementationLimits.locals, at: start)
      try expectClosing()
    }
    if !sizes.isEmpty { groups = divide(groups, into: sizes) ?? groups }
    arena.writeCount(groups.count)
    for group in groups {
      arena.writeU32(group.count)
      arena.write(group.type)
    }
  }

  /// The same locals in groups of other sizes, if there are such groups.
  private func divide(_ groups: [LocalGroup], into sizes: [UInt32]) -> [LocalGroup]? {
    var rest = groups[...]
    var result: [LocalGroup] = []
    for size in sizes {
      guard let group = rest.first ?? result.last, size == 0 || size <= rest.first?.count ?? 0
      else { return nil }
      result.append(LocalGroup(count: size, type: group.type))
      if size == 0 { continue }
      rest[rest.startIndex].count -= size
      if rest[rest.startIndex].count == 0 { rest.removeFirst() }
    }
    return rest.isEmpty ? result : nil
  }

  private func add(_ type: ValueType, to groups: inout [LocalGroup]) {
    if groups.last?.type == type {
      groups[groups.count - 1].count += 1
    } else {
      groups.append(LocalGroup(count: 1, type: type))
    }
  }

  // MARK: Tables, memories, globals, tags (specification 6.6.6 to 6.6.9)

  private mutating func parseTable(at start: Int) throws(WasmError) {
    let index = TableIndex(module.tables.count)
    let name = try takeFieldName()
    try parseInlineExports(.table(index))
    if try parseInlineImport(.table, named: name, at: start) { return }
    setName(name, \.tables, Int(index))
    noteSection(.table, at: start)
    let address = try parseAddressType()
    if isAtReferenceType {
      let type = try parseReferenceType()
      let count = try parseInlineElements(table: index, type, address)
      let limits = Limits(minimum: UInt64(count), maximum: UInt64(count))
      let table = TableType(element: type, limits: limits, addressType: address)
      return try addTable(Table(type: table), at: start)
    }
    let limits = try parseLimits()
    let type = TableType(
      element: try parseReferenceType(), limits: limits, addressType: address)
    var initializer: ConstantExpression?
    if current.kind != .rightParen {
      try require(.functionReferences, for: "a table with an initializer", at: start)
      initializer = try parseConstant()
    }
    try addTable(Table(type: type, initializer: initializer), at: start)
  }

  private mutating func addTable(_ table: Table, at start: Int) throws(WasmError) {
    if !module.tables.isEmpty {
      try require(.referenceTypes, for: "multiple tables: a second table", at: start)
    }
    module.tables.append(table)
    try check(module.tables.count, "tables", ImplementationLimits.tables, at: start)
  }

  private mutating func parseMemory(at start: Int) throws(WasmError) {
    let index = MemIndex(module.memories.count)
    let name = try takeFieldName()
    try parseInlineExports(.memory(index))
    if try parseInlineImport(.memory, named: name, at: start) { return }
    setName(name, \.memories, Int(index))
    noteSection(.memory, at: start)
    guard let type = try parseMemoryWithData(index) else {
      return try addMemory(try parseMemoryType(), at: start)
    }
    try addMemory(type, at: start)
  }

  private mutating func addMemory(_ type: MemoryType, at start: Int) throws(WasmError) {
    if !module.memories.isEmpty {
      try require(.multiMemory, for: "multiple memories: a second memory", at: start)
    }
    module.memories.append(type)
    try check(module.memories.count, "memories", ImplementationLimits.memories, at: start)
  }

  private mutating func parseGlobal(at start: Int) throws(WasmError) {
    let index = GlobalIndex(module.globals.count)
    let name = try takeFieldName()
    try parseInlineExports(.global(index))
    if try parseInlineImport(.global, named: name, at: start) { return }
    setName(name, \.globals, Int(index))
    noteSection(.global, at: start)
    let type = try parseGlobalType()
    module.globals.append(Global(type: type, initializer: try parseConstant()))
    try check(module.globals.count, "globals", ImplementationLimits.globals, at: start)
  }

  private mutating func parseTag(at start: Int) throws(WasmError) {
    let index = TagIndex(module.tags.count)
    let name = try takeFieldName()
    try parseInlineExports(.tag(index))
    if try parseInlineImport(.tag, named: name, at: start) { return }
    setName(name, \.tags, Int(index))
    noteSection(.tag, at: start)
    module.tags.append(try parseTagType(at: start))
    try check(module.tags.count, "tags", ImplementationLimits.tags, at: start)
  }

  /// Tags belong to either of the two features with exceptions.
  private mutating func parseTagType(at start: Int) throws(WasmError) -> TypeIndex {
    if !features.contains(.legacyExceptions) {
      try require(.exceptionHandling, for: "a tag", at: start)
    }
    return try resolve(try parseTypeUse(namesParameters: true))
  }

  /// Instructions up to a closing parenthesis.
  mutating func parseConstant(isSingle: Bool = false) throws(WasmError) -> ConstantExpression {
    let start = arena.count
    try parseExpression(isSingle: isSingle)
    return ConstantExpression(range: start..<arena.count)
  }

  // MARK: Start (specification 6.6.12)

  private mutating func parseStart(at start: Int) throws(WasmError) {
    guard module.start == nil else { throw .multipleStarts(at: start) }
    noteSection(.start, at: start)
    module.start = try takeIndex(in: .function)
  }
}
