// Lowers one function body at a time to LLVM IR, instruction by instruction.
//
// This file holds the state and the dispatch; the rules stand in one extension for
// each chapter of the specification. Gets only valid instructions and skips
// unreachable ones before dispatch, so no rule asks whether it is reachable and none
// throws. Must not form pointers into linear memory: that is `+MemoryAccess`.

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

/// The state of lowering a body. One object serves all bodies, so that its stacks are
/// allocated once.
final class FunctionLowering: InstructionConsumer {
  let program: ProgramLowering
  let context: Context
  let builder: Builder

  /// The instance whose code is lowered.
  let instance: Instance
  /// Its place in the program.
  let position: Int
  let layout: InstanceLayout
  private(set) var entity: FunctionEntity

  /// Values of the operand stack (specification 4.2.12).
  var stack: [IRValue] = []
  /// Structured control instructions around the current one, innermost last.
  var frames: [ControlFrame] = []
  /// Slots of the local variables, parameters first.
  var locals: [(slot: IRValue, type: IRType)] = []
  /// For unreachable code: how many blocks deep in it we are; `nil` elsewhere.
  var unreachableDepth: Int?

  /// The bases of the memories that the function accesses, by their constant.
  var bases: [IRValue: IRValue] = [:]

  /// What the producer says of the function's branches, by their offset in its body.
  private var hints: ArraySlice<BranchHint> = []
  private var bodyStart = 0

  /// What the function and its loops cost, where that is counted.
  private(set) var fuelCosts = FuelCosts()

  private var entryBlock: BasicBlock
  private var trapBlocks: [BasicBlock?] = []

  var module: Module { instance.module }

  init(
    program: ProgramLowering, instance: Instance, position: Int, layout: InstanceLayout,
    first: FunctionEntity
  ) {
    self.program = program
    self.context = program.context
    self.instance = instance
    self.position = position
    self.layout = layout
    self.builder = Builder(program.context)
    entity = first
    entryBlock = first.function.appendBlock(in: program.context)
    entryBlock.delete()
  }

  /// Lowers body `index` of the module's code section into `entity`.
  func lower(body index: Int, into entity: FunctionEntity) {
    self.entity = entity
    stack.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
    locals.removeAll(keepingCapacity: true)
    bases.removeAll(keepingCapacity: true)
    trapBlocks = Array(repeating: nil, count: Int(APUS_TRAP_COUNT.rawValue))
    unreachableDepth = nil
    hints = module.branchHints[FuncIndex(module.importedFunctionCount + index), default: []][...]
    bodyStart = module.code[index].range.lowerBound
    entryBlock = entity.function.appendBlock(in: context)
    let body = entity.function.appendBlock(in: context)
    builder.position(atEndOf: entryBlock)
    do throws(WasmError) {
      declareLocals(try module.locals(ofBody: index))
      builder.branch(to: body)
      builder.position(atEndOf: body)
      if program.fuel != nil {
        fuelCosts = FuelCosts()
        try module.decodeBody(index, into: &fuelCosts)
        consumeFuel(fuelCosts.entry)
      }
      enterFunction()
      var consumer = self
      try module.decodeBody(index, into: &consumer)
    } catch {
      preconditionFailure("a validated body does not decode: \(error)")
    }
  }

