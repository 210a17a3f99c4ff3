// A program as one LLVM module: every instance's items declared, then every body
// lowered.
//
// Order is the program's own throughout, so that the output is the same in each run.
// Specification: 4.5.4 "Instantiation".

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

/// What the lowering of all bodies shares.
final class ProgramLowering {
  let program: Program
  let options: CompileOptions
  let target: Target
  let context = Context()
  let module: IRModule
  let types: TypeLowering
  let alias: AliasClasses
  let weights: BranchWeights
  let runtime: RuntimeFunctions
  let reads: MemoryReads
  /// How functions of the program call each other: tail calls between functions of
  /// different types need the convention made for them.
  let callingConvention: CallingConvention
  /// `apus_function` and `apus_table`.
  let functionDescriptorType: IRType
  let tableType: IRType

  var layouts: [InstanceLayout] = []
  /// Every `apus_memory` and `apus_table`, in order.
  var memories: [IRValue] = []
  var placement = MemoryPlacement()
  var variableTables: [IRValue] = []
  /// Symbol and display name of each function of the program.
  private(set) var functionNames: [(symbol: String, name: String)] = []

  /// How much fuel is left, if the code counts.
  let fuel: (value: IRValue, alias: AliasClass)?

  let facts: ProgramFacts
  private var references: [IRFunction: IRValue] = [:]
  private var attributes: FunctionAttributes

  /// - Parameters:
  ///   - facts: of the same program.
  init(_ program: Program, facts: ProgramFacts, options: CompileOptions, target: Target) {
    self.program = program
    self.options = options
    self.target = target
    module = IRModule(name: "program", context: context)
    types = TypeLowering(program, context: context)
    alias = AliasClasses(context: context)
    weights = BranchWeights(context)
    runtime = RuntimeFunctions(module: module)
    reads = MemoryReads(module: module, alias: alias, isVolatile: options.strict)
    self.facts = facts
    fuel =
      options.countsFuel
      ? (
        module.addGlobal("fuel", initializer: context.constant(context.i64, 0)),
        alias.makeClass("fuel")
      ) : nil
    callingConvention = facts.usesTailCalls ? .tail : .c
    functionDescriptorType = context.structure([context.pointer, context.i64])
    tableType = context.structure([
      context.pointer, context.i64, context.i64, context.i64, context.pointer,
    ])
    attributes = FunctionAttributes(context: context, options: options)
  }

  /// Lowers the whole program; returns the `apus_program`.
  func lower() -> IRValue {
    for index in program.instances.indices { declareInstance(index) }
    for index in program.instances.indices { lowerBodies(of: index) }
    return emitEntryPoint()
  }

  // MARK: Functions

  /// Declares a function of the program.
  ///
  /// - Parameters:
  ///   - symbol: unique in the executable and free of anything a user chose.
  ///   - name: for backtraces.
  func declareFunction(symbol: String, name: String, _ signature: Signature) -> FunctionEntity {
    let function = module.declareFunction(symbol, signature.ir)
    function.setCallingConvention(callingConvention)
    function.setLinkage(.keepsCalls, visibility: .hidden)
    function.setSection("wasm_text")
    attributes.apply(to: function)
    functionNames.append((symbol, name))
    return FunctionEntity(function: function, signature: signature)
  }

  /// What backtraces and notes call the function with this symbol.
  func displayName(of symbol: String) -> String {
    functionNames.first { $0.symbol == symbol }?.name ?? symbol
  }

  /// The funcref of a function: its descriptor, made at first use.
  func reference(to entity: FunctionEntity) -> IRValue {
    if let known = references[entity.function] { return known }
    let descriptor = module.addGlobal(
      "function", initializer: self.descriptor(of: entity), isConstant: true, alignment: 16)
    references[entity.function] = descriptor
    return descriptor
  }

  /// The contents of a function descriptor.
  func descriptor(of entity: FunctionEntity) -> IRValue {
    context.structure([
      entity.function.value, context.constant(context.i64, entity.signature.numbers.lowerBound),
    ])
  }

  private func lowerBodies(of index: Int) {
    let module = program.instances[index].module
    let layout = layouts[index]
    let defined = layout.functions.dropFirst(module.importedFunctionCount)
    guard let first = defined.first else { return }
    let lowering = FunctionLowering(
      program: self, instance: program.instances[index], position: index, layout: layout,
      first: first)
    for (body, entity) in defined.enumerated() { lowering.lower(body: body, into: entity) }
  }
}

/// The attributes of every function of the program.
private struct FunctionAttributes {
  private let list: [Attribute]

  init(context: Context, options: CompileOptions) {
    var list = [
      // An overflow of the guest stack meets the guard page, however large the frame.
      context.attribute("probe-stack", "inline-asm"),
      // Endless recursion must exhaust the stack, not become an endless loop.
      context.attribute("disable-tail-calls", "true"),
      context.attribute("nounwind"),
      // Backtraces start at any instruction.
      context.attribute("uwtable", 2),
    ]
    switch options.optimization {
    case .O0: list += [context.attribute("optnone"), context.attribute("noinline")]
    case .Os: list.append(context.attribute("optsize"))
    case .O1, .O2, .O3: break
    }
    self.list = list
  }

  func apply(to function: IRFunction) { for attribute in list { function.add(attribute) } }
}
