// What the runtime runs: instantiates every module in order, then starts the program.
//
// Specification: 4.5.4 "Instantiation".

internal import CLLVM
internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

extension ProgramLowering {
  /// Emits the entry function and the `apus_program` that names it.
  func emitEntryPoint() -> IRValue {
    let entry = declareFunction(
      symbol: "wasm.entry", name: "(entry)",
      types.signature(FuncType(parameters: [], results: [])))
    entry.function.setCallingConvention(.c)
    entry.function.setLinkage(.external, visibility: .hidden)
    let builder = Builder(context)
    builder.position(atEndOf: entry.function.appendBlock(in: context))
    switch program.entry {
    case .none: instantiateAll(builder, entry.function)
    case .command(let instance, let function):
      instantiateAll(builder, entry.function)
      call(layouts[instance].functions[Int(function)], builder)
    case .invoke(let instance, let function, let name):
      instantiateAll(builder, entry.function)
      let invocation = makeInvocation(layouts[instance].functions[Int(function)], name: name)
      builder.call(runtime.function("apus_invoke"), [invocation])
    case .script(let script):
      builder.call(runtime.function("apus_script_run"), [emitScript(script)])
    }
    builder.returnVoid()
    if let start = program.threadStart { emitThreadEntry(start) }
    return emitProgramDescriptor(entry: entry.function)
  }

  /// Emits what the runtime calls in a new thread: instances of the thread's own, and
  /// then its function. Tables are shared, so their segments are not applied again.
  private func emitThreadEntry(_ start: ThreadStart) {
    let entry = declareFunction(
      symbol: "apus_thread_entry", name: "(thread)",
      types.signature(FuncType(parameters: [.i32, .i32], results: [])))
    entry.function.setCallingConvention(.c)
    entry.function.setLinkage(.external, visibility: .hidden)
    let builder = Builder(context)
    builder.position(atEndOf: entry.function.appendBlock(in: context))
    for (index, instance) in program.instances.enumerated() {
      applyDataSegments(instance, index, builder, entry.function)
      if let start = instance.module.start { call(layouts[index].functions[Int(start)], builder) }
    }
    let function = layouts[start.instance].functions[Int(start.index)].function
    builder.call(function, [entry.function.parameter(0), entry.function.parameter(1)])
      .setCallConvention(callingConvention)
    builder.returnVoid()
  }

  private func instantiateAll(_ builder: borrowing Builder, _ function: IRFunction) {
    for index in program.instances.indices { instantiate(index, builder, function) }
  }

  /// Appends the instantiation of instance `index` to `function`.
  func instantiate(_ index: Int, _ builder: borrowing Builder, _ function: IRFunction) {
    let instance = program.instances[index]
    applyElementSegments(instance, index, builder, function)
    applyDataSegments(instance, index, builder, function)
    if let start = instance.module.start { call(layouts[index].functions[Int(start)], builder) }
  }

  private func call(_ entity: FunctionEntity, _ builder: borrowing Builder) {
    builder.call(entity.function, []).setCallConvention(callingConvention)
  }

  // MARK: Segments

  private func applyElementSegments(
    _ instance: Instance, _ index: Int, _ builder: borrowing Builder, _ function: IRFunction
  ) {
    for segment in instance.module.elements {
      guard case .active(let position, let offset) = segment.mode,
        case .variable(let table) = layouts[index].tables[Int(position)].storage
      else { continue }
      let items = elements(of: segment, in: index)
      let start = builder.zeroExtend(evaluate(offset, in: index), to: context.i64)
      let count = context.constant(context.i64, UInt64(items.count))
      let length = builder.load(context.i64, builder.field(tableType, table, 1))
      let room = builder.binary(LLVMSub, length, count)
      trap(
        .tableOutOfBounds, if: builder.compare(.unsignedGreater, count, length), builder, function)
      trap(
        .tableOutOfBounds, if: builder.compare(.unsignedGreater, start, room), builder, function)
      let contents = module.addGlobal(
        "elements", initializer: context.array(context.pointer, items), isConstant: true)
      let target = builder.load(context.pointer, builder.field(tableType, table, 0))
      builder.copyMemory(
        to: builder.element(context.pointer, target, [start]), from: contents,
        count: context.constant(context.i64, UInt64(items.count * 8)))
    }
  }

