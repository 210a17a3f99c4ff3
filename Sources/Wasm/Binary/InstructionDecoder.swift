// Decodes expressions: one instruction after the other, handed to a consumer.
//
// Knows the instruction table and the encoding of immediates, nothing of types and
// stacks. Allocates nothing and does not recurse, however deep the nesting.
// Specification: 5.4 "Instructions".

/// A decoder of expressions, one after the other or one among other bytes.
struct InstructionDecoder {
  var reader: ByteReader
  /// The features that instructions used so far.
  private(set) var used: UInt32 = 0
  private let pages: DecodePages
  private let entries: UnsafePointer<DecodeEntry>
  private let disabled: UInt32
  private let features: FeatureSet
  private let hasDataCount: Bool

  /// - Parameters:
  ///   - reader: stands at an expression.
  ///   - features: instructions of other features are errors.
  ///   - hasDataCount: whether instructions may name data segments.
  init(_ reader: ByteReader, features: FeatureSet, hasDataCount: Bool) {
    self.reader = reader
    self.features = features
    self.hasDataCount = hasDataCount
    pages = DecodePages.shared
    entries = pages.entries
    disabled = ~features.rawValue | DecodeEntry.special
  }

  /// Decodes one expression up to its `end`, which is handed over as well.
  @inline(__always)
  mutating func decodeExpression<Consumer: InstructionConsumer>(
    into consumer: inout Consumer
  ) throws(WasmError) {
    var depth = 1
    repeat { depth += try decodeInstruction(into: &consumer) } while depth > 0
  }

  /// Decodes one instruction and returns by how much the nesting changes.
  @inline(__always)
  private mutating func decodeInstruction<Consumer: InstructionConsumer>(
    into consumer: inout Consumer
  ) throws(WasmError) -> Int {
    let offset = reader.position
    var entry = entries + Int(try reader.readByte())
    if entry.pointee.features & disabled != 0 { entry = try slowEntry(at: offset) }
    used |= entry.pointee.features

    var instruction = Instruction(
      entry.pointee.operation, entry.pointee.signature, at: offset)
    switch entry.pointee.immediates {
    case .none: break
    case .blockType: instruction.blockType = try readBlockType()
    case .label, .function, .local, .global, .table, .element, .tag, .type:
      instruction.index = try reader.readU32()
    case .labels: instruction.labels = try readLabels()
    case .memory: instruction.index = try readMemoryIndex()
    case .memoryMemory:
      instruction.index = try readMemoryIndex()
      instruction.secondIndex = try readMemoryIndex()
    case .callIndirect, .tableTable, .typeField, .typeElement, .typeType:
      instruction.index = try reader.readU32()
      instruction.secondIndex = try reader.readU32()
    case .selectTypes: instruction.selectType = try readSelectType(at: offset)
    case .heapType: try readHeapType(into: &instruction)
    case .elementTable:
      instruction.secondIndex = try reader.readU32()
      instruction.index = try reader.readU32()
    case .memArg: instruction.memArg = try readMemArg()
    case .dataMemory:
      guard hasDataCount else { throw .dataCountRequired(at: offset) }
      instruction.secondIndex = try reader.readU32()
      instruction.index = try readMemoryIndex()
    case .data:
      guard hasDataCount else { throw .dataCountRequired(at: offset) }
      instruction.index = try reader.readU32()
    case .i32: instruction.bits = UInt64(bitPattern: Int64(try reader.readS32()))
    case .i64: instruction.bits = UInt64(bitPattern: try reader.readS64())
    case .f32: instruction.bits = UInt64(try reader.readFixed32())
    case .f64: instruction.bits = try reader.readFixed64()
    case .v128, .lanes:
      instruction.bits = try reader.readFixed64()
      instruction.highBits = try reader.readFixed64()
    case .lane: instruction.index = UInt32(try reader.readByte())
    case .memArgLane:
      instruction.memArg = try readMemArg()
      instruction.index = UInt32(try reader.readByte())
    case .reserved:
      guard try reader.readByte() == 0 else { throw .zeroByteExpected(at: reader.position - 1) }
    case .typeData:
      guard hasDataCount else { throw .dataCountRequired(at: offset) }
      instruction.index = try reader.readU32()
      instruction.secondIndex = try reader.readU32()
    case .typeCount:
      instruction.index = try reader.readU32()
      instruction.secondIndex = try readOperandCount()
    case .tryTable:
      instruction.blockType = try readBlockType()
      instruction.catches = try readCatches()
    case .castBranch: try readCastBranch(into: &instruction)
    }
    try consumer.consume(instruction)
    return Int(entry.pointee.nesting)
  }

