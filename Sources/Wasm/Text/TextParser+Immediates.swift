// Instructions other than blocks: opcode and immediates.
//
// Which immediates an instruction has is said by the instruction table alone.
// Specification: 6.5.3 to 6.5.11.

extension TextParser {
  /// Throws where the instruction's feature is not enabled.
  @inline(__always)
  mutating func require(_ instruction: TextInstruction, at offset: Int) throws(WasmError) {
    if instruction.features.isSubset(of: features) {
      module.featuresUsed.formUnion(instruction.features)
    } else {
      let name = lexer.spelling(current.token)
      try require(instruction.features, for: name, at: offset)
    }
  }

  /// Reads the instruction whose keyword is current, and writes it.
  mutating func parsePlain(_ instruction: TextInstruction) throws(WasmError) {
    try require(instruction, at: current.start)
    try advance()
    switch instruction.immediates {
    case .heapType where instruction.operation != .refNull:
      try parseCast(instruction)
      return
    case .none where instruction.operation == .select && opens(.result):
      try parseTypedSelect()
      return
    default: break
    }
    arena.write(opcodeOf: instruction)
    switch instruction.immediates {
    case .none: break
    case .reserved: arena.write(0)
    case .blockType, .tryTable, .selectTypes:
      preconditionFailure("blocks and typed selections are read elsewhere")
    case .label: arena.writeU32(try takeLabel())
    case .labels: try parseLabels()
    case .local: arena.writeU32(try takeLocal())
    case .function: arena.writeU32(try takeIndex(in: .function))
    case .global: arena.writeU32(try takeIndex(in: .global))
    case .tag: arena.writeU32(try takeIndex(in: .tag))
    case .element: arena.writeU32(try takeIndex(in: .element))
    case .data:
      needsDataCount = true
      arena.writeU32(try takeIndex(in: .data))
    case .table: arena.writeU32(isAtIndex ? try takeIndex(in: .table) : 0)
    case .memory: arena.writeU32(try takeOptionalMemory())
    case .tableTable: try parseTwo(.table)
    case .memoryMemory: try parseTwo(.memory)
    case .elementTable: try parseSegment(.element, of: .table)
    case .dataMemory:
      needsDataCount = true
      try parseSegment(.data, of: .memory)
    case .callIndirect:
      let table = isAtIndex ? try takeIndex(in: .table) : 0
      arena.writeU32(try resolve(try parseTypeUse(namesParameters: false)))
      arena.writeU32(table)
    case .heapType: arena.write(try parseHeapType())
    case .memArg: try parseMemArg(instruction.operation)
    case .memArgLane:
      try parseMemArg(instruction.operation)
      arena.write(try takeLane())
    case .lane: arena.write(try takeLane())
    case .lanes: try parseShuffle()
    case .i32: arena.writeSigned(Int64(bitPattern: try takeInteger(bits: 32)))
    case .i64: arena.writeSigned(Int64(bitPattern: try takeInteger(bits: 64)), limit: 10)
    case .f32: arena.writeFixed32(try takeF32())
    case .f64: arena.writeFixed64(try takeF64())
    case .v128: try parseVectorConstant()
    case .type: arena.writeU32(try takeIndex(in: .type))
    case .typeField: try parseField()
    case .typeCount:
      arena.writeU32(try takeIndex(in: .type))
      arena.writeU32(try takeU32())
    case .typeData:
      needsDataCount = true
      arena.writeU32(try takeIndex(in: .type))
      arena.writeU32(try takeIndex(in: .data))
    case .typeElement:
      arena.writeU32(try takeIndex(in: .type))
      arena.writeU32(try takeIndex(in: .element))
    case .typeType:
      arena.writeU32(try takeIndex(in: .type))
      arena.writeU32(try takeIndex(in: .type))
    case .castBranch: try parseCastBranch()
    }
  }

  // MARK: Control (specification 6.5.3)

  private mutating func parseLabels() throws(WasmError) {
    let start = current.start
    var labels = [try takeLabel()]
    while isAtIndex { labels.append(try takeLabel()) }
    try check(
      labels.count - 1, "labels", ImplementationLimits.branchTableLabels, at: start)
    arena.writeCount(labels.count - 1)
    for label in labels { arena.writeU32(label) }
  }

  /// `(catch tag label)` and its kin; labels are those outside of the construct.
  mutating func parseCatchClauses() throws(WasmError) {
    var clauses = ByteWriter()
    var count = 0
    while current.kind == .leftParen, let kind = CatchKind(ahead.keyword) {
      try advance()
      try advance()
      clauses.write(kind.rawValue)
      if kind.hasTag { clauses.writeU32(try takeIndex(in: .tag)) }
      clauses.writeU32(try takeLabel())
      try expectClosing()
      count += 1
    }
    try check(count, "catch clauses", ImplementationLimits.catchClauses, at: current.start)
    arena.writeCount(count)
    arena.write(contentsOf: clauses.bytes)
  }

