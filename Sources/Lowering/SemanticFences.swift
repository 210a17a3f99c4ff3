// Keeps what LLVM would optimise away although WebAssembly can see it.
//
// Runs once locals are in registers and before anything else, so that it sees through
// variables. Two things are fenced:
// - an access whose value nobody needs can still trap, and so can one of whose bytes the
//   last are not needed: it becomes volatile, and a call whose results nobody needs is
//   not inlined, so that its accesses stay needed;
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
  /// Instructions of the current function whose value is needed, with its bytes that are.
  private var needed: [IRValue: ByteMask] = [:]
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
        case .lanes, .other: break
        }
        if instruction.hasEffect { markOperands(of: instruction, for: .max) }
      }
    }
    while let instruction = worklist.popLast() {
      markOperands(of: instruction, for: needed[instruction] ?? 0)
    }
    for instruction in droppable {
      if case .load = instruction.instructionKind {
        keepTrap(of: instruction)
      } else if !needsAllResults(of: instruction) {
        instruction.addCallAttribute(noInline)
      }
    }
  }

  /// Keeps LLVM from dropping a load or from leaving its last byte out.
  private func keepTrap(of load: IRValue) {
    let bytes = needed[load] ?? 0
    if load.endsWithin(bytes) { return }
    load.setVolatile()
    // Some instructions of x86 read only the low half of a vector in memory, and are
    // selected for a volatile load as well.
    guard bytes != 0, load.type.isVector, load.type.bitWidth == 128,
      let next = load.nextInstruction
    else { return }
    builder.position(before: next)
    let copy = builder.opaque(load)
    load.replaceUses(with: copy)
    copy.setOperand(0, load)
  }

  // MARK: Needed values

  /// Marks what `instruction` needs for these bytes of its value.
  private func markOperands(of instruction: IRValue, for bytes: ByteMask) {
    for demand in instruction.demands(bytes) where demand.value.isInstruction {
      let known = needed[demand.value] ?? 0
      guard known | demand.bytes != known else { continue }
      needed[demand.value] = known | demand.bytes
      worklist.append(demand.value)
    }
  }

  /// Whether the value of a call is needed; of a pair, both halves.
  private func needsAllResults(of call: IRValue) -> Bool {
    guard call.type.isStructure else { return needed[call] != nil }
    // A tail call returns the pair as it is.
    let users = call.users
    if users.contains(where: { !$0.isExtraction }) { return true }
    return users.count { needed[$0] != nil } == call.type.fieldCount
  }

  // MARK: Quieting

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