  /// The entry of an opcode that is not one enabled byte: behind a prefix, of a
  /// disabled feature, or none.
  @inline(never)
  private mutating func slowEntry(at offset: Int) throws(WasmError) -> UnsafePointer<DecodeEntry> {
    let byte = reader.buffer[offset]
    var entry = entries + Int(byte)
    var prefix: UInt8?
    var code = UInt32(byte)
    if pages.isPrefix(byte) {
      prefix = byte
      code = try reader.readU32()
      guard let found = pages.entry(prefix: byte, code: code) else {
        throw .illegalOpcode(prefix: byte, code, at: offset)
      }
      entry = found
    } else if entry.pointee.features == DecodeEntry.special {
      throw .illegalOpcode(prefix: nil, code, at: offset)
    }
    if entry.pointee.features & disabled != 0,
      let row = InstructionTable.row(prefix: prefix, code: code), let feature = row.feature
    {
      throw .featureNeeded(feature, by: row.mnemonic, at: offset)
    }
    return entry
  }

  // MARK: Immediates

  @inline(__always)
  private mutating func readBlockType() throws(WasmError) -> BlockType {
    if !reader.isAtEnd, reader.buffer[reader.position] == 0x40 {
      _ = try reader.readByte()
      return .empty
    }
    return try readLongBlockType()
  }

  /// A value type is one byte; what else is negative in the encoding is not a type.
  private mutating func readLongBlockType() throws(WasmError) -> BlockType {
    let offset = reader.position
    guard !reader.isAtEnd else { throw .unexpectedEnd(at: offset) }
    let byte = reader.buffer[offset]
    if byte & 0xc0 == 0x40 { return .value(try readValueType()) }
    let index = try reader.readS33()
    guard index >= 0 else { throw .malformed("block type", UInt64(byte), at: offset) }
    guard features.contains(.multiValue) else {
      throw .featureNeeded(.multiValue, by: "a block with a type index", at: offset)
    }
    used |= FeatureSet(.multiValue).rawValue
    return .type(UInt32(truncatingIfNeeded: index))
  }

  private mutating func readValueType() throws(WasmError) -> ValueType {
    let type = try reader.readValueType(features)
    used |= type.features.rawValue
    return type
  }

  /// A heap type alone, and the type that a cast makes of it.
  private mutating func readHeapType(into instruction: inout Instruction) throws(WasmError) {
    let heap = try reader.readHeapType(features)
    used |= heap.features.rawValue
    instruction.heapType = heap
    switch instruction.operation {
    case .aggregate(.test(let nullable)), .aggregate(.cast(let nullable)):
      instruction.castTarget = RefType(nullable: nullable, heap: heap)
    default: break
    }
  }

  private mutating func readOperandCount() throws(WasmError) -> UInt32 {
    let offset = reader.position
    let count = try reader.readU32()
    let limit = ImplementationLimits.arrayOperands
    guard Int(count) <= limit else { throw .limit("operands", UInt64(count), limit, at: offset) }
    return count
  }

