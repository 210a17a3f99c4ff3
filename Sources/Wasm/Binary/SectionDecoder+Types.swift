// The type section, and the types that other sections state.
//
// Knows encodings and limits, no rule of validity: indices may name anything here.
// Specification: 5.5.4 "Type Section", 5.3 "Types".

extension SectionDecoder {
  // MARK: Types (specification 5.5.4)

  mutating func decodeTypes() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "types", limit: ImplementationLimits.types)
    module.types.reserveCapacity(Int(count))
    module.recursionGroups.reserveCapacity(Int(count))
    for _ in 0..<count {
      let start = module.types.count
      try decodeRecursionGroup()
      module.recursionGroups.append(start..<module.types.count)
    }
    return count
  }

  /// A group of types, or one type that stands for a group of its own.
  private mutating func decodeRecursionGroup() throws(WasmError) {
    let offset = reader.position
    var count: UInt32 = 1
    if nextByte == 0x4e {
      try require(.gc, for: "a recursion group", at: offset)
      _ = try reader.readByte()
      count = try readCount(of: "types", limit: ImplementationLimits.types)
    }
    try checkCount(
      module.types.count + Int(count), "types", ImplementationLimits.types, at: offset)
    for _ in 0..<count { module.types.append(try decodeSubType()) }
  }

  private mutating func decodeSubType() throws(WasmError) -> SubType {
    let byte = nextByte
    guard byte == 0x4f || byte == 0x50 else { return SubType(try decodeCompositeType()) }
    try require(.gc, for: "a declared supertype", at: reader.position)
    _ = try reader.readByte()
    let count = try readCount(of: "supertypes", limit: ImplementationLimits.types)
    var supertypes: [TypeIndex] = []
    supertypes.reserveCapacity(Int(count))
    for _ in 0..<count { supertypes.append(try reader.readU32()) }
    return SubType(try decodeCompositeType(), isFinal: byte == 0x4f, supertypes: supertypes)
  }

  /// The byte that comes next, if there is one.
  private var nextByte: UInt8? { reader.isAtEnd ? nil : reader.buffer[reader.position] }

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
    case 0x5f:
      try require(.gc, for: "a structure type", at: offset)
      let count = try readCount(of: "fields", limit: ImplementationLimits.fields)
      var fields: [FieldType] = []
      fields.reserveCapacity(Int(count))
      for _ in 0..<count { fields.append(try decodeFieldType()) }
      return .struct(fields)
    case 0x5e:
      try require(.gc, for: "an array type", at: offset)
      return .array(try decodeFieldType())
    case 0x80...: throw .integerTooLong(bits: 7, at: offset)
    case let byte:
      throw .malformed("definition type", UInt64(byte), at: offset)
    }
  }

  private mutating func decodeFieldType() throws(WasmError) -> FieldType {
    let storage = try reader.readStorageType(features)
    if case .value(let type) = storage { noteUse(of: type) }
    return FieldType(storage: storage, isMutable: try decodeMutability())
  }

  private mutating func decodeMutability() throws(WasmError) -> Bool {
    let offset = reader.position
    switch try reader.readByte() {
    case 0: return false
    case 1: return true
    case let byte: throw .malformed("mutability", UInt64(byte), at: offset)
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

  /// The type of the elements of a table or segment. `funcref` is what both held from the
  /// first version on.
  mutating func decodeElementType() throws(WasmError) -> RefType {
    let type = try reader.readRefType(features)
    if type != .funcRef { noteUse(of: .ref(type)) }
    return type
  }

  private mutating func noteUse(of type: ValueType) {
    module.featuresUsed.formUnion(type.features)
  }

  mutating func decodeTableType() throws(WasmError) -> TableType {
    let element = try decodeElementType()
    let (limits, address) = try decodeLimits(isMemory: false).core
    return TableType(element: element, limits: limits, addressType: address)
  }

  mutating func decodeMemoryType() throws(WasmError) -> MemoryType {
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
      // Which powers of two are page sizes is for the validator.
      let log2 = try reader.readU32()
      guard log2 < 64 else { throw .malformedPageSize(log2, at: offset) }
      pageSize = UInt8(log2)
    }
    return DecodedLimits(
      core: (Limits(minimum: minimum, maximum: maximum), flags & 4 != 0 ? .i64 : .i32),
      isShared: isShared, pageSizeLog2: pageSize)
  }

  mutating func decodeGlobalType() throws(WasmError) -> GlobalType {
    let value = try decodeValueType()
    return GlobalType(value: value, isMutable: try decodeMutability())
  }

  // MARK: External types (specification 5.3.14)

  mutating func decodeExternType() throws(WasmError) -> ExternType {
    let offset = reader.position
    switch try reader.readByte() {
    case 0: return .function(try reader.readU32())
    case 1: return .table(try decodeTableType())
    case 2: return .memory(try decodeMemoryType())
    case 3: return .global(try decodeGlobalType())
    case 4:
      try require(.exceptionHandling, for: "an imported tag", at: offset)
      return .tag(try decodeTagType())
    case let byte: throw .malformed("import kind", UInt64(byte), at: offset)
    }
  }

  /// An attribute, of which there is one, and the type of what the tag carries.
  mutating func decodeTagType() throws(WasmError) -> TypeIndex {
    let offset = reader.position
    let attribute = try reader.readByte()
    guard attribute == 0 else { throw .malformed("tag attribute", UInt64(attribute), at: offset) }
    return try reader.readU32()
  }
}
