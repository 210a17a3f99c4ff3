// Validates one expression after the other: the stacks and what every rule uses.
//
// This is the algorithm of the specification's appendix, under its names. It knows
// types, no bytes. Instructions whose type follows from their operation are typed
// here, by their signature; the others in `FunctionValidator+….swift`.
// Specification: appendix "Validation Algorithm", 3.4 "Instructions".

/// Consumes the instructions of an expression and keeps book of operand types.
///
/// Holds plain memory that `deallocate` gives back.
struct FunctionValidator: InstructionConsumer {
  let context: ValidationContext

  // Copies of what `context` holds, so that reading them counts no references.
  let types: UnsafeMutableBufferPointer<FlatFuncType>
  let memories: UnsafeMutableBufferPointer<OperandType>

  /// The types of the locals, parameters first.
  var locals = PlainStack<OperandType>(capacity: 64)
  var localCount = 0
  /// The locals that were written to first in the constructs that are open: they are
  /// without a value again where those end. Only those that have none to begin with.
  var initialized = PlainStack<LocalIndex>(capacity: 16)
  var initializedCount = 0

  private(set) var operands = PlainStack<OperandType>(capacity: 1024)
  /// Number of operands.
  var height = 0

  var controls = PlainStack<ControlFrame>(capacity: 128)
  var controlCount = 0
  /// The height of the innermost frame, and whether its code is unreachable: copies
  /// of what the frame holds.
  var frameHeight = 0
  var isUnreachable = false

  /// The instruction that is validated, for messages.
  private var operation = Operation.nop
  private(set) var offset = 0
  /// Counts `br_table` instructions; see `brTable`.
  var branchTableCount: UInt32 = 0

  init(_ context: ValidationContext) {
    self.context = context
    types = context.types
    memories = context.memories
  }

  func deallocate() {
    locals.deallocate()
    initialized.deallocate()
    operands.deallocate()
    controls.deallocate()
  }

  /// Begins the body of a function of type `type`, which must exist.
  ///
  /// - Parameters:
  ///   - groups: its local declarations, `count` with its parameters.
  mutating func beginFunction(type: TypeIndex, locals groups: [LocalGroup], count: Int) {
    if count > locals.capacity { locals.grow(to: count, keeping: 0) }
    let parameters = types[Int(type)].parameters
    for index in 0..<parameters.count { locals.base[index] = parameters[index] }
    localCount = parameters.count
    for group in groups {
      let end = localCount + Int(group.count)
      let type = context.operand(OperandType(group.type))
      (locals.base + localCount).update(
        repeating: type.isDefaultable ? type : type.uninitialized, count: Int(group.count))
      localCount = end
    }
    begin(.type(type))
  }

  /// Begins a constant expression that must yield `result`.
  mutating func beginConstant(_ result: OperandType) {
    localCount = 0
    begin(.value(result))
  }

  private mutating func begin(_ signature: BlockSignature) {
    height = 0
    controlCount = 0
    initializedCount = 0
    pushFrame(.function, signature)
  }

