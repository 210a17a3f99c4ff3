// Whether a value is needed on every path from where it is computed.
//
// LLVM moves a load that is needed on one side of a branch only to that side, in the
// optimiser, or when a condition or a select becomes a branch in machine code. A path that
// ends in the trap which the load itself would raise counts as one that needs it.
// Specification: 4.4.7 (traps).

internal import LLVM

extension TrapFences {
  /// How many blocks are looked at from where a value is computed. What is not found by
  /// then counts as not needed, as with the other limits.
  private static let horizon = 200

  /// How many values and uses of them are looked at for one load.
  static let stepLimit = 500

  /// How many phis and calls deep values are followed.
  private static let depthLimit = 30

  /// Whether each path from where a value is computed leads to an effect that needs it.
  func isNeededOnEveryPath(_ value: IRValue, depth: Int = 0) -> Bool {
    if let known = isInevitable[value] { return known }
    if depth > Self.depthLimit { return false }
    // A phi that is asked about while it is decided goes round a loop.
    isInevitable[value] = true
    let first = decided.count
    let (blocks, edges) = effects(of: value, depth: depth)
    var seen: Set<BasicBlock> = []
    let home = value.startBlock
    func meetsEffect(_ block: BasicBlock) -> Bool {
      // The next turn of a loop computes another value.
      if block == home, !seen.isEmpty { return false }
      if blocks.contains(block) || !seen.insert(block).inserted { return true }
      // The trap is the one that a load would raise.
      if block.firstInstruction?.isTrap(.memoryOutOfBounds) == true { return true }
      let successors = block.successors
      if successors.isEmpty || seen.count > Self.horizon { return false }
      return successors.allSatisfy { successor in
        edges.contains(ControlEdge(from: block, to: successor)) || meetsEffect(successor)
      }
    }
    let answer = home.map(meetsEffect) ?? false
    if !answer {
      // What was found to be needed meanwhile may be so by way of this value only.
      for other in decided[first...] where isInevitable[other] == true {
        isInevitable[other] = nil
      }
      decided.removeSubrange(first...)
    }
    isInevitable[value] = answer
    decided.append(value)
    return answer
  }

  /// The blocks with an effect that needs a value, directly or by way of pure instructions,
  /// and the edges on which it goes into a phi that is needed on every path.
  private func effects(of value: IRValue, depth: Int) -> (
    blocks: Set<BasicBlock>, edges: Set<ControlEdge>
  ) {
    let home = value.startBlock
    var blocks: Set<BasicBlock> = []
    var edges: Set<ControlEdge> = []
    var seen: Set<IRValue> = [value]
    var worklist = [value]
    while let value = worklist.popLast() {
      let users = value.users(atMost: steps)
      steps -= users.count
      for user in users where user.isInstruction {
        if user.isPhi {
          guard needed[user] != nil, isNeededOnEveryPath(user, depth: depth + 1) else { continue }
          for (source, block) in user.incoming where source == value {
            edges.insert(ControlEdge(from: block, to: user.parentBlock))
          }
        } else if user.hasEffect {
          guard !isIdle(user), needs(user, value, depth: depth) else { continue }
          blocks.insert(user.parentBlock)
          if user.parentBlock == home { return (blocks, edges) }
        } else if needed[user] != nil, !user.mayBecomeBranch(on: value),
          needs(user, value, depth: depth), seen.insert(user).inserted
        {
          worklist.append(user)
        }
      }
    }
    return (blocks, edges)
  }

  /// Whether an instruction needs this operand of it. A call may be inlined, so what it is
  /// for must be needed on every path as well, in the callee and in the caller.
  private func needs(_ instruction: IRValue, _ operand: IRValue, depth: Int) -> Bool {
    if let variable = instruction.writtenVariable, isRead(onlyByLoads: variable),
      needed[variable] == nil
    {
      return false
    }
    let bytes = instruction.hasEffect ? .max : needed[instruction] ?? 0
    if instruction.demands(bytes).contains(where: { $0.value == operand && $0.bytes != 0 }) {
      return true
    }
    let parameters = instruction.passedArguments.filter { $0.argument == operand }
      .map(\.parameter)
    return parameters.contains { needed[$0] != nil && isNeededOnEveryPath($0, depth: depth + 1) }
      && (!instruction.yieldsValue || isNeededOnEveryPath(instruction, depth: depth + 1))
  }
}

extension IRValue {
  /// Whether an instruction raises this trap.
  fileprivate func isTrap(_ trap: Trap) -> Bool {
    calledName == "apus_trap" && operand(0).constantInteger == UInt64(trap.rawValue)
  }
}

/// A way that control may go.
private struct ControlEdge: Hashable {
  let from: BasicBlock
  let to: BasicBlock
}