  private mutating func parseTypedSelect() throws(WasmError) {
    arena.write(opcodeOf: .selectTyped)
    module.featuresUsed.formUnion(TextInstruction.selectTyped.features)
    guard TextInstruction.selectTyped.features.isSubset(of: features) else {
      return try require(
        TextInstruction.selectTyped.features, for: "select with a type", at: current.start)
    }
    var types: [ValueType] = []
    while try takeOpening(.result) {
      while current.kind != .rightParen { types.append(try parseValueType()) }
      try expectClosing()
    }
    arena.writeCount(types.count)
    for type in types { arena.write(type) }
  }

  // MARK: References (specification 6.5.5, 6.5.6)

  /// `ref.test` and `ref.cast` have an opcode for each nullability.
  private mutating func parseCast(_ instruction: TextInstruction) throws(WasmError) {
    let type = try parseReferenceType()
    let isTest = instruction.operation == .aggregate(.test(nullable: false))
    let nullable = isTest ? TextInstruction.testNullable : .castNullable
    arena.write(opcodeOf: type.nullable ? nullable : instruction)
    arena.write(type.heap)
  }

  private mutating func parseCastBranch() throws(WasmError) {
    let label = try takeLabel()
    let source = try parseReferenceType()
    let target = try parseReferenceType()
    arena.write((source.nullable ? 1 : 0) | (target.nullable ? 2 : 0))
    arena.writeU32(label)
    arena.write(source.heap)
    arena.write(target.heap)
  }

  private mutating func parseField() throws(WasmError) {
    let type = try takeIndex(in: .type)
    arena.writeU32(type)
    guard current.token.isIdentifier else {
      let index = try takeU32()
      return arena.writeU32(index)
    }
    let symbol = try symbol(current.token)
    guard let field = fieldNames[type]?[symbol] else {
      throw unknown("field", current.token)
    }
    try advance()
    arena.writeU32(field)
  }

  // MARK: Variables, tables, memories (specification 6.5.7 to 6.5.9)

  private mutating func takeLocal() throws(WasmError) -> LocalIndex {
    guard current.token.isIdentifier else { return try takeU32() }
    guard let index = locals[try symbol(current.token)] else {
      throw unknown("local", current.token)
    }
    try advance()
    return index
  }

  /// The memory an instruction names, or the first.
  private mutating func takeOptionalMemory() throws(WasmError) -> MemIndex {
    let start = current.start
    guard isAtIndex else { return 0 }
    let memory = try takeIndex(in: .memory)
    if memory != 0 { try require(.multiMemory, for: "a memory index", at: start) }
    return memory
  }

  private mutating func takeIndexOrMemory(_ space: Space) throws(WasmError) -> UInt32 {
    space == .memory ? try takeOptionalMemory() : try takeIndex(in: space)
  }

  /// Two indices of a space or none.
  private mutating func parseTwo(_ space: Space) throws(WasmError) {
    guard isAtIndex else {
      arena.writeU32(0)
      arena.writeU32(0)
      return
    }
    arena.writeU32(try takeIndexOrMemory(space))
    guard isAtIndex else { throw unexpected(current) }
    arena.writeU32(try takeIndexOrMemory(space))
  }

  /// A segment, and before it a table or memory if two indices are written.
  private mutating func parseSegment(
    _ segments: Space, of space: Space
  ) throws(WasmError) {
    let isTwo = ahead.kind == .number || ahead.token.isIdentifier
    let index = isTwo ? try takeIndexOrMemory(space) : 0
    arena.writeU32(try takeIndex(in: segments))
    arena.writeU32(index)
  }

  /// `memory? offset=…? align=…?`.
  private mutating func parseMemArg(_ operation: Operation) throws(WasmError) {
    var memory: MemIndex = 0
    // A number by itself is a lane, where the instruction has one.
    let hasLane = operation.immediates == .memArgLane
    let isMemory =
      !hasLane || current.token.isIdentifier || ahead.kind == .number
      || (ahead.kind == .keyword && ahead.entry == nil)
    if isMemory { memory = try takeOptionalMemory() }
    var offset: UInt64 = 0
    if let number = try takeAssigned("offset=") {
      guard let value = number.value.magnitude else {
        throw .constantOutOfRange("offset: ", at: number.start)
      }
      offset = value
    }
    var align = UInt32(operation.accessWidthLog2 ?? 0)
    if let number = try takeAssigned("align=") {
      guard let value = number.value.magnitude else {
        throw .constantOutOfRange("alignment: ", at: number.start)
      }
      guard value.nonzeroBitCount == 1 else {
        throw .alignmentNotPowerOfTwo(value, at: number.start)
      }
      align = UInt32(value.trailingZeroBitCount)
    }
    arena.write(MemArg(align: align, offset: offset, memory: memory))
  }

