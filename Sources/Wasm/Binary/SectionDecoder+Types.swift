// Sections that declare: types, imports, functions, tables, memories, globals,
// exports.
//
// Knows encodings and limits, no rule of validity. Specification: 5.5.4 to 5.5.10.

extension SectionDecoder {
  // MARK: Types (specification 5.5.4)

  mutating func decodeTypes() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "types", limit: ImplementationLimits.types)
    module.types.reserveCapacity(Int(count))
    for _ in 0..<count {
      let index = module.types.count
      module.types.append(SubType(try decodeCompositeType()))
      module.recursionGroups.append(index..<index + 1)
    }
    return count
  }

  private mutating func decodeCompositeType() throws(WasmError) -> CompositeType {
    let offset = reader.position
    switch try reader.readByte() {
    case 0x60:
      let parameters = try decodeValueTypes("parameters", limit: ImplementationLimits.parameters)
      let results = try decodeValueTypes("results", limit: ImplementationLimits.results)
      if results.count > 1 {
        try require(.multiValue, for: "a function with several results", at: offset)
      }
      return .function(FuncType(parameters: parameters, results: results))
    case let byte where [0x4e, 0x4f, 0x50, 0x5e, 0x5f].contains(byte):
      throw .featureNeeded(.gc, by: "a type other than a function's", at: offset)
    case 0x80...: throw .integerTooLong(bits: 7, at: offset)
    case let byte:
      throw .malformed("definition type", UInt64(byte), at: offset)
    }
  }

  private mutating func decodeValueTypes(
    _ what: String, limit: Int
  ) throws(WasmError) -> [ValueType] {
    let count = try readCount(of: what, limit: limit)
    var types: [ValueType] = []
    types.reserveCapacity(Int(count))
    for _ in 0..<count { types.append(try decodeValueType()) }
    return types
  }

  private mutating func decodeValueType() throws(WasmError) -> ValueType {
    let type = try reader.readValueType(features)
    noteUse(of: type)
    return type
  }

  private mutating func decodeRefType() throws(WasmError) -> RefType {
    let type = try reader.readRefType(features)
    noteUse(of: .ref(type))
    return type
  }

  private mutating func noteUse(of type: ValueType) {
    switch type {
    case .i32, .i64, .f32, .f64: break
    case .v128: module.featuresUsed.formUnion(FeatureSet(.simd))
    case .ref: module.featuresUsed.formUnion(FeatureSet(.referenceTypes))
    }
  }

  private mutating func decodeTableType() throws(WasmError) -> TableType {
    let element = try reader.readRefType(features)
    if element != .funcRef { noteUse(of: .ref(element)) }
    let (limits, address) = try decodeLimits(isMemory: false).core
    return TableType(element: element, limits: limits, addressType: address)
  }

  private mutating func decodeMemoryType() throws(WasmError) -> MemoryType {
    let decoded = try decodeLimits(isMemory: true)
    return MemoryType(
      limits: decoded.core.0, addressType: decoded.core.1, isShared: decoded.isShared,
      pageSizeLog2: decoded.pageSizeLog2)
  }

  private struct DecodedLimits {
    var core: (Limits, AddressType)
    var isShared: Bool
    var pageSizeLog2: UInt8
  }

  /// Limits with what their flags add (specification 5.3.11). The sizes are 64-bit
  /// integers whatever the address type; which are too large is for the validator.
  private mutating func decodeLimits(isMemory: Bool) throws(WasmError) -> DecodedLimits {
    let offset = reader.position
    let flags = try reader.readByte()
    let isShared = flags & 2 != 0
    let hasPageSize = flags & 8 != 0
    guard flags < 0x10, isMemory || !(isShared || hasPageSize) else {
      throw .malformedLimitsFlags(flags, needing: nil, at: offset)
    }
    // Page sizes are not part of the specification: without them the flag is
    // malformed, which its test suite checks.
    if hasPageSize, !features.contains(.customPageSizes) {
      throw .malformedLimitsFlags(flags, needing: .customPageSizes, at: offset)
    }
    if isShared { try require(.threads, for: "a shared memory", at: offset) }
    if hasPageSize { try require(.customPageSizes, for: "a page size", at: offset) }
    if flags & 4 != 0 { try require(.memory64, for: "a 64-bit address type", at: offset) }
    let minimum = try reader.readU64()
    let maximum = flags & 1 != 0 ? try reader.readU64() : nil
    var pageSize: UInt8 = 16
    if hasPageSize {
      let log2 = try reader.readU32()
      guard log2 == 0 || log2 == 16 else { throw .malformed("page size", UInt64(log2), at: offset) }
      pageSize = UInt8(log2)
    }
    return DecodedLimits(
      core: (Limits(minimum: minimum, maximum: maximum), flags & 4 != 0 ? .i64 : .i32),
      isShared: isShared, pageSizeLog2: pageSize)
  }

  private mutating func decodeGlobalType() throws(WasmError) -> GlobalType {
    let value = try decodeValueType()
    let offset = reader.position
    switch try reader.readByte() {
    case 0: return GlobalType(value: value, isMutable: false)
    case 1: return GlobalType(value: value, isMutable: true)
    case let byte: throw .malformed("mutability", UInt64(byte), at: offset)
    }
  }

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

  private mutating func decodeExternType() throws(WasmError) -> ExternType {
    let offset = reader.position
    switch try reader.readByte() {
    case 0: return .function(try reader.readU32())
    case 1: return .table(try decodeTableType())
    case 2: return .memory(try decodeMemoryType())
    case 3: return .global(try decodeGlobalType())
    case 4: throw .featureNeeded(.exceptionHandling, by: "an imported tag", at: offset)
    case let byte: throw .malformed("import kind", UInt64(byte), at: offset)
    }
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
    case .tag: preconditionFailure("tags are not decoded")
    case .global(let type):
      if type.isMutable { try require(.mutableGlobal, for: "a mutable import", at: offset) }
      module.globals.append(Global(type: type))
      module.importedGlobalCount += 1
    }
    try checkTableCount(at: offset)
    try checkMemoryCount(at: offset)
  }

  private mutating func checkTableCount(at offset: Int) throws(WasmError) {
    if module.tables.count > 1 {
      try require(.referenceTypes, for: "multiple tables: a second table", at: offset)
    }
    try checkCount(module.tables.count, "tables", ImplementationLimits.tables, at: offset)
  }

  private mutating func checkMemoryCount(at offset: Int) throws(WasmError) {
    if module.memories.count > 1 {
      try require(.multiMemory, for: "multiple memories: a second memory", at: offset)
    }
    try checkCount(module.memories.count, "memories", ImplementationLimits.memories, at: offset)
  }

  private func checkCount(
    _ count: Int, _ what: String, _ limit: Int, at offset: Int
  ) throws(WasmError) {
    guard count <= limit else { throw .limit(what, UInt64(count), limit, at: offset) }
  }

  // MARK: Functions, tables, memories, globals (specification 5.5.6 to 5.5.9)

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

  // MARK: Exports (specification 5.5.10)

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
    case 4: throw .featureNeeded(.exceptionHandling, by: "an exported tag", at: offset)
    case let byte: throw .malformed("export kind", UInt64(byte), at: offset)
    }
  }
}
