// Sections that declare: imports, functions, tables, memories, tags, globals, exports.
//
// Knows encodings and limits, no rule of validity. Specification: 5.5.5 to 5.5.11.

extension SectionDecoder {
  // MARK: Imports (specification 5.5.5)

  mutating func decodeImports() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "imports", limit: ImplementationLimits.imports)
    module.imports.reserveCapacity(Int(count))
    for _ in 0..<count {
      let offset = reader.position
      let moduleName = try reader.readName()
      let name = try reader.readName()
      let type = try decodeExternType()
      module.imports.append(Import(module: moduleName, name: name, type: type, offset: offset))
      try addImport(type, at: offset)
    }
    return count
  }

  private mutating func addImport(_ type: ExternType, at offset: Int) throws(WasmError) {
    switch type {
    case .function(let type):
      module.functions.append(type)
      module.importedFunctionCount += 1
    case .table(let type):
      module.tables.append(Table(type: type))
      module.importedTableCount += 1
    case .memory(let type):
      module.memories.append(type)
      module.importedMemoryCount += 1
    case .global(let type):
      if type.isMutable { try require(.mutableGlobal, for: "a mutable import", at: offset) }
      module.globals.append(Global(type: type))
      module.importedGlobalCount += 1
    case .tag(let type):
      module.tags.append(type)
      module.importedTagCount += 1
    }
    try checkTableCount(at: offset)
    try checkMemoryCount(at: offset)
  }

  private mutating func checkTableCount(at offset: Int) throws(WasmError) {
    if module.tables.count > 1 { try allowSeveral("tables", .referenceTypes, at: offset) }
    try checkCount(module.tables.count, "tables", ImplementationLimits.tables, at: offset)
  }

  private mutating func checkMemoryCount(at offset: Int) throws(WasmError) {
    if module.memories.count > 1 { try allowSeveral("memories", .multiMemory, at: offset) }
    try checkCount(module.memories.count, "memories", ImplementationLimits.memories, at: offset)
  }

  /// The earlier versions' rule is one of validity, not of encoding.
  private mutating func allowSeveral(
    _ spaces: String, _ feature: Feature, at offset: Int
  ) throws(WasmError) {
    guard features.contains(feature) else {
      throw .several(spaces, needing: feature, at: offset)
    }
    module.featuresUsed.formUnion(FeatureSet(feature))
  }

  func checkCount(
    _ count: Int, _ what: String, _ limit: Int, at offset: Int
  ) throws(WasmError) {
    guard count <= limit else { throw .limit(what, UInt64(count), limit, at: offset) }
  }

  // MARK: Functions, tables, memories, tags, globals (specification 5.5.6 to 5.5.10)

  mutating func decodeFunctions() throws(WasmError) -> UInt32 {
    let offset = reader.position
    let count = try readCount(of: "functions", limit: ImplementationLimits.functions)
    module.functions.reserveCapacity(module.functions.count + Int(count))
    for _ in 0..<count { module.functions.append(try reader.readU32()) }
    try checkCount(
      module.functions.count, "functions", ImplementationLimits.functions, at: offset)
    return count
  }

  mutating func decodeTables() throws(WasmError) -> UInt32 {
    let start = reader.position
    let count = try readCount(of: "tables", limit: ImplementationLimits.tables)
    for _ in 0..<count {
      let offset = reader.position
      if !reader.isAtEnd, reader.buffer[offset] == 0x40 {
        try decodeInitializedTable(at: offset)
      } else {
        module.tables.append(Table(type: try decodeTableType()))
      }
    }
    try checkTableCount(at: start)
    return count
  }

  private mutating func decodeInitializedTable(at offset: Int) throws(WasmError) {
    _ = try reader.readByte()
    let reserved = try reader.readByte()
    guard reserved == 0 else { throw .malformed("table", UInt64(reserved), at: offset) }
    try require(.functionReferences, for: "a table with an initializer", at: offset)
    let type = try decodeTableType()
    module.tables.append(Table(type: type, initializer: try decodeConstantExpression()))
  }

  mutating func decodeMemories() throws(WasmError) -> UInt32 {
    let offset = reader.position
    let count = try readCount(of: "memories", limit: ImplementationLimits.memories)
    for _ in 0..<count { module.memories.append(try decodeMemoryType()) }
    try checkMemoryCount(at: offset)
    return count
  }

  mutating func decodeTags() throws(WasmError) -> UInt32 {
    let offset = reader.position
    try require(.exceptionHandling, for: "a tag section", at: offset)
    let count = try readCount(of: "tags", limit: ImplementationLimits.tags)
    module.tags.reserveCapacity(module.tags.count + Int(count))
    for _ in 0..<count { module.tags.append(try decodeTagType()) }
    try checkCount(module.tags.count, "tags", ImplementationLimits.tags, at: offset)
    return count
  }

  mutating func decodeGlobals() throws(WasmError) -> UInt32 {
    let offset = reader.position
    let count = try readCount(of: "globals", limit: ImplementationLimits.globals)
    module.globals.reserveCapacity(module.globals.count + Int(count))
    for _ in 0..<count {
      let type = try decodeGlobalType()
      module.globals.append(Global(type: type, initializer: try decodeConstantExpression()))
    }
    try checkCount(module.globals.count, "globals", ImplementationLimits.globals, at: offset)
    return count
  }

  // MARK: Exports (specification 5.5.11)

  mutating func decodeExports() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "exports", limit: ImplementationLimits.exports)
    module.exports.reserveCapacity(Int(count))
    for _ in 0..<count {
      let offset = reader.position
      let name = try reader.readName()
      let index = try decodeExternIndex()
      module.exports.append(Export(name: name, index: index, offset: offset))
      if case .function(let function) = index,
        module.exportedFunctionNames[function] == nil
      {
        module.exportedFunctionNames[function] = name
      }
    }
    return count
  }

  private mutating func decodeExternIndex() throws(WasmError) -> ExternIndex {
    let offset = reader.position
    switch try reader.readByte() {
    case 0: return .function(try reader.readU32())
    case 1: return .table(try reader.readU32())
    case 2: return .memory(try reader.readU32())
    case 3:
      let index = try reader.readU32()
      if index < module.globals.count, module.globals[Int(index)].type.isMutable {
        try require(.mutableGlobal, for: "a mutable export", at: offset)
      }
      return .global(index)
    case 4:
      try require(.exceptionHandling, for: "an exported tag", at: offset)
      return .tag(try reader.readU32())
    case let byte: throw .malformed("export kind", UInt64(byte), at: offset)
    }
  }
}
