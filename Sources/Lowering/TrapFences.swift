// Keeps the traps of loads that LLVM would drop or postpone.
//
// An access can trap although nobody needs its value, or not the last of its bytes: it
// becomes volatile, and a call whose results nobody needs is not inlined, so that its
// accesses stay needed. The same for a load that is needed on some of the paths from it
// only, which LLVM would move to these. Runs when expressions have been simplified, so that
// a value which cancels out is seen as unneeded, and over the whole module, so that an
// argument is needed only where the function called needs it.
// Specification: 4.4.7 (traps).

internal import LLVM

/// Finds what is needed in a module and fences the loads and calls that are not.
final class TrapFences {
  private let builder: Builder
  private let noInline: Attribute
  /// Instructions, parameters and global variables whose value is needed, with its bytes
  /// that are.
  private var needed: [IRValue: ByteMask] = [:]
  private var worklist: [IRValue] = []
  /// Calls that yield a value.
  private var calls: [IRValue] = []
  /// What calls pass for a parameter.
  private var arguments: [IRValue: [IRValue]] = [:]
  /// What is written to a global variable that only loads and stores refer to.
  private var written: [IRValue: [IRValue]] = [:]
  private var isTransparent: [IRValue: Bool] = [:]

  /// For values that were asked about: whether each path from where they are computed
  /// leads to an effect that needs them.
  private var isInevitable: [IRValue: Bool] = [:]

  /// Fences every function that has a body.
  ///
  /// - Parameters:
  ///   - loads: all reads of linear memory.
  static func apply(to module: IRModule, loads: [IRValue]) {
    let fences = TrapFences(module)
    for function in module.functions { fences.collect(function) }
    fences.propagate()
    for load in loads { fences.keepTrap(of: load) }
    for call in fences.calls where !fences.needsAllResults(of: call) {
      call.addCallAttribute(fences.noInline)
    }
  }

  private init(_ module: IRModule) {
    builder = Builder(module.context)
    noInline = module.context.attribute("noinline")
  }

  /// Keeps LLVM from dropping a load, from moving it behind a branch, and from leaving its
  /// last byte out.
  private func keepTrap(of load: IRValue) {
    let bytes = needed[load] ?? 0
    if load.endsWithin(bytes) {
      if !isNeededOnEveryPath(load) { load.setVolatile() }
      return
    }
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

  /// Whether the value of a call is needed; of a pair, both halves.
  private func needsAllResults(of call: IRValue) -> Bool {
    guard call.type.isStructure else { return needed[call] != nil }
    // A tail call returns the pair as it is.
    let users = call.users
    if users.contains(where: { !$0.isExtraction }) { return true }
    return users.count { needed[$0] != nil } == call.type.fieldCount
  }

  // MARK: Needed values

  /// Notes what may be dropped in a function, and what it needs for its effects.
  private func collect(_ function: IRValue) {
    for block in function.blocks {
      var next = block.firstInstruction
      while let instruction = next {
        next = instruction.nextInstruction
        if case .call = instruction.instructionKind {
          if instruction.yieldsValue { calls.append(instruction) }
          for (parameter, argument) in instruction.passedArguments {
            arguments[parameter, default: []].append(argument)
          }
        }
        if let variable = instruction.writtenVariable, isRead(onlyByLoads: variable) {
          written[variable, default: []].append(instruction.operand(0))
        } else if instruction.hasEffect {
          need(instruction.demands(.max))
        }
      }
    }
  }

  /// Whether nothing but loads and stores of this module refers to a variable, so that
  /// what is written to it is needed if a load of it is.
  private func isRead(onlyByLoads variable: IRValue) -> Bool {
    if let known = isTransparent[variable] { return known }
    let answer = variable.isInternal && variable.users.allSatisfy { $0.isAccess(of: variable) }
    isTransparent[variable] = answer
    return answer
  }

  private func propagate() {
    while let value = worklist.popLast() {
      let bytes = needed[value] ?? 0
      if value.isInstruction {
        need(value.demands(bytes))
      } else {
        need((arguments[value] ?? []).map { ($0, bytes) })
        need((written[value] ?? []).map { ($0, .max) })
      }
    }
  }

  private func need(_ demands: [(value: IRValue, bytes: ByteMask)]) {
    for demand in demands where demand.value.isComputed {
      let known = needed[demand.value] ?? 0
      guard known | demand.bytes != known else { continue }
      needed[demand.value] = known | demand.bytes
      worklist.append(demand.value)
    }
  }

  // MARK: Paths

  /// How many values and blocks are looked at for one load. What is not found by then
  /// counts as not needed.
  private static let horizon = 200

  /// Whether each path from where a value is computed leads to an effect that needs it.
  private func isNeededOnEveryPath(_ value: IRValue) -> Bool {
    if let known = isInevitable[value] { return known }
    // A phi that is asked about while it is decided goes round a loop.
    isInevitable[value] = true
    let (blocks, edges) = effects(of: value)
    var seen: Set<BasicBlock> = []
    func meetsEffect(_ block: BasicBlock) -> Bool {
      if blocks.contains(block) || !seen.insert(block).inserted { return true }
      let successors = block.successors
      if successors.isEmpty || seen.count > Self.horizon { return false }
      return successors.allSatisfy { successor in
        edges.contains(ControlEdge(from: block, to: successor)) || meetsEffect(successor)
      }
    }
    let answer = meetsEffect(value.parentBlock)
    isInevitable[value] = answer
    return answer
  }

  /// The blocks with an effect that needs a value, directly or by way of pure instructions,
  /// and the edges on which it goes into a phi that is needed on every path.
  private func effects(of value: IRValue) -> (blocks: Set<BasicBlock>, edges: Set<ControlEdge>) {
    let home = value.parentBlock
    var blocks: Set<BasicBlock> = []
    var edges: Set<ControlEdge> = []
    var seen: Set<IRValue> = [value]
    var worklist = [value]
    while let value = worklist.popLast(), seen.count <= Self.horizon {
      for user in value.users where user.isInstruction {
        if user.isPhi {
          guard needed[user] != nil, isNeededOnEveryPath(user) else { continue }
          for (source, block) in user.incoming where source == value {
            edges.insert(ControlEdge(from: block, to: user.parentBlock))
          }
        } else if user.hasEffect {
          guard needs(user, value) else { continue }
          blocks.insert(user.parentBlock)
          if user.parentBlock == home { return (blocks, edges) }
        } else if needed[user] != nil, !user.mayBecomeBranch(on: value), needs(user, value),
          seen.insert(user).inserted
        {
          worklist.append(user)
        }
      }
    }
    return (blocks, edges)
  }

  /// Whether an instruction needs this operand of it.
  private func needs(_ instruction: IRValue, _ operand: IRValue) -> Bool {
    if let variable = instruction.writtenVariable, isRead(onlyByLoads: variable),
      needed[variable] == nil
    {
      return false
    }
    let bytes = instruction.hasEffect ? .max : needed[instruction] ?? 0
    if instruction.demands(bytes).contains(where: { $0.value == operand && $0.bytes != 0 }) {
      return true
    }
    return instruction.passedArguments.contains { parameter, argument in
      argument == operand && needed[parameter] != nil
    }
  }
}

/// A way that control may go.
private struct ControlEdge: Hashable {
  let from: BasicBlock
  let to: BasicBlock
}
