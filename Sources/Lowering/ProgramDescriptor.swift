// The constant `apus_program` that the runtime starts from, and the table of function
// names for backtraces.
//
// Field for field what `runtime-c/include/apus_abi.h` declares.

internal import LLVM
internal import Program
internal import RuntimeABI

/// Places of the fields of `apus_program` that are filled in late.
private enum LateField {
  static let functionCount = 5
  static let functions = 9
  static let names = 10
}

extension ProgramLowering {
  /// Emits `apus_program` with an empty table of functions. It is there before the
  /// optimiser runs, so that memories and tables are known to be seen by the runtime.
  func emitProgramDescriptor(entry: IRFunction) -> IRValue {
    let grants = options.grants.flatMap { Array($0.utf8) + [UInt8(0)] }
    let needs = systemCallNeeds()
    var flags = options.readsGrantsFromArguments ? APUS_PROGRAM_GRANTS_IN_ARGUMENTS.rawValue : 0
    if needs.resolvesPaths { flags |= APUS_PROGRAM_RESOLVES_PATHS.rawValue }
    let filter = confines ? SystemCallFilter(needs).instructions : []
    let page = UInt64(65536)
    let stackSize = (options.stackSize + page - 1) / page * page
    return module.addSharedConstant(
      "apus_program",
      initializer: context.structure([
        context.constant(context.i32, UInt64(APUS_ABI_VERSION)),
        context.constant(context.i32, UInt64(flags)),
        context.constant(context.i32, UInt64(target.probes)),
        context.constant(context.i32, UInt64(memories.count)),
        context.constant(context.i32, UInt64(variableTables.count)),
        context.constant(context.i32, 0),
        context.constant(context.i64, stackSize),
        pointerArray("memories", memories),
        pointerArray("tables", variableTables),
        context.zero(context.pointer),
        context.zero(context.pointer),
        module.addGlobal("cpu", initializer: cString(options.cpu), isConstant: true),
        module.addGlobal("grants", initializer: context.bytes(grants), isConstant: true),
        context.constant(context.i64, UInt64(grants.count)),
        filter.isEmpty ? context.zero(context.pointer) : emitFilter(filter),
        context.constant(context.i64, UInt64(filter.count)),
        fuel?.value ?? context.zero(context.pointer),
        entry.value,
      ]))
  }

  // MARK: Confinement

  /// Scripts are tests that start threads and compare traps; they import nothing of the host's.
  var confines: Bool {
    if case .script = program.entry { return false }
    return options.confinement
  }

  /// What the functions of the runtime that the program uses ask of the kernel.
  func systemCallNeeds() -> SystemCallNeeds {
    let mayOpenDirectories =
      options.readsGrantsFromArguments
      || Grant.list(options.grants).contains { if case .directory = $0 { true } else { false } }
    return SystemCallNeeds(mayOpenDirectories: mayOpenDirectories) { runtime.uses($0) }
  }

  private func emitFilter(_ filter: [SystemCallFilter.Instruction]) -> IRValue {
    let i8 = context.i8
    let type = context.structure([context.i16, i8, i8, context.i32])
    let instructions = filter.map { instruction in
      context.structure([
        context.constant(context.i16, UInt64(instruction.code)),
        context.constant(i8, UInt64(instruction.ifTrue)),
        context.constant(i8, UInt64(instruction.ifFalse)),
        context.constant(context.i32, UInt64(instruction.operand)),
      ])
    }
    return module.addGlobal(
      "filter", initializer: context.array(type, instructions), isConstant: true, alignment: 8)
  }

  private func pointerArray(_ name: String, _ values: [IRValue]) -> IRValue {
    module.addGlobal(
      name, initializer: context.array(context.pointer, values), isConstant: true)
  }

  /// Completes `apus_program` with the functions that the optimiser left. A table made
  /// before would have kept every one of them.
  func emitFunctionTable(in program: IRValue) {
    let entryType = context.structure([context.i32, context.i32])
    var names: [UInt8] = []
    var survivors: [(function: IRValue, name: UInt64)] = []
    for (symbol, name) in functionNames {
      guard let function = module.definedFunction(symbol) else { continue }
      survivors.append((function, UInt64(names.count)))
      names += Array(name.utf8) + [0]
    }
    // Offsets are relative to the entry, so the table needs its own address first.
    let zero = context.zero(context.array(entryType, survivors.count))
    let table = module.addGlobal("functions", initializer: zero, isConstant: true, alignment: 4)
    let entries = survivors.enumerated().map { index, survivor in
      let place = table.constantElement(
        of: zero.type,
        [context.constant(context.i64, 0), context.constant(context.i64, UInt64(index))])
      let distance = survivor.function.pointerToInteger(context.i64)
        .constantSubtracting(place.pointerToInteger(context.i64))
        .constantTruncated(to: context.i32)
      return context.structure([distance, context.constant(context.i32, survivor.name)])
    }
    module.setInitializer(of: table, context.array(entryType, entries))
    module.replaceFields(
      of: program,
      [
        LateField.functionCount: context.constant(context.i32, UInt64(survivors.count)),
        LateField.functions: table,
        LateField.names: module.addGlobal(
          "names", initializer: context.bytes(names), isConstant: true),
      ])
  }
}
