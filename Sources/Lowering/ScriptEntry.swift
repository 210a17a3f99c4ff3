// A script's tables: what its commands call, and the commands as bytes.
//
// The driver in `runtime-c/script` reads them; field for field what `apus_abi.h`
// declares. Code and arguments meet only there, so nothing of a call is known when it is
// compiled.

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

extension ProgramLowering {
  /// Emits the `apus_script` and all that it names.
  func emitScript(_ script: Script) -> IRValue {
    var thunks = ScriptThunks()
    let targets = script.targets.enumerated().map { index, target in
      emitTarget(target, index, &thunks)
    }
    let streams = script.streams.map { stream in
      context.structure([
        constantGlobal("commands", context.bytes(encode(stream.commands)), alignment: 16),
        context.constant(context.i64, UInt64(stream.commands.count)),
        context.constant(context.i64, UInt64(stream.first)),
      ])
    }
    return constantGlobal(
      "script",
      context.structure([tableGlobal("targets", targets), tableGlobal("streams", streams)]))
  }

  private func constantGlobal(_ name: String, _ value: IRValue, alignment: Int = 8) -> IRValue {
    module.addGlobal(name, initializer: value, isConstant: true, alignment: alignment)
  }

  /// A constant array; never empty in a script that has commands.
  private func tableGlobal(_ name: String, _ values: [IRValue]) -> IRValue {
    guard let first = values.first else { return context.zero(context.pointer) }
    return constantGlobal(name, context.array(first.type, values))
  }

  // MARK: Targets

  /// What a slot is in IR; `apus_value`.
  private var slotType: IRType { context.array(context.i8, 16) }

  /// The `apus_script_target`: thunk and code.
  private func emitTarget(_ target: ScriptTarget, _ number: Int, _ thunks: inout ScriptThunks)
    -> IRValue
  {
    switch target {
    case .instantiate(let instance, let sizes):
      let thunk = emitThunk("wasm.instantiate.\(number)", "(instantiate)") { builder, function in
        emitInstantiation(of: instance, sizes, builder, function)
      }
      return context.structure([thunk, context.zero(context.pointer)])
    case .function(let instance, let index):
      let entity = layouts[instance].functions[Int(index)]
      let thunk =
        thunks.bySignature[entity.signature.numbers.lowerBound]
        ?? emitThunk("wasm.call.\(number)", "(invoke)") { builder, function in
          callThroughSlots(
            function.parameter(0), entity.signature, slots: function.parameter(1),
            slotType: slotType, builder)
        }
      thunks.bySignature[entity.signature.numbers.lowerBound] = thunk
      return context.structure([thunk, entity.function.value])
    case .global(let instance, let index):
      let entity = layouts[instance].globals[Int(index)]
      let thunk = emitThunk("wasm.get.\(number)", "(get)") { builder, function in
        let value: IRValue
        switch entity.storage {
        case .constant(let constant): value = constant
        case .variable(let pointer, _): value = builder.load(entity.type, pointer)
        }
        store(value, entity.valueType, in: function.parameter(1), slotType, builder)
      }
      return context.structure([thunk, context.zero(context.pointer)])
    }
  }

  /// An `apus_script_thunk`.
  private func emitThunk(
    _ symbol: String, _ name: String, _ body: (borrowing Builder, IRFunction) -> Void
  ) -> IRValue {
    let function = declareFunction(
      symbol: symbol, name: name,
      types.signature(FuncType(parameters: [.externRef, .externRef], results: []))
    ).function
    function.setCallingConvention(.c)
    let builder = Builder(context)
    builder.position(atEndOf: function.appendBlock(in: context))
    body(builder, function)
    builder.returnVoid()
    return function.value
  }

  /// Instantiates unless an imported item is smaller than the import asks for. Writes to
  /// the first slot whether it was large enough.
  private func emitInstantiation(
    of instance: Int, _ sizes: [SizeRequirement], _ builder: borrowing Builder,
    _ function: IRFunction
  ) {
    builder.store(context.zero(slotType), function.parameter(1))
    for size in sizes {
      let current: IRValue
      let minimum: UInt64
      switch size.item {
      case .memory(let index):
        let memory = layouts[instance].memories[Int(index)]
        current = builder.load(context.i64, memory.descriptor)
        minimum = size.minimum << UInt64(memory.type.pageSizeLog2)
      case .table(let index):
        switch layouts[instance].tables[Int(index)].storage {
        case .constant(_, let count): current = context.constant(context.i64, UInt64(count))
        case .variable(let table):
          current = builder.load(context.i64, builder.field(tableType, table, 1))
        }
        minimum = size.minimum
      }
      let refuse = function.appendBlock(in: context)
      let next = function.appendBlock(in: context)
      builder.branch(
        if: builder.compare(
          .unsignedGreater, context.constant(context.i64, minimum), current),
        then: refuse, else: next)
      builder.position(atEndOf: refuse)
      builder.returnVoid()
      builder.position(atEndOf: next)
    }
    self.instantiate(instance, builder, function)
    builder.store(context.constant(context.i64, 1), function.parameter(1))
  }

  // MARK: Commands

  /// The commands as the driver reads them.
  private func encode(_ commands: [ScriptCommand]) -> [UInt8] {
    var bytes: [UInt8] = []
    func append(
      _ kind: apus_script_command_kind, _ operand: Int, _ inputs: [ScriptValue] = [],
      results: Int = 0
    ) {
      for word in [Int(kind.rawValue), operand, inputs.count, results] {
        withUnsafeBytes(of: UInt32(word).littleEndian) { bytes += Array($0) }
      }
      for input in inputs { bytes += input.bytes }
    }
    for command in commands {
      switch command {
      case .call(let target, let arguments, let results):
        append(APUS_SCRIPT_CALL, target, arguments, results: results)
      case .start(let stream): append(APUS_SCRIPT_START, stream)
      case .wait(let stream): append(APUS_SCRIPT_WAIT, stream)
      }
    }
    return bytes
  }
}

/// The thunks made so far, by the number of the signature they call.
private struct ScriptThunks {
  var bySignature: [UInt64: IRValue] = [:]
}
