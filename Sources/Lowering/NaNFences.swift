// Keeps LLVM from folding float arithmetic that makes a signalling NaN quiet.
//
// Runs once locals are in registers and before anything else folds, so that it sees
// through variables. LLVM folds some operations to their operand (x·1, x−0, demote of
// promote); the constant is hidden from it, also where it comes by way of a variable, an
// argument or a result.
// Specification: 4.3.3 (NaN propagation).

internal import LLVM

/// Fences the float arithmetic of a module's functions.
final class NaNFences {
  private let context: Context
  private let builder: Builder
  /// Hidden copies of constants, made in the current function's entry block.
  private var hidden: [IRValue: IRValue] = [:]
  private var entry: BasicBlock?

  /// Fences every function that has a body.
  static func apply(to module: IRModule) {
    let fences = NaNFences(module)
    for function in module.functions { fences.fence(function) }
  }

  private init(_ module: IRModule) {
    context = module.context
    builder = Builder(module.context)
  }

  private func fence(_ function: IRValue) {
    hidden.removeAll(keepingCapacity: true)
    entry = function.blocks.first
    for block in function.blocks {
      var next = block.firstInstruction
      while let instruction = next {
        next = instruction.nextInstruction
        switch instruction.instructionKind {
        case .call, .return: hideNeutralOperands(of: instruction)
        case .choice: if reachesArithmetic(instruction) { hideNeutralOperands(of: instruction) }
        case .floatArithmetic: hideNeutralOperand(of: instruction)
        case .floatTruncate: hidePromotion(of: instruction)
        case .load, .lanes, .other: break
        }
      }
    }
  }

  /// Hides an operand by which LLVM folds the operation away.
  private func hideNeutralOperand(of instruction: IRValue) {
    for index in 0...1 {
      guard let neutral = instruction.neutralMagnitude(ofOperand: index),
        instruction.operand(index).anySource({ $0.holdsConstant(magnitudes: [neutral]) })
      else { continue }
      builder.position(before: instruction)
      instruction.setOperand(index, builder.opaque(instruction.operand(index)))
    }
  }

  /// Hides operands that are constants which arithmetic could be folded by elsewhere.
  private func hideNeutralOperands(of instruction: IRValue) {
    for (index, operand) in instruction.operands.enumerated() where operand.isNeutral {
      instruction.setOperand(index, hiddenCopy(of: operand))
    }
  }

  /// A copy of a constant that stands in the entry block, so that it is as good as a
  /// constant for the control flow between.
  private func hiddenCopy(of constant: IRValue) -> IRValue {
    if let known = hidden[constant] { return known }
    guard let entry else { return constant }
    builder.position(before: entry.terminator)
    let copy = builder.opaque(constant)
    hidden[constant] = copy
    return copy
  }

  /// Whether a value meets arithmetic as it is or by way of further phis, selects and
  /// moves of lanes.
  private func reachesArithmetic(_ value: IRValue) -> Bool {
    guard value.type == context.f32 || value.type == context.f64 || value.type.isVector else {
      return false
    }
    var seen: Set<IRValue> = [value]
    var worklist = [value]
    while let value = worklist.popLast() {
      for user in value.users {
        switch user.instructionKind {
        case .floatArithmetic: return true
        case .choice, .lanes: if seen.insert(user).inserted { worklist.append(user) }
        case .load, .call, .return, .floatTruncate, .other: break
        }
      }
    }
    return false
  }

  /// Keeps a demotion of a promotion from becoming nothing.
  private func hidePromotion(of instruction: IRValue) {
    let operand = instruction.operand(0)
    guard operand.anySource({ $0.isFloatExtend }) else { return }
    builder.position(before: instruction)
    instruction.setOperand(0, builder.opaque(operand))
  }
}

extension IRValue {
  /// Whether it is a constant with 0 or ±1, by which arithmetic may have no effect but on
  /// NaN.
  fileprivate var isNeutral: Bool { holdsConstant(magnitudes: [0, 1]) }
}