  @inline(__always)
  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    operation = instruction.operation
    offset = instruction.offset
    let signature = instruction.signature
    switch signature.rule {
    case .plain: try apply(signature, address: OperandType(code: signature.first))
    case .access:
      let address = try checkAccess(instruction.memArg, signature)
      try apply(signature, address: address)
    case .byHand: try consumeByHand(instruction)
    }
  }

  /// Types an instruction by its signature, the first operand by `address`.
  @inline(__always)
  private mutating func apply(
    _ signature: PackedSignature, address: OperandType
  ) throws(WasmError) {
    if signature.first != 0 {
      if signature.second != 0 {
        if signature.third != 0 { try popOperand(OperandType(code: signature.third)) }
        try popOperand(OperandType(code: signature.second))
      }
      try popOperand(address)
    }
    if signature.result != 0 { try pushOperand(OperandType(code: signature.result)) }
  }

  private mutating func consumeByHand(
    _ instruction: borrowing Instruction
  ) throws(WasmError) {
    let index = instruction.index
    switch instruction.operation {
    case .unreachable: markUnreachable()
    case .block: try block(.block, instruction.blockType)
    case .loop: try block(.loop, instruction.blockType)
    case .if: try block(.if, instruction.blockType)
    case .else: try elseBranch()
    case .end: try end()
    case .br: try br(index)
    case .brIf: try brIf(index)
    case .brTable: try brTable(instruction.labels)
    case .return: try returnFromFunction()
    case .call: try call(index)
    case .callIndirect: try callIndirect(index, table: instruction.secondIndex)
    case .returnCall: try returnCall(index)
    case .returnCallIndirect: try returnCallIndirect(index, table: instruction.secondIndex)
    case .drop: try popAnyOperand()
    case .select: try select()
    case .selectTyped: try select(instruction.selectType)
    case .localGet: try localGet(index)
    case .localSet: try localSet(index)
    case .localTee: try localTee(index)
    case .globalGet: try pushOperand(try global(index).type)
    case .globalSet: try globalSet(index)
    case .refNull: try refNull(instruction.heapType)
    case .refIsNull: try refIsNull()
    case .refFunc: try refFunc(index)
    case .tableGet: try tableGet(index)
    case .tableSet: try tableSet(index)
    case .tableSize: try pushOperand(try table(index).address)
    case .tableGrow: try tableGrow(index)
    case .tableFill: try tableFill(index)
    case .tableCopy: try tableCopy(to: index, from: instruction.secondIndex)
    case .tableInit: try tableInit(index, segment: instruction.secondIndex)
    case .elemDrop: _ = try element(index)
    case .memorySize: try pushOperand(try memory(index))
    case .memoryGrow: try memoryGrow(index)
    case .memoryFill: try memoryFill(index)
    case .memoryCopy: try memoryCopy(to: index, from: instruction.secondIndex)
    case .memoryInit: try memoryInit(index, segment: instruction.secondIndex)
    case .dataDrop: try checkData(index)
    case .nop, .load, .store, .integerConst, .floatConst, .integerTest, .integerUnary,
      .integerBinary, .integerRelation, .integerExtend, .floatUnary, .floatBinary,
      .floatRelation, .conversion, .atomic(.fence):
      // Typed by their signature, which is never by hand.
      break
    case .vector(let operation):
      try checkLanes(instruction, operation)
      let signature = instruction.signature
      let isAccess = operation.accessWidthLog2 != nil
      let first = isAccess ? try checkAccess(instruction.memArg, signature) : .v128
      try apply(signature, address: first)
    case .atomic:
      let signature = instruction.signature
      try apply(signature, address: try checkAtomicAccess(instruction.memArg, signature))
    case .exception(let operation): try exception(operation, instruction)
    case .typedReference(let operation): try typedReference(operation, index)
    case .aggregate(let operation): try aggregate(operation, instruction)
    case .wide(let operation):
      for _ in 0..<operation.operandCount { try popOperand(.i64) }
      try pushOperand(.i64)
      try pushOperand(.i64)
    }
  }

  // MARK: Operands

  @inline(__always)
  mutating func pushOperand(_ type: OperandType) throws(WasmError) {
    if height == operands.capacity { try growOperands(by: 1) }
    operands.base[height] = type
    height += 1
  }

  @inline(__always)
  mutating func popOperand(_ expected: OperandType) throws(WasmError) {
    if height > frameHeight, operands.base[height - 1] == expected {
      height -= 1
    } else {
      try popOtherOperand(expected)
    }
  }

  /// Pops an operand that is not just the expected one.
  @inline(never)
  private mutating func popOtherOperand(_ expected: OperandType) throws(WasmError) {
    let found = try popAnyOperand(expected: expected)
    guard context.matches(found, expected) else {
      height += 1
      throw stackMismatch(expected)
    }
  }

  /// Pops an operand of any type; the bottom type where unreachable code has none.
  ///
  /// - Parameters:
  ///   - expected: what to name in the error; any value by default.
  @discardableResult
  mutating func popAnyOperand(
    expected: OperandType = .bottom
  ) throws(WasmError) -> OperandType {
    if height > frameHeight {
      height -= 1
      return operands.base[height]
    }
    guard isUnreachable else { throw stackMismatch(expected) }
    return .bottom
  }

  @inline(__always)
  mutating func pushOperands(_ types: TypeList) throws(WasmError) {
    if types.count == 0 { return }
    if types.count == 1 { return try pushOperand(types[0]) }
    if height + types.count > operands.capacity { try growOperands(by: types.count) }
    for index in 0..<types.count { operands.base[height + index] = types[index] }
    height += types.count
  }

  @inline(__always)
  mutating func popOperands(_ types: TypeList) throws(WasmError) {
    var index = types.count
    while index > 0 {
      index -= 1
      try popOperand(types[index])
    }
  }

  /// Checks that the operands on top match `types`, and leaves them.
  mutating func checkOperands(_ types: TypeList) throws(WasmError) {
    var place = height
    var index = types.count
    while index > 0 {
      index -= 1
      place -= 1
      guard place >= frameHeight else {
        guard isUnreachable else { throw stackMismatch(types[index]) }
        return
      }
      let found = operands.base[place]
      if found != types[index], !context.matches(found, types[index]) {
        throw stackMismatch(types[index])
      }
    }
  }

  @inline(never)
  private mutating func growOperands(by count: Int) throws(WasmError) {
    let limit = ImplementationLimits.operandStackHeight
    guard height + count <= limit else {
      throw .limit("operands", UInt64(height + count), limit, at: offset)
    }
    operands.grow(to: height + count, keeping: height)
  }

  // MARK: Errors

  /// Name of the instruction that is validated.
  var mnemonic: String { InstructionTable.mnemonic(of: operation) }

  @inline(never)
  func mismatch(expected: String, found: String) -> WasmError {
    .typeMismatch(mnemonic, expects: expected, found: found, at: offset)
  }

  /// The operands on top are not what the instruction takes.
  @inline(never)
  func stackMismatch(_ expected: OperandType) -> WasmError {
    .stackMismatch(
      mnemonic, requires: expected == .bottom ? "a value" : "[\(expected.name)]",
      found: description(of: height - frameHeight), at: offset)
  }

  /// The topmost of `count` operands as messages show them.
  func description(of count: Int) -> String {
    let shown = max(0, min(count, 8))
    let names = (0..<shown).map { operands.base[frameHeight + count - shown + $0].name }
    return "[\((count > shown ? ["…"] + names : names).joined(separator: " "))]"
  }
}
