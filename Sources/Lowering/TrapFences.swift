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
  var needed: [IRValue: ByteMask] = [:]
  private var worklist: [IRValue] = []
  /// Calls that yield a value or write their results to a buffer.
  private var calls: [IRValue] = []
  /// What calls pass for a parameter.
  private var arguments: [IRValue: [IRValue]] = [:]
  /// What is written to a global variable that only loads and stores refer to.
  private var written: [IRValue: [IRValue]] = [:]
  private var isTransparent: [IRValue: Bool] = [:]
  /// What branches decide that decide nothing else, and for each of these values the
  /// conditions that it depends on.
  var decisions: [IRValue: [IRValue]] = [:]
  private var conditions: [IRValue: [IRValue]] = [:]

  /// For values that were asked about: whether each path from where they are computed
  /// leads to an effect that needs them.
  var isInevitable: [IRValue: Bool] = [:]
  /// Those of them that were decided, in that order.
  var decided: [IRValue] = []
  /// Users and values that may still be looked at for a load.
  var steps = 0

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
    let isWhole = load.endsWithin(bytes)
    steps = Self.stepLimit
    if !isWhole || !isNeededOnEveryPath(load) { load.setVolatile() }
    if load.isVolatile { keepOutOfSelects(load) }
    // Some instructions of x86 read only the low half of a vector in memory, and are
    // selected for a volatile load as well.
    guard !isWhole, bytes != 0, load.type.isVector, load.type.bitWidth == 128,
      let next = load.nextInstruction
    else { return }
    builder.position(before: next)
    let copy = builder.opaque(load)
    load.replaceUses(with: copy)
    copy.setOperand(0, load)
  }

  /// Keeps a volatile load from becoming the operand of a conditional move, which x86's code
  /// generation turns into a branch around the load.
  private func keepOutOfSelects(_ load: IRValue) {
    guard load.type.isInteger else { return }
    let selects = load.users.filter { $0.isSelect(between: load) }
    guard !selects.isEmpty, let next = load.nextInstruction else { return }
    builder.position(before: next)
    let copy = builder.opaque(load)
    needed[copy] = needed[load]
    for select in selects { select.replaceOperands(load, with: copy) }
  }

  /// Whether the value of a call is needed; of a pair, both halves; of a buffer, each field.
  private func needsAllResults(of call: IRValue) -> Bool {
    if let (buffer, fields) = call.resultBuffer {
      let pointers = [buffer] + buffer.users
      return pointers.count { $0.users.contains { needed[$0] != nil && $0.isLoad } } == fields
    }
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
          if instruction.yieldsValue || instruction.resultBuffer != nil {
            calls.append(instruction)
          }
          for (parameter, argument) in instruction.passedArguments {
            arguments[parameter, default: []].append(argument)
          }
        }
        if let variable = instruction.writtenVariable, isRead(onlyByLoads: variable) {
          written[variable, default: []].append(instruction.operand(0))
        } else if instruction.choosesWay, let values = findDecisions(of: instruction) {
          decisions[instruction] = values
          for value in values {
            conditions[value, default: []].append(instruction.operand(0))
          }
        } else if instruction.hasEffect {
          need(instruction.demands(.max))
        }
      }
    }
  }

  /// Whether nothing but loads and stores of this module refers to a variable, so that
  /// what is written to it is needed if a load of it is.
  func isRead(onlyByLoads variable: IRValue) -> Bool {
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
      need((conditions[value] ?? []).map { ($0, .max) })
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
}