  /// Copies the active data segments, in runs that the runtime takes as one table: code
  /// for each would grow with their number.
  private func applyDataSegments(
    _ instance: Instance, _ index: Int, _ builder: borrowing Builder, _ function: IRFunction
  ) {
    var run: [IRValue] = []
    var memory: MemIndex = 0
    func flush(_ builder: borrowing Builder) {
      guard !run.isEmpty else { return }
      let table = module.addGlobal(
        "data", initializer: context.array(run[0].type, run), isConstant: true)
      let applied = builder.call(
        runtime.function("apus_memory_initialize"),
        [
          layouts[index].memories[Int(memory)].descriptor, table,
          context.constant(context.i64, UInt64(run.count)),
        ])
      trap(
        .memoryOutOfBounds,
        if: builder.compare(.equal, applied, context.constant(context.i32, 0)), builder, function)
      run.removeAll()
    }
    for segment in instance.module.data {
      guard case .active(let target, let offset) = segment.mode else { continue }
      if target != memory { flush(builder) }
      memory = target
      guard let start = evaluate(offset, in: index).constantInteger else {
        preconditionFailure("the offset of a data segment is no constant")
      }
      let bytes = UnsafeRawBufferPointer(rebasing: instance.module.bytes.buffer[segment.range])
      run.append(
        context.structure([
          module.addGlobal("data", initializer: context.bytes(bytes), isConstant: true),
          context.constant(context.i64, start),
          context.constant(context.i64, UInt64(bytes.count)),
        ]))
    }
    flush(builder)
  }

  /// Traps where `condition` holds and goes on in a new block.
  private func trap(
    _ trap: Trap, if condition: IRValue, _ builder: borrowing Builder, _ function: IRFunction
  ) {
    let raise = function.appendBlock(in: context)
    let next = function.appendBlock(in: context)
    builder.branch(if: condition, then: raise, else: next)
    builder.position(atEndOf: raise)
    builder.call(
      runtime.function("apus_trap"), [context.constant(context.i32, UInt64(trap.rawValue))])
    builder.unreachable()
    builder.position(atEndOf: next)
  }

  // MARK: Invocation

  /// The `apus_invocation` of an export.
  private func makeInvocation(_ entity: FunctionEntity, name: String) -> IRValue {
    let signature = entity.signature
    let thunk = declareFunction(
      symbol: "wasm.invoke", name: "(invoke)",
      types.signature(FuncType(parameters: [.externRef], results: [])))
    thunk.function.setCallingConvention(.c)
    let builder = Builder(context)
    builder.position(atEndOf: thunk.function.appendBlock(in: context))
    callThroughSlots(
      entity.function.value, signature, slots: thunk.function.parameter(0),
      slotType: context.i64, builder)
    builder.returnVoid()
    func letters(_ types: [ValueType]) -> IRValue {
      module.addGlobal(
        "types", initializer: cString(String(types.map(letter))), isConstant: true)
    }
    return module.addGlobal(
      "invocation",
      initializer: context.structure([
        module.addGlobal("name", initializer: cString(printable(name)), isConstant: true),
        letters(signature.type.parameters), letters(signature.type.results), thunk.function.value,
      ]), isConstant: true)
  }

  private func letter(_ type: ValueType) -> Character {
    switch type {
    case .i32: "i"
    case .i64: "I"
    case .f32: "f"
    case .f64: "F"
    case .v128, .ref: preconditionFailure("the linker lets only numbers be invoked")
    }
  }
}
