// Declares the items of an instance: functions, globals, memories, tables, segments.
//
// An imported item is bound to the entity of the earlier instance that defines it.
// Specification: 4.5.4, 4.5.5 "Allocation".

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

extension ProgramLowering {
  /// Declares instance `index` and appends its layout.
  func declareInstance(_ index: Int) {
    let instance = program.instances[index]
    layouts.append(InstanceLayout())
    declareMemories(instance, index)
    declareFunctions(instance, index)
    declareGlobals(instance, index)
    declareTables(instance, index)
    declareSegments(instance, index)
  }

  // MARK: Functions

  private func declareFunctions(_ instance: Instance, _ index: Int) {
    let module = instance.module
    for (position, binding) in instance.functions.enumerated() {
      let signature = types.signature(module.functions[position], in: instance, index)
      let entity: FunctionEntity
      switch binding {
      case .defined(let owner, let function):
        entity = layouts[owner].functions[Int(function)]
      case .host(let host):
        entity = declareFunction(
          symbol: "wasm.\(index).import.\(position)", name: "\(host.module).\(host.name)",
          signature)
        defineHostCall(entity, host, memory: wasiMemory(of: instance, index))
      case .unresolved(let name):
        entity = declareFunction(
          symbol: "wasm.\(index).import.\(position)", name: printable(name), signature)
        defineUnresolved(entity, name: printable(name))
      }
      layouts[index].functions.append(entity)
    }
    for position in module.importedFunctionCount..<module.functions.count {
      let signature = types.signature(module.functions[position], in: instance, index)
      let name = module.functionName(FuncIndex(position))
      layouts[index].functions.append(
        declareFunction(
          symbol: symbol(instance: index, function: position, name: name),
          name: name.map(printable) ?? "function \(position)", signature))
    }
  }

  /// The memory that host functions called by an instance work on: the one it exports as
  /// "memory", as WASI asks, or else its first.
  private func wasiMemory(of instance: Instance, _ index: Int) -> IRValue {
    let memories = layouts[index].memories
    for export in instance.module.exports where export.name == "memory" {
      if case .memory(let memory) = export.index { return memories[Int(memory)].descriptor }
    }
    return memories.first?.descriptor ?? context.zero(context.pointer)
  }

  /// A function of the program's convention that calls a function of the runtime.
  private func defineHostCall(_ entity: FunctionEntity, _ host: HostFunction, memory: IRValue) {
    let builder = Builder(context)
    builder.position(atEndOf: entity.function.appendBlock(in: context))
    let callee = runtime.hostFunction(host, types: types)
    let count = entity.signature.type.parameters.count
    let result = builder.call(
      callee, [memory] + (0..<count).map { entity.function.parameter($0) })
    if program.threadStart != nil { builder.call(runtime.function("apus_wasi_call_end"), []) }
    if entity.signature.returnsVoid { builder.returnVoid() } else { builder.return(result) }
  }

  private func defineUnresolved(_ entity: FunctionEntity, name: String) {
    let builder = Builder(context)
    builder.position(atEndOf: entity.function.appendBlock(in: context))
    let text = module.addGlobal("import", initializer: cString(name), isConstant: true)
    builder.call(runtime.function("apus_trap_unresolved"), [text])
    builder.unreachable()
  }

  // MARK: Globals

  private func declareGlobals(_ instance: Instance, _ index: Int) {
    for binding in instance.globals {
      layouts[index].globals.append(layouts[binding.instance].globals[Int(binding.index)])
    }
    let module = instance.module
    for (position, global) in module.globals.enumerated().dropFirst(module.importedGlobalCount) {
      let initial = global.initializer.map { evaluate($0, in: index) }
      let type = types.lower(global.type.value)
      let storage: GlobalEntity.Storage
      if global.type.isMutable {
        let pointer = self.module.addGlobal(
          "global", initializer: initial ?? context.zero(type),
          isThreadLocal: program.threadStart != nil)
        storage = .variable(pointer, alias.makeClass("global \(index).\(position)"))
      } else {
        storage = .constant(initial ?? context.zero(type))
      }
      layouts[index].globals.append(
        GlobalEntity(
          storage: storage, type: type, valueType: types.reduce(global.type.value, in: index)))
    }
  }

  /// The null reference of a heap type, as instance `index` writes it.
  func null(of heap: HeapType, in index: Int) -> IRValue {
    types.isFunction(heap, in: index) ? runtime.nullFunction : context.zero(context.pointer)
  }

  /// The value of a constant expression of instance `index`.
  func evaluate(_ expression: ConstantExpression, in index: Int) -> IRValue {
    let layout = layouts[index]
    var lowering = ConstantLowering(
      context: context, null: { self.null(of: $0, in: index) },
      global: { position in
        guard case .constant(let value) = layout.globals[Int(position)].storage else {
          preconditionFailure("a valid constant expression reads immutable globals")
        }
        return value
      },
      reference: { self.reference(to: layout.functions[Int($0)]) })
    do throws(WasmError) {
      try program.instances[index].module.decode(expression, into: &lowering)
    } catch {
      preconditionFailure("a validated expression does not decode: \(error)")
    }
    return lowering.value
  }

  // MARK: Segments

  private func declareSegments(_ instance: Instance, _ index: Int) {
    let module = instance.module
    for segment in module.elements {
      guard case .passive = segment.mode else {
        layouts[index].elements.append(nil)
        continue
      }
      let items = elements(of: segment, in: index)
      layouts[index].elements.append(
        makeSegment(context.array(context.pointer, items), count: items.count))
    }
    for segment in module.data {
      guard case .passive = segment.mode else {
        layouts[index].data.append(nil)
        continue
      }
      let bytes = UnsafeRawBufferPointer(rebasing: module.bytes.buffer[segment.range])
      layouts[index].data.append(makeSegment(context.bytes(bytes), count: bytes.count))
    }
  }

  private func makeSegment(_ contents: IRValue, count: Int) -> SegmentEntity {
    SegmentEntity(
      contents: module.addGlobal("segment", initializer: contents, isConstant: true),
      length: module.addGlobal(
        "segment.length", initializer: context.constant(context.i64, UInt64(count)),
        isThreadLocal: program.threadStart != nil))
  }

  /// The references an element segment holds.
  func elements(of segment: ElementSegment, in index: Int) -> [IRValue] {
    switch segment.items {
    case .functions(let functions):
      functions.map { reference(to: layouts[index].functions[Int($0)]) }
    case .expressions(let expressions): expressions.map { evaluate($0, in: index) }
    }
  }

  /// A string with its NUL.
  func cString(_ text: String) -> IRValue { context.bytes(Array(text.utf8) + [0]) }
}