  /// Bit 0 of the flags: the type that is cast from is nullable; bit 1: the type cast to.
  private mutating func readCastBranch(into instruction: inout Instruction) throws(WasmError) {
    let offset = reader.position
    let flags = try reader.readByte()
    guard flags < 4 else { throw .malformed("br_on_cast flags", UInt64(flags), at: offset) }
    instruction.index = try reader.readU32()
    let source = try reader.readHeapType(features)
    let target = try reader.readHeapType(features)
    used |= source.features.union(target.features).rawValue
    instruction.castSource = RefType(nullable: flags & 1 != 0, heap: source)
    instruction.castTarget = RefType(nullable: flags & 2 != 0, heap: target)
  }

  /// Checks the catch clauses and leaves them where they stand.
  private mutating func readCatches() throws(WasmError) -> CatchVector {
    let offset = reader.position
    let count = try reader.readU32()
    guard Int(count) <= reader.remaining else { throw .unexpectedEnd(at: reader.end) }
    guard Int(count) <= ImplementationLimits.catchClauses else {
      throw .limit("catch clauses", UInt64(count), ImplementationLimits.catchClauses, at: offset)
    }
    let start = reader.position
    for _ in 0..<count {
      let offset = reader.position
      let byte = try reader.readByte()
      guard let kind = CatchKind(rawValue: byte) else {
        throw .malformed("catch clause", UInt64(byte), at: offset)
      }
      if kind.hasTag { _ = try reader.readU32() }
      _ = try reader.readU32()
    }
    let bytes = UnsafeRawBufferPointer(rebasing: reader.buffer[start..<reader.position])
    return CatchVector(checked: bytes, count: Int(count))
  }

  /// Checks the labels and leaves them where they stand.
  private mutating func readLabels() throws(WasmError) -> LabelVector {
    let offset = reader.position
    let count = try reader.readU32()
    // Each label takes a byte at least, so a count beyond them is never looped over.
    guard Int(count) < reader.remaining else { throw .unexpectedEnd(at: reader.end) }
    guard Int(count) <= ImplementationLimits.branchTableLabels else {
      throw .limit(
        "labels", UInt64(count), ImplementationLimits.branchTableLabels, at: offset)
    }
    let start = reader.position
    for _ in 0...count { _ = try reader.readU32() }
    let bytes = UnsafeRawBufferPointer(rebasing: reader.buffer[start..<reader.position])
    return LabelVector(checked: bytes, count: Int(count) + 1)
  }

  private mutating func readSelectType(at offset: Int) throws(WasmError) -> ValueType {
    let count = try reader.readU32()
    guard Int(count) <= reader.remaining else { throw .unexpectedEnd(at: reader.end) }
    var type = ValueType.i32
    for _ in 0..<count { type = try readValueType() }
    guard count == 1 else { throw .invalidResultArity(count, at: offset) }
    return type
  }

  /// The index of a memory, for which there was a byte that is zero.
  private mutating func readMemoryIndex() throws(WasmError) -> MemIndex {
    let offset = reader.position
    let index = try reader.readU32()
    if index != 0 { try useSeveralMemories(at: offset) }
    return index
  }

  private mutating func useSeveralMemories(at offset: Int) throws(WasmError) {
    guard features.contains(.multiMemory) else {
      throw .featureNeeded(.multiMemory, by: "an access with a memory index", at: offset)
    }
    used |= FeatureSet(.multiMemory).rawValue
  }

  @inline(__always)
  private mutating func readMemArg() throws(WasmError) -> MemArg {
    let offset = reader.position
    let flags = try reader.readU32()
    if flags >= 0x40 { return try readLongMemArg(flags, at: offset) }
    return MemArg(align: flags, offset: try reader.readU64())
  }

  /// Bit 6 of the flags announces the index of the memory.
  private mutating func readLongMemArg(
    _ flags: UInt32, at offset: Int
  ) throws(WasmError) -> MemArg {
    guard flags < 0x80 else { throw .malformedMemoryFlags(flags, at: offset) }
    try useSeveralMemories(at: offset)
    let memory = try reader.readU32()
    return MemArg(align: flags & 0x3f, offset: try reader.readU64(), memory: memory)
  }
}
