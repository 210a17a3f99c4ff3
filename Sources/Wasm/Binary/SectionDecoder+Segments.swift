// Sections that hold contents: element segments, bodies of functions, data.
//
// Contents stay where they are: what is kept of them are byte ranges. Specification:
// 5.5.12 to 5.5.14.

extension SectionDecoder {
  /// Passes over a constant expression, which is decoded for its end alone.
  mutating func decodeConstantExpression() throws(WasmError) -> ConstantExpression {
    let start = reader.position
    var checker = SyntaxChecker()
    var decoder = InstructionDecoder(reader, features: features, hasDataCount: true)
    try decoder.decodeExpression(into: &checker)
    reader = decoder.reader
    module.featuresUsed.formUnion(FeatureSet(rawValue: decoder.used))
    return ConstantExpression(range: start..<reader.position)
  }

  // MARK: Element segments (specification 5.5.12)

  mutating func decodeElements() throws(WasmError) -> UInt32 {
    let count = try readCount(
      of: "element segments", limit: ImplementationLimits.elementSegments)
    for _ in 0..<count { module.elements.append(try decodeElementSegment()) }
    return count
  }

  /// Bit 0 of the flags: passive or declarative; bit 1: with a table index, or
  /// declarative; bit 2: expressions instead of function indices.
  private mutating func decodeElementSegment() throws(WasmError) -> ElementSegment {
    let offset = reader.position
    let flags = try reader.readU32()
    guard flags < 8 else { throw .malformed("elements segment kind", UInt64(flags), at: offset) }
    if flags != 0 {
      try require(.bulkMemory, for: "an element segment of kind \(flags)", at: offset)
    }
    let mode: SegmentMode
    switch flags & 3 {
    case 1: mode = .passive
    case 3: mode = .declarative
    default:
      let table = flags & 2 != 0 ? try reader.readU32() : 0
      if table != 0 { module.featuresUsed.formUnion(FeatureSet(.referenceTypes)) }
      mode = .active(index: table, offset: try decodeConstantExpression())
    }
    let usesExpressions = flags & 4 != 0
    var type = RefType.funcRef
    if flags & 3 != 0 {
      if usesExpressions {
        type = try decodeElementType()
      } else {
        let kindOffset = reader.position
        let kind = try reader.readByte()
        guard kind == 0 else { throw .malformed("element kind", UInt64(kind), at: kindOffset) }
      }
    }
    let count = try readCount(of: "elements", limit: ImplementationLimits.tableElements)
    if usesExpressions {
      var items: [ConstantExpression] = []
      items.reserveCapacity(Int(count))
      for _ in 0..<count { items.append(try decodeConstantExpression()) }
      return ElementSegment(mode: mode, type: type, items: .expressions(items), offset: offset)
    }
    var items: [FuncIndex] = []
    items.reserveCapacity(Int(count))
    for _ in 0..<count { items.append(try reader.readU32()) }
    return ElementSegment(mode: mode, type: type, items: .functions(items), offset: offset)
  }

  // MARK: Code (specification 5.5.13)

  mutating func decodeCode() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "functions", limit: ImplementationLimits.functions)
    module.code.reserveCapacity(Int(count))
    for _ in 0..<count {
      let offset = reader.position
      let size = try reader.readU32()
      let range = try reader.readRange(count: size)
      guard range.count <= ImplementationLimits.bodySize else {
        throw .sizeLimit(
          "function body", range.count, ImplementationLimits.bodySize, at: offset)
      }
      module.code.append(FunctionBody(range: range))
    }
    return count
  }

  // MARK: Data (specification 5.5.14)

  mutating func decodeData() throws(WasmError) -> UInt32 {
    let count = try readCount(of: "data segments", limit: ImplementationLimits.dataSegments)
    module.data.reserveCapacity(Int(count))
    for _ in 0..<count {
      let offset = reader.position
      let flags = try reader.readU32()
      let mode: SegmentMode
      switch flags {
      case 0: mode = .active(index: 0, offset: try decodeConstantExpression())
      case 1:
        try require(.bulkMemory, for: "a passive data segment", at: offset)
        mode = .passive
      case 2:
        try require(.bulkMemory, for: "a data segment with a memory index", at: offset)
        let memory = try reader.readU32()
        mode = .active(index: memory, offset: try decodeConstantExpression())
      default: throw .malformed("data segment kind", UInt64(flags), at: offset)
      }
      let size = try reader.readU32()
      let range = try reader.readRange(count: size)
      module.data.append(DataSegment(mode: mode, range: range, offset: offset))
    }
    return count
  }
}
