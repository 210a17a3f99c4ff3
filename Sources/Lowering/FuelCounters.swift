// Keeps the counter of fuel in one register of each loop.
//
// Code generation rewrites what a loop adds up so that several sums share a register, and
// then computes what is left by another instruction than what is asked. A counter that it
// cannot see through stays as it is: one subtraction and a branch on its carry.
// Runs when everything else is optimised.

internal import LLVM

/// Hides the sums by which loops count fuel.
enum FuelCounters {
  /// Hides those of every function.
  static func hide(in module: IRModule) {
    let builder = Builder(module.context)
    for function in module.functions {
      let blocks = function.blocks
      var traps = Set(blocks.filter { $0.instructions.contains { $0.isOutOfFuel } })
      if traps.isEmpty { continue }
      // What is left may be stored on the way.
      for block in blocks where block.successors.count == 1 && traps.contains(block.successors[0]) {
        traps.insert(block)
      }
      for block in blocks where block.successors.contains(where: traps.contains) {
        guard let (_, available, cost) = block.terminator.branchComparison,
          let cost = cost.constantInteger
        else { continue }
        for left in available.users where left.takes(cost) {
          let users = left.users
          guard available.isPhi || users.contains(where: \.isPhi), let next = left.nextInstruction
          else { continue }
          builder.position(before: next)
          let copy = builder.opaque(left)
          for user in users { user.replaceOperands(left, with: copy) }
        }
      }
    }
  }
}

extension IRValue {
  /// Whether it is the end of a program for want of fuel.
  fileprivate var isOutOfFuel: Bool {
    calledName == "apus_trap" && operand(0).constantInteger == UInt64(Trap.outOfFuel.rawValue)
  }

  /// Whether it subtracts `cost` from something.
  fileprivate func takes(_ cost: UInt64) -> Bool { constantSum?.addend == 0 &- cost }
}
