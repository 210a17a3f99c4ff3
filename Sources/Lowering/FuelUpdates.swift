// Makes each charge of fuel that goes to memory one instruction there.
//
// LLVM keeps what is left in a register from one charge to the next and stores it at each:
// a load, two sums, two stores and a comparison, where two subtractions from memory that
// branch on their carry do the same. In functions of calls and little else that counts.
// Where many charges follow one another, registers are better: memory takes several cycles
// from each to the next.
// Runs when everything else is optimised.

internal import CLLVM
internal import LLVM

/// Takes charges of fuel apart that follow one another.
enum FuelUpdates {
  /// Uses of what fuel was at first, by all charges of a row: each has one of its own, and the
  /// first compares as well.
  private static let usesLimit = 4

  /// A charge that is stored where nothing but an earlier one stands before it.
  private struct Update {
    /// What the earlier one left.
    var before: IRValue
    var store: IRValue
    var comparison: IRValue
    /// What it takes, as what is added.
    var change: UInt64
  }

  /// Does so in every function.
  static func separate(in lowering: ProgramLowering) {
    guard let fuel = lowering.fuel else { return }
    let context = lowering.context
    let builder = Builder(context)
    for function in lowering.module.functions {
      for update in updates(in: function, fuel.value) {
        guard
          let first = update.store.parentBlock.instructions.first(where: { !$0.isPhi })
        else { continue }
        builder.position(before: first)
        let available = builder.load(context.i64, fuel.value)
        lowering.alias.copy(from: update.store, to: available)
        builder.position(before: update.store)
        let change = context.constant(context.i64, update.change)
        let left = update.store.operand(0)
        update.store.setOperand(0, builder.binary(LLVMAdd, available, change))
        // Another use of what it was added to would keep that in a register.
        if left.users.isEmpty { left.erase() }
        update.comparison.replaceOperands(update.before, with: available)
      }
    }
  }

  /// Charges that follow another with neither a call nor a junction between.
  private static func updates(in function: IRValue, _ fuel: IRValue) -> [Update] {
    let blocks = function.blocks
    var predecessors: [BasicBlock: Int] = [:]
    for block in blocks {
      for successor in block.successors { predecessors[successor, default: 0] += 1 }
    }
    var updates: [Update] = []
    for block in blocks {
      guard let before = lastStored(in: block, fuel) else { continue }
      var worklist = block.successors
      while let next = worklist.popLast() {
        guard predecessors[next] == 1 else { continue }
        guard let access = next.instructions.first(where: { $0.isCharge(of: fuel) }) else {
          worklist += next.successors
          continue
        }
        if let update = update(access, after: before, fuel) { updates.append(update) }
      }
    }
    return updates
  }

  /// The value that fuel has at the end of a block, if the block stores it.
  private static func lastStored(in block: BasicBlock, _ fuel: IRValue) -> IRValue? {
    guard let last = block.instructions.last(where: { $0.isCharge(of: fuel) }),
      last.writtenVariable == fuel
    else { return nil }
    return last.operand(0)
  }

  /// The charge that `store` makes, if it and the one before start from the same value.
  private static func update(
    _ store: IRValue, after before: IRValue, _ fuel: IRValue
  ) -> Update? {
    let block = store.parentBlock
    guard store.writtenVariable == fuel,
      let earlier = before.constantSum, let later = store.operand(0).constantSum,
      earlier.value == later.value, earlier.value.users.count <= usesLimit,
      let (_, left, right) = block.terminator.branchComparison
    else { return nil }
    let change = later.addend &- earlier.addend
    guard left == before, right.constantInteger == 0 &- change,
      let comparison = before.users.first(where: { user in
        user.parentBlock == block && user.comparedConstant == right.constantInteger
      })
    else { return nil }
    return Update(before: before, store: store, comparison: comparison, change: change)
  }
}

extension IRValue {
  /// Whether it reads or writes fuel, itself or in what it calls.
  fileprivate func isCharge(of fuel: IRValue) -> Bool {
    if case .call = instructionKind { return true }
    return writtenVariable == fuel || (isLoad && operand(0) == fuel)
  }
}
