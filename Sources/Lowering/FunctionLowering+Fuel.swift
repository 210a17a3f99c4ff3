// Counting what a program executes, so that it ends in the same place on every machine.
//
// A function that is entered costs the instructions that stand outside of its loops; each
// turn of a loop, those in it but not in a loop within. Both are known before anything
// runs, so the counter changes once for each: fewer places than instructions, and a
// register holds it in loops without calls.

internal import CLLVM
internal import LLVM
internal import Wasm

/// The costs of a body: of entering it, and of a turn of each loop, by the loop's offset.
struct FuelCosts: InstructionConsumer {
  private(set) var entry: UInt64 = 1
  private(set) var loops: [Int: UInt64] = [:]
  /// The loop around, by its offset, for each construct that is open.
  private var enclosing: [Int?] = [nil]

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    let around = enclosing.last ?? nil
    switch instruction.operation {
    case .loop:
      loops[instruction.offset] = 1
      enclosing.append(instruction.offset)
    case .block: enclosing.append(around)
    case .if:
      enclosing.append(around)
      charge(around)
    case .end: enclosing.removeLast()
    case .nop, .else: break
    default: charge(around)
    }
  }

  private mutating func charge(_ loop: Int?) {
    if let loop { loops[loop, default: 0] += 1 } else { entry += 1 }
  }
}

extension FunctionLowering {
  /// Takes the cost of what comes next off the fuel that is left; traps where it is not enough.
  func consumeFuel(_ cost: UInt64) {
    guard let fuel = program.fuel else { return }
    let available = builder.load(context.i64, fuel.value)
    program.alias.mark(available, fuel.alias)
    let left = builder.binary(LLVMSub, available, context.constant(context.i64, cost))
    program.alias.mark(builder.store(left, fuel.value), fuel.alias)
    // Not a test of the sign of what is left: x86 subtracts and branches in one step then.
    trap(
      .outOfFuel,
      if: builder.compare(.unsignedLess, available, context.constant(context.i64, cost)))
  }
}
