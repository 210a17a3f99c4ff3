// Keeps what LLVM would optimise away although WebAssembly can see it.
//
// Runs once locals are in registers and before anything else, so that it sees through
// variables. Two things are fenced:
// - an access whose value nobody needs can still trap: it becomes volatile, and a call
//   whose results nobody needs is not inlined, so that its accesses stay needed;
// - an operation that LLVM folds to its operand (x·1, x−0, demote of promote) must still
//   make a signalling NaN quiet: the constant is hidden from it, also where it comes by
//   way of a variable, an argument or a result.
// Specification: 4.4.7 (traps), 4.3.3 (NaN propagation).

internal import LLVM

/// Fences the functions of a module.
final class SemanticFences {
  private let context: Context
  private let builder: Builder
  private let noInline: Attribute
  /// Instructions of the current function whose value is needed.
  private var needed: Set<IRValue> = []
  private var worklist: [IRValue] = []
  /// Hidden copies of constants, made in the current function's entry block.
  private var hidden: [IRValue: IRValue] = [:]
  private var entry: BasicBlock?

  /// Fences every function that has a body.
  static func apply(to module: IRModule) {
    let fences = SemanticFences(module)
    for function in module.functions { fences.fence(function) }
  }

  private init(_ module: IRModule) {
    context = module.context
    builder = Builder(module.context)
    noInline = module.context.attribute("noinline")
  }

  private func fence(_ function: IRValue) {
    needed.removeAll(keepingCapacity: true)
    hidden.removeAll(keepingCapacity: true)
    entry = function.blocks.first
    var droppable: [IRValue] = []
    for block in function.blocks {
      var next = block.firstInstruction
      while let instruction = next {
        next = instruction.nextInstruction
        switch instruction.instructionKind {
        case .load: droppable.append(instruction)
        case .call:
          if instruction.yieldsValue { droppable.append(instruction) }
          hideNeutralOperands(of: instruction)
        case .return: hideNeutralOperands(of: instruction)
        case .choice: if reachesArithmetic(instruction) { hideNeutralOperands(of: instruction) }
        case .floatArithmetic: hideNeutralOperand(of: instruction)
        case .floatTruncate: hidePromotion(of: instruction)
        case .other: break
        }
        if instruction.hasEffect { markOperands(of: instruction) }
      }
    }
    while let instruction = worklist.popLast() { markOperands(of: instruction) }
    for instruction in droppable {
      if case .load = instruction.instructionKind {
        if !needed.contains(instruction) { instruction.setVolatile() }
      } else if !needsAllResults(of: instruction) {
        instruction.addCallAttribute(noInline)
      }
    }
  }

  // MARK: Needed values

  /// Marks what `instruction` needs.
  private func markOperands(of instruction: IRValue) {
    for operand in instruction.relevantOperands where operand.isInstruction {
      if needed.insert(operand).inserted { worklist.append(operand) }
    }
  }

  /// Whether the value of a call is needed; of a pair, both halves.
  private func needsAllResults(of call: IRValue) -> Bool {
    guard call.type.isStructure else { return needed.contains(call) }
    // A tail call returns the pair as it is.
    let users = call.users
    if users.contains(where: { !$0.isExtraction }) { return true }
    return users.filter(needed.contains).count == call.type.fieldCount
  }

  // MARK: Quieting

  /// Hides an operand by which LLVM folds the operation away.
  private func hideNeutralOperand(of instruction: IRValue) {
    for index in 0...1 {
      guard let neutral = instruction.neutralMagnitude(ofOperand: index),
        instruction.operand(index).constantFloatMagnitude == neutral
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

  /// Whether a value meets arithmetic as it is or by way of further phis and selects.
  private func reachesArithmetic(_ value: IRValue) -> Bool {
    guard value.type == context.f32 || value.type == context.f64 else { return false }
    var seen: Set<IRValue> = [value]
    var worklist = [value]
    while let value = worklist.popLast() {
      for user in value.users {
        switch user.instructionKind {
        case .floatArithmetic: return true
        case .choice: if seen.insert(user).inserted { worklist.append(user) }
        case .load, .call, .return, .floatTruncate, .other: break
        }
      }
    }
    return false
  }

  /// Keeps a demotion of a promotion from becoming nothing.
  private func hidePromotion(of instruction: IRValue) {
    let operand = instruction.operand(0)
    guard operand.isFloatExtend else { return }
    builder.position(before: instruction)
    instruction.setOperand(0, builder.opaque(operand))
  }
}

extension IRValue {
  /// Whether it is a constant of 0 or ±1, by which arithmetic may have no effect but on NaN.
  fileprivate var isNeutral: Bool {
    guard let magnitude = constantFloatMagnitude else { return false }
    return magnitude == 0 || magnitude == 1
  }
}