  func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    if unreachableDepth == nil {
      lower(instruction)
    } else {
      skip(instruction.operation)
    }
  }

  /// One case for each shape; the compiler lists what is missing.
  private func lower(_ instruction: borrowing Instruction) {
    switch instruction.operation {
    case .unreachable: trap(.unreachable)
    case .nop: break
    case .block: enterBlock(instruction.blockType)
    case .loop: enterLoop(instruction.blockType, at: instruction.offset)
    case .if: enterIf(instruction.blockType, hint: hint(at: instruction.offset))
    case .else: enterElse()
    case .end: leave()
    case .br: branch(to: instruction.index)
    case .brIf: branchIf(to: instruction.index, hint: hint(at: instruction.offset))
    case .brTable: branchTable(instruction.labels)
    case .return: returnFromFunction()
    case .call: call(instruction.index)
    case .callIndirect: callIndirect(instruction.index, table: instruction.secondIndex)
    case .returnCall: returnCall(instruction.index)
    case .returnCallIndirect: returnCallIndirect(instruction.index, table: instruction.secondIndex)

    case .drop: stack.removeLast()
    case .select, .selectTyped: select()

    case .localGet: localGet(instruction.index)
    case .localSet: localSet(instruction.index)
    case .localTee: localTee(instruction.index)
    case .globalGet: globalGet(instruction.index)
    case .globalSet: globalSet(instruction.index)

    case .refNull: push(null(of: instruction.heapType))
    case .refIsNull: pushBit(isNull(pop()))
    case .refFunc: push(program.reference(to: layout.functions[Int(instruction.index)]))

    case .tableGet: tableGet(instruction.index)
    case .tableSet: tableSet(instruction.index)
    case .tableSize: tableSize(instruction.index)
    case .tableGrow: tableGrow(instruction.index)
    case .tableFill: tableFill(instruction.index)
    case .tableCopy: tableCopy(to: instruction.index, from: instruction.secondIndex)
    case .tableInit: tableInit(instruction.index, segment: instruction.secondIndex)
    case .elemDrop: drop(layout.elements[Int(instruction.index)])

    case .load(let shape): load(shape, instruction.memArg)
    case .store(let shape): store(shape, instruction.memArg)
    case .memorySize: memorySize(instruction.index)
    case .memoryGrow: memoryGrow(instruction.index)
    case .memoryFill: memoryFill(instruction.index)
    case .memoryCopy: memoryCopy(to: instruction.index, from: instruction.secondIndex)
    case .memoryInit: memoryInit(instruction.index, segment: instruction.secondIndex)
    case .dataDrop: drop(layout.data[Int(instruction.index)])

    case .integerConst(let type):
      push(context.constant(type == .i32 ? context.i32 : context.i64, instruction.bits))
    case .floatConst(.f32):
      push(context.float32(bits: UInt32(truncatingIfNeeded: instruction.bits)))
    case .floatConst(.f64): push(context.float64(bits: instruction.bits))
    case .integerTest: integerTest()
    case .integerUnary(_, let operation): integerUnary(operation)
    case .integerBinary(_, let operation): integerBinary(operation)
    case .integerRelation(_, let relation): integerRelation(relation)
    case .floatUnary(_, let operation): floatUnary(operation)
    case .floatBinary(_, let operation): floatBinary(operation)
    case .floatRelation(_, let relation): floatRelation(relation)
    case .integerExtend(_, let width): integerExtend(from: width)
    case .conversion(let operation): convert(operation)

    case .vector(let operation): vector(operation, instruction)
    case .wide(let operation): wide(operation)

    case .typedReference(.callRef): callRef(instruction.index)
    case .typedReference(.returnCallRef): returnCallRef(instruction.index)
    case .typedReference(.asNonNull): asNonNull()
    case .typedReference(.brOnNull): branchOnNull(to: instruction.index)
    case .typedReference(.brOnNonNull): branchOnNonNull(to: instruction.index)
    case .aggregate(.test): pushBit(matches(pop(), instruction.castTarget))
    case .aggregate(.cast): cast(to: instruction.castTarget)
    case .aggregate(.brOnCast):
      branchOnCast(to: instruction.index, instruction.castTarget, ifMatching: true)
    case .aggregate(.brOnCastFail):
      branchOnCast(to: instruction.index, instruction.castTarget, ifMatching: false)

    case .atomic(let operation): atomic(operation, instruction.memArg)

    case .exception, .aggregate:
      preconditionFailure("Module.unsupportedUse let through what is not compiled")
    }
  }

  /// Whether the branch at an absolute offset is likely, if that is known. Hints stand in
  /// the order of the branches.
  private func hint(at offset: Int) -> Bool? {
    let place = offset - bodyStart
    hints = hints.drop { $0.offset < place }
    guard let hint = hints.first, hint.offset == place else { return nil }
    return hint.isLikely
  }

  // MARK: Operand stack

  func push(_ value: IRValue) { stack.append(value) }

  func pop() -> IRValue { stack.removeLast() }

  /// Takes the last `count` values, in the order they were pushed.
  func pop(_ count: Int) -> [IRValue] {
    let values = Array(stack.suffix(count))
    stack.removeLast(count)
    return values
  }

  // MARK: Blocks of the function

  /// A new block behind the current one.
  func makeBlock() -> BasicBlock {
    let block = entity.function.appendBlock(in: context)
    block.move(after: builder.block)
    return block
  }

  /// Traps where `condition` holds; goes on where it does not.
  func trap(_ trap: Trap, if condition: IRValue) {
    let next = makeBlock()
    builder.branch(if: condition, then: block(for: trap), else: next)
    builder.position(atEndOf: next)
  }

  /// Ends the current block with a trap; what follows is unreachable.
  func trap(_ trap: Trap) {
    builder.branch(to: block(for: trap))
    markUnreachable()
  }

  /// The block that raises `trap`, shared by the whole function.
  private func block(for trap: Trap) -> BasicBlock {
    if let block = trapBlocks[Int(trap.rawValue)] { return block }
    let current = builder.block
    let block = entity.function.appendBlock(in: context)
    builder.position(atEndOf: block)
    builder.call(
      program.runtime.function("apus_trap"), [context.constant(context.i32, UInt64(trap.rawValue))])
    builder.unreachable()
    builder.position(atEndOf: current)
    trapBlocks[Int(trap.rawValue)] = block
    return block
  }

  /// A slot in the function's frame, made in the entry block so that it is made once.
  func makeSlot(_ type: IRType) -> IRValue { inEntryBlock { builder.alloca(type) } }

  /// Builds in the entry block, whose values are there in the whole function.
  func inEntryBlock(_ build: () -> IRValue) -> IRValue {
    let current = builder.block
    builder.position(before: entryBlock.terminator)
    let value = build()
    builder.position(atEndOf: current)
    return value
  }
}