  /// The number of a token such as `offset=8`, if it comes next.
  private mutating func takeAssigned(
    _ name: StaticString
  ) throws(WasmError) -> (value: NumberLiteral, start: Int)? {
    let word = current
    let length = name.utf8CodeUnitCount
    guard word.kind == .keyword, word.entry == nil, word.token.range.count >= length,
      lexer.spells(Token(.keyword, word.start, word.start + length), name)
    else { return nil }
    let digits = UnsafeBufferPointer(rebasing: spelling(word.token)[length...])
    guard let number = NumberLiteral(digits), number.form == .integer, !number.hasSign else {
      throw unexpected(word)
    }
    try advance()
    return (number, word.start)
  }

  // MARK: Numbers (specification 6.5.10)

  private mutating func takeNumber() throws(WasmError) -> NumberLiteral {
    guard let number = numberAhead() else { throw unexpected(current) }
    try advance()
    return number
  }

  /// The current token as a number: also `inf` and `nan`, which look like keywords.
  private func numberAhead() -> NumberLiteral? {
    switch current.kind {
    case .number: NumberLiteral(spelling(current.token))
    case .keyword where current.entry == nil: NumberLiteral(spelling(current.token))
    case .keyword, .leftParen, .rightParen, .identifier, .quotedIdentifier, .string,
      .annotationStart, .quotedAnnotationStart, .reserved, .end:
      nil
    }
  }

  private mutating func takeInteger(bits: UInt64) throws(WasmError) -> UInt64 {
    let word = current
    let number = try takeNumber()
    guard number.form == .integer else { throw unexpected(word) }
    guard let value = number.integer(bits: bits) else {
      throw .constantOutOfRange("", at: word.start)
    }
    return value
  }

  private mutating func takeF32() throws(WasmError) -> UInt32 {
    let start = current.start
    guard let value = try takeNumber().f32 else { throw .constantOutOfRange("", at: start) }
    return value
  }

  private mutating func takeF64() throws(WasmError) -> UInt64 {
    let start = current.start
    guard let value = try takeNumber().f64 else { throw .constantOutOfRange("", at: start) }
    return value
  }

  // MARK: Vectors (specification 6.5.11)

  private mutating func takeLane() throws(WasmError) -> UInt8 {
    guard current.kind == .number, let number = numberAhead(), number.form == .integer,
      !number.hasSign
    else { throw unexpected(current) }
    guard let lane = number.natural(bits: 8) else {
      throw .constantOutOfRange("i8 ", at: current.start)
    }
    try advance()
    return UInt8(truncatingIfNeeded: lane)
  }

  private mutating func parseShuffle() throws(WasmError) {
    let start = current.start
    // How many there are is checked before what they are.
    var lanes: [(number: NumberLiteral, start: Int)] = []
    while let number = numberAhead() {
      lanes.append((number, current.start))
      try advance()
    }
    if current.kind == .number { throw unexpected(current) }
    guard lanes.count == 16 else { throw .invalidLaneLength(lanes.count, at: start) }
    for lane in lanes {
      guard let value = lane.number.natural(bits: 8) else {
        throw .constantOutOfRange("i8 ", at: lane.start)
      }
      arena.write(UInt8(truncatingIfNeeded: value))
    }
  }

  private mutating func parseVectorConstant() throws(WasmError) {
    guard let shape = LaneShape(current.keyword) else { throw unexpected(current) }
    try advance()
    let start = current.start
    var lanes: [(number: NumberLiteral, word: Word)] = []
    while let number = numberAhead() {
      lanes.append((number, current))
      try advance()
    }
    if current.kind != .leftParen, current.kind != .rightParen, current.entry == nil {
      throw unexpected(current)
    }
    guard lanes.count == Int(shape.lanes) else {
      throw .wrongLaneCount(lanes.count, expected: Int(shape.lanes), at: start)
    }
    for (number, word) in lanes { try writeLane(number, word, shape) }
  }

  private mutating func writeLane(
    _ number: NumberLiteral, _ word: Word, _ shape: LaneShape
  ) throws(WasmError) {
    let bits = 128 / UInt64(shape.lanes)
    let value: UInt64?
    switch shape {
    case .f32x4: value = number.f32.map { UInt64($0) }
    case .f64x2: value = number.f64
    case .i8x16, .i16x8, .i32x4, .i64x2:
      guard number.form == .integer else { throw unexpected(word) }
      value = number.integer(bits: bits)
    }
    guard let value else { throw .constantOutOfRange("", at: word.start) }
    for shift in stride(from: 0, to: bits, by: 8) {
      arena.write(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

extension LaneShape {
  init?(_ keyword: Keyword?) {
    switch keyword {
    case .i8x16: self = .i8x16
    case .i16x8: self = .i16x8
    case .i32x4: self = .i32x4
    case .i64x2: self = .i64x2
    case .f32x4: self = .f32x4
    case .f64x2: self = .f64x2
    default: return nil
    }
  }
}

extension CatchKind {
  init?(_ keyword: Keyword?) {
    switch keyword {
    case .catch: self = .tag
    case .catchRef: self = .tagRef
    case .catchAll: self = .all
    case .catchAllRef: self = .allRef
    default: return nil
    }
  }
}
