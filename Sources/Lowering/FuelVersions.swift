// Gives counted loops a version that does not ask in each turn whether there is fuel.
//
// A loop that calls nothing, takes the same in each turn and whose turns can be counted
// before the first needs to ask only once, whether all turns together can be paid for. If
// so, a copy runs for which all is taken at once: LLVM unrolls and vectorises it like a
// loop without fuel. If not, the loop runs as it stands. What is taken, and where the
// program ends, is the same in both.
// Runs before traps of reads are fenced: an exit for want of fuel needs no value, so each
// read before it would become volatile.

internal import CLLVM
internal import LLVM

/// Finds the loops of a module that can have two versions, and makes the second.
struct FuelVersions: ~Copyable {
  /// The largest loop that is copied, in blocks and in instructions.
  private static let blockLimit = 40
  fileprivate static let instructionLimit = 400

  private let lowering: ProgramLowering
  private let builder: Builder
  private let fuel: (value: IRValue, alias: AliasClass)

  /// The form of loops that `apply` looks for.
  static let preparation = "function(loop-simplify,lcssa)"

  /// Versions the loops of every function that has a body.
  static func apply(to lowering: ProgramLowering) {
    guard let fuel = lowering.fuel else { return }
    let versions = FuelVersions(
      lowering: lowering, builder: Builder(lowering.context), fuel: fuel)
    for function in lowering.module.functions {
      for loop in InnermostLoop.all(of: function, blockLimit: blockLimit) { versions.add(to: loop) }
    }
  }

  private func add(to loop: InnermostLoop) {
    guard let charge = FuelCharge(of: loop, fuel.value, lowering.reads) else { return }
    builder.position(before: loop.preheader.terminator)
    guard let count = TurnCount(loop, ignoring: charge.checks, builder),
      charge.isComplete(at: count.block, of: loop), isLeft(loop, onlyAfter: count.block, charge)
    else { return }
    let context = builder.context
    let available = builder.load(context.i64, fuel.value)
    lowering.alias.mark(available, fuel.alias)
    // A shift in place of a product, which could wrap: a power of two that is no less.
    let bits = UInt64(64 - (charge.limit - 1).leadingZeroBitCount)
    let turns = builder.binary(LLVMLShr, available, context.constant(context.i64, bits))
    let isEnough = builder.binary(
      LLVMAnd, count.condition, builder.compare(.unsignedLess, count.atMost(builder), turns))

    let copy = loop.copy(taking: charge.checks, omitting: charge.instructions, builder)
    builder.position(before: copy.terminator)
    let cost = context.constant(context.i64, charge.amount)
    let first = builder.binary(LLVMSub, available, cost)
    let others = builder.binary(LLVMMul, count.repeats(builder), cost)
    let store = builder.store(builder.binary(LLVMSub, first, others), fuel.value)
    lowering.alias.mark(store, fuel.alias)

    loop.latch.terminator.markPlainLoop(in: context)
    let end = loop.preheader.terminator
    builder.position(before: end)
    let branch = builder.branch(if: isEnough, then: copy, else: loop.header)
    lowering.weights.mark(branch, isLikely: true)
    end.erase()
  }

  /// Whether a loop ends only after `block`, or with the program.
  private func isLeft(
    _ loop: InnermostLoop, onlyAfter block: BasicBlock, _ charge: FuelCharge
  ) -> Bool {
    loop.blocks.allSatisfy { source in
      source == block || charge.checks[source.terminator] != nil
        || source.successors.allSatisfy { loop.contains($0) || $0.endsInTrap }
    }
  }
}

/// What a loop without calls does with fuel.
private struct FuelCharge {
  /// What a turn takes.
  private(set) var amount: UInt64 = 0
  /// What is enough for a turn: no less than it takes.
  private(set) var limit: UInt64 = 0
  /// The branches that ask whether there is enough, with where they go if so.
  private(set) var checks: [IRValue: BasicBlock] = [:]
  /// All other instructions that concern fuel.
  private(set) var instructions: Set<IRValue> = []
  private var stores: [IRValue] = []

  /// Is `nil` unless fuel is read once, at the start of each turn, and each use is understood.
  init?(of loop: InnermostLoop, _ fuel: IRValue, _ reads: MemoryReads) {
    let all = loop.instructions
    guard all.count <= FuelVersions.instructionLimit, !all.contains(where: { calls($0, reads) })
    else { return nil }
    let loads = all.filter { $0.isLoad && $0.operand(0) == fuel }
    guard loads.count == 1, loads[0].parentBlock == loop.header else { return nil }
    stores = all.filter { $0.writtenVariable == fuel }
    /// Values with what was taken until there.
    var worklist = [(value: loads[0], taken: UInt64(0))]
    while let (value, taken) = worklist.popLast() {
      instructions.insert(value)
      for user in value.users {
        guard loop.contains(user.parentBlock) else { return nil }
        if user.writtenVariable == fuel {
          instructions.insert(user)
          amount = max(amount, taken)
        } else if let sum = user.constantSum {
          worklist.append((user, taken &- sum.addend))
        } else if let asked = user.comparedConstant {
          instructions.insert(user)
          // A comparison may be for more than its constant, or for at least that.
          limit = max(limit, taken &+ asked &+ 1)
          for branch in user.users {
            guard let target = stay(branch, in: loop) else { return nil }
            checks[branch] = target
          }
        } else {
          return nil
        }
      }
    }
    limit = max(limit, amount)
    // No function is so long that its loops cost more: it is not what was emitted.
    guard limit < 1 << 40, !checks.isEmpty, stores.allSatisfy(instructions.contains) else {
      return nil
    }
  }

  /// Whether each turn has taken all of it at the end of `block`.
  func isComplete(at block: BasicBlock, of loop: InnermostLoop) -> Bool {
    stores.allSatisfy { store in
      store.parentBlock == loop.header
        || (block == loop.latch && loop.isPassedInEachTurn(store.parentBlock))
    }
  }
}

/// Whether an instruction calls what may take fuel, or be seen from outside.
private func calls(_ instruction: IRValue, _ reads: MemoryReads) -> Bool {
  guard case .call = instruction.instructionKind else { return false }
  return !reads.isRead(instruction)
}

/// The way of a conditional branch that does not leave a loop, if the other does.
private func stay(_ branch: IRValue, in loop: InnermostLoop) -> BasicBlock? {
  guard branch.isBranch, loop.contains(branch.parentBlock) else { return nil }
  let ways = branch.parentBlock.successors
  let inside = ways.filter(loop.contains)
  return ways.count == 2 && inside.count == 1 ? inside[0] : nil
}

extension BasicBlock {
  /// Whether control comes to a trap from here, by nothing but a branch.
  fileprivate var endsInTrap: Bool {
    guard let first = firstInstruction else { return false }
    if first.isBranch, successors.count == 1 {
      return successors[0].firstInstruction?.calledName == "apus_trap"
    }
    return first.calledName == "apus_trap"
  }
}
