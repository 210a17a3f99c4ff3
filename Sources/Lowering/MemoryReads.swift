// How a read of linear memory stands in LLVM's IR while expressions are simplified.
//
// LLVM takes it that a load returns, and drops one whose value is not needed; a read of
// linear memory may trap instead. A call of a function that reads memory and is not said
// to return is just that: LLVM merges two equal ones, and drops none. So reads are such
// calls at first. When the simplifier has shown which values cancel out, they become loads,
// which all further passes understand. A witness, a call that takes the value and does
// nothing LLVM knows of, keeps a load while LLVM looks which stores are overwritten and
// which values are known from a store. Then the witnesses go, and `TrapFences` looks at what
// needs the loads that are left.
// Specification: 4.4.7 "Memory Instructions".

internal import LLVM

/// Makes reads and turns them into loads.
final class MemoryReads {
  private let module: IRModule
  private let alias: AliasClasses
  /// Whether the optimiser must leave every read as it is.
  private let isVolatile: Bool
  private var functions: [IRType: IRFunction] = [:]
  /// The types read, in the order of their first read; the names of the functions count them.
  private var types: [IRType] = []
  /// The classes of what is read.
  private var memories: Set<AliasClass> = []

  init(module: IRModule, alias: AliasClasses, isVolatile: Bool) {
    self.module = module
    self.alias = alias
    self.isVolatile = isVolatile
  }

  /// Appends a read of `type` at `pointer`, aligned or not.
  func read(_ type: IRType, _ pointer: IRValue, _ memory: AliasClass, _ builder: borrowing Builder)
    -> IRValue
  {
    let value = builder.call(function(for: type), [pointer])
    alias.mark(value, memory)
    memories.insert(memory)
    return value
  }

  /// Whether an instruction is a read that was made here.
  func isRead(_ call: IRValue) -> Bool {
    guard let function = functions[call.type] else { return false }
    return call.calledValue == function.value
  }

  /// Turns every read into a load.
  ///
  /// - Parameters:
  ///   - witnessed: whether the loads have witnesses, which `dismissWitnesses` takes away.
  func becomeLoads(witnessed: Bool) {
    let builder = Builder(module.context)
    for (index, type) in types.enumerated() {
      // A function that is no longer called may be gone.
      guard let function = module.function(name(index)) else { continue }
      for call in function.users {
        builder.position(before: call)
        let load = builder.load(type, call.operand(0))
        load.setAlignment(1)
        alias.copy(from: call, to: load)
        call.replaceUses(with: load)
        if witnessed { builder.witness(load) }
        call.erase()
        if isVolatile { load.setVolatile() }
      }
      function.deleteFunction()
    }
    functions.removeAll()
  }

  /// Takes the witnesses away.
  func dismissWitnesses() {
    for instruction in instructions where instruction.isWitness { instruction.erase() }
  }

  /// The loads of linear memory.
  var loads: [IRValue] {
    instructions.filter { $0.isLoad && alias.isAccess($0, toOneOf: memories) }
  }

  private var instructions: [IRValue] {
    module.functions.flatMap(\.blocks).flatMap(\.instructions)
  }

  private func function(for type: IRType) -> IRFunction {
    if let known = functions[type] { return known }
    let context = module.context
    let function = module.declareFunction(
      name(types.count), IRFunctionType(parameters: [context.pointer], result: type))
    function.add(context.attribute("nounwind"))
    if !isVolatile { function.add(context.attribute("memory", Context.readsArguments)) }
    functions[type] = function
    types.append(type)
    return function
  }

  private func name(_ index: Int) -> String { "apus.read.\(index)" }
}
