// Commands that use exports: what they call, with which arguments.

internal import Wasm

extension ScriptPlanner {
  /// Plans a command that uses an export.
  ///
  /// - Parameters:
  ///   - expectation: what it should give, made from the types of the results.
  mutating func plan(
    _ action: WastAction, _ line: Int, _ environment: ScriptEnvironment,
    expecting expectation: ([ValueType]) -> ScriptExpectation
  ) {
    commands.append(
      PlannedCommand(line: line, fate: fate(of: action, environment, expectation)))
  }

  private mutating func fate(
    of action: WastAction, _ environment: ScriptEnvironment,
    _ expectation: ([ValueType]) -> ScriptExpectation
  ) -> PlannedCommand.Fate {
    let position: Int
    let instantiation: Int
    switch instance(action.instance, environment) {
    case .uncompiled(_, let reason): return .decided(.skipped(reason: reason))
    case .missing(let outcome): return .decided(outcome)
    case .linked(let found, let number): (position, instantiation) = (found, number)
    }
    guard let call = call(action, position) else {
      return .decided(
        .failed(
          expected: "an export \(quoted(action.name)) of that type",
          actual: "the instance has none"))
    }
    let number = add(
      .call(
        target: target(call.target), arguments: call.arguments, results: call.results.count),
      to: environment.stream)
    return .running(
      number: number, expectation(call.results), instantiatedBy: instantiation)
  }

  /// What an action calls, and the types of what it gives; `nil` if there is no such
  /// export or the arguments do not fit.
  private func call(
    _ action: WastAction, _ position: Int
  ) -> (target: ScriptTarget, arguments: [ScriptValue], results: [ValueType])? {
    let module = linkage.instances[position].module
    let found = module.exports.first { NameKey($0.name) == NameKey(action.name) }
    switch (action, found?.index) {
    case (.invoke(_, _, let arguments), .function(let index)):
      guard let type = module.type(ofFunction: index), type.parameters.count == arguments.count
      else { return nil }
      for (argument, parameter) in zip(arguments, type.parameters)
      where !argument.fits(module.withoutOwnTypes(parameter)) { return nil }
      return (
        .function(instance: position, index: index), arguments.map(\.value),
        type.results.map(module.withoutOwnTypes)
      )
    case (.get, .global(let index)):
      let type = module.globals[Int(index)].type.value
      return (.global(instance: position, index: index), [], [module.withoutOwnTypes(type)])
    default: return nil
    }
  }
}

extension WastAction {
  /// The instance that it names.
  fileprivate var instance: String? {
    switch self {
    case .invoke(let instance, _, _), .get(let instance, _): instance
    }
  }

  /// The export that it names.
  fileprivate var name: String {
    switch self {
    case .invoke(_, let name, _), .get(_, let name): name
    }
  }
}

extension Module {
  /// `type` with the kind of type in place of one of the module's own.
  fileprivate func withoutOwnTypes(_ type: ValueType) -> ValueType {
    guard case .ref(var reference) = type, case .concrete(let index) = reference.heap else {
      return type
    }
    switch types[Int(index)].composite {
    case .function: reference.heap = .func
    case .struct: reference.heap = .struct
    case .array: reference.heap = .array
    }
    return .ref(reference)
  }
}

extension WastValue {
  /// Whether it is a value of `type`, which is none of a module's own.
  fileprivate func fits(_ type: ValueType) -> Bool {
    switch (self, type) {
    case (.i32, .i32), (.i64, .i64), (.f32, .f32), (.f64, .f64), (.v128, .v128): true
    case (.null(let heap), .ref(let reference)):
      reference.nullable && heap.hierarchy == reference.heap.hierarchy
    case (.extern, .ref(let reference)): reference.heap == .extern
    case (.host, .ref(let reference)): reference.heap == .any
    default: false
    }
  }

  /// The value as the program takes it.
  fileprivate var value: ScriptValue {
    switch self {
    case .i32(let bits), .f32(let bits): ScriptValue(low: UInt64(bits))
    case .i64(let bits), .f64(let bits): ScriptValue(low: bits)
    case .v128(let low, let high): ScriptValue(low: low, high: high)
    case .null: ScriptValue(low: 0)
    case .extern(let number), .host(let number): .host(number)
    }
  }
}
