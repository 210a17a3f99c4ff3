// Commands that make instances, and the names these get.

internal import Wasm

extension ScriptPlanner {
  private static let validModule = "a valid module"

  // MARK: Commands

  /// Instantiates a module under a name, and makes it the current one.
  mutating func instantiate(
    _ module: WastModule, name: String?, _ environment: inout ScriptEnvironment
  ) -> PlannedCommand.Fate {
    do {
      return instantiate(try modules.load(module), name: name, &environment)
    } catch {
      let outcome = error.scriptOutcome(expected: Self.validModule)
      return enter(.missing(outcome), name, &environment)
    }
  }

  mutating func instantiate(
    definition: String?, name: String?, _ environment: inout ScriptEnvironment
  ) -> PlannedCommand.Fate {
    let found =
      definition.map { environment.definitions[NameKey($0)] } ?? environment.lastDefinition
    switch found {
    case .module(let module): return instantiate(module, name: name, &environment)
    case .missing(let outcome): return enter(.missing(outcome), name, &environment)
    case nil:
      let outcome = ScriptOutcome.failed(expected: "a definition", actual: "no such definition")
      return enter(.missing(outcome), name, &environment)
    }
  }

  private mutating func instantiate(
    _ module: Module, name: String?, _ environment: inout ScriptEnvironment
  ) -> PlannedCommand.Fate {
    switch link(module, environment) {
    case .unlinkable(let message):
      let outcome = ScriptOutcome.failed(expected: "instantiation", actual: message)
      return enter(.missing(outcome), name, &environment)
    case .missing(let outcome): return enter(.missing(outcome), name, &environment)
    case .linked(let instance):
      if let reason = reasons[instance.position] {
        return enter(
          .uncompiled(position: instance.position, reason: reason), name, &environment)
      }
      let number = instantiation(of: instance, environment.stream)
      _ = enter(
        .linked(position: instance.position, instantiation: number), name, &environment)
      return .running(number: number, .instantiated, instantiatedBy: nil)
    }
  }

  mutating func define(
    _ module: WastModule, _ environment: inout ScriptEnvironment
  ) -> ScriptOutcome {
    let definition: ScriptDefinition
    let outcome: ScriptOutcome
    do {
      definition = .module(try modules.load(module))
      outcome = .passed
    } catch {
      outcome = error.scriptOutcome(expected: Self.validModule)
      definition = .missing(outcome)
    }
    environment.lastDefinition = definition
    if let name = module.name { environment.definitions[NameKey(name)] = definition }
    return outcome
  }

  func register(
    _ name: String, _ instance: String?, _ environment: inout ScriptEnvironment
  ) -> ScriptOutcome {
    let found = self.instance(instance, environment)
    environment.registered[NameKey(name)] = found
    switch found {
    case .linked: return .passed
    case .uncompiled(_, let reason): return .skipped(reason: reason)
    case .missing(let outcome): return outcome
    }
  }

  /// A module that traps while it is instantiated. What it did before stays.
  mutating func plan(
    _ module: WastModule, _ expectation: ScriptExpectation, _ environment: ScriptEnvironment
  ) -> PlannedCommand.Fate {
    do {
      switch link(try modules.load(module), environment) {
      case .unlinkable(let message):
        return .decided(.failed(expected: expectation.description, actual: message))
      case .missing(let outcome): return .decided(outcome)
      case .linked(let instance):
        if let reason = reasons[instance.position] { return .decided(.skipped(reason: reason)) }
        let number = instantiation(of: instance, environment.stream)
        return .running(number: number, expectation, instantiatedBy: nil)
      }
    } catch {
      return .decided(error.scriptOutcome(expected: Self.validModule))
    }
  }

  mutating func planUnlinkable(
    _ module: WastModule, _ message: String, _ environment: ScriptEnvironment
  ) -> PlannedCommand.Fate {
    let expectation = ScriptExpectation.unlinkable(message: message)
    do {
      switch link(try modules.load(module), environment) {
      case .unlinkable(let actual):
        return .decided(
          actual.hasPrefix(message)
            ? .passed : .failed(expected: expectation.description, actual: actual))
      case .missing(let outcome): return .decided(outcome)
      case .linked(let instance):
        // Whether an item has grown enough is known when it is imported.
        if instance.sizes.isEmpty {
          return .decided(
            .failed(expected: expectation.description, actual: "the module is linked"))
        }
        if let reason = reasons[instance.position] { return .decided(.skipped(reason: reason)) }
        let number = instantiation(of: instance, environment.stream)
        return .running(number: number, expectation, instantiatedBy: nil)
      }
    } catch {
      return .decided(error.scriptOutcome(expected: Self.validModule))
    }
  }

  // MARK: Names

  /// The instance of this name, or the current one.
  func instance(_ name: String?, _ environment: ScriptEnvironment) -> ScriptInstance {
    if let found = name.map({ environment.named[NameKey($0)] }) ?? environment.current {
      return found
    }
    let what = name.map { "no module \(quoted("$" + $0))" } ?? "no module"
    return .missing(.failed(expected: "an instance", actual: what))
  }

  /// Gives an instance its name; returns the outcome of its command, if that is known.
  private func enter(
    _ instance: ScriptInstance, _ name: String?, _ environment: inout ScriptEnvironment
  ) -> PlannedCommand.Fate {
    var visible = instance
    let outcome: ScriptOutcome
    switch instance {
    case .linked: outcome = .passed
    case .uncompiled(_, let reason): outcome = .skipped(reason: reason)
    case .missing(let reason):
      outcome = reason
      visible = .missing(reason.ofDependent)
    }
    environment.current = visible
    if let name { environment.named[NameKey(name)] = visible }
    return .decided(outcome)
  }

  // MARK: Linking

  private enum LinkResult {
    case linked(LinkedInstance)
    case unlinkable(String)
    /// It imports from an instance that is not there.
    case missing(ScriptOutcome)
  }

  private mutating func link(_ module: Module, _ environment: ScriptEnvironment) -> LinkResult {
    var reason = module.unsupportedUse().map(\.part.rawValue)
    for item in module.imports {
      switch environment.registered[NameKey(item.module)] {
      case .linked: break
      case .uncompiled(_, let other): reason = reason ?? other
      case .missing(let outcome): return .missing(outcome)
      case nil: if item.module == SpectestModule.name { provide(item.name) }
      }
    }
    let spectest = spectest
    let exports = exports
    let instance = linkage.add(module, name: "") { module, name in
      switch environment.registered[module] {
      case .linked(let position, _), .uncompiled(let position, _): return exports[position][name]
      case .missing: return nil
      case nil: return module.name == SpectestModule.name ? spectest[name] : nil
      }
    }
    if let unresolved = instance.unresolved.first {
      linkage.removeLast()
      return .unlinkable(unresolved.mismatch == nil ? "unknown import" : "incompatible import type")
    }
    enter(instance, reason)
    return .linked(instance)
  }

  /// Makes an item of the host module, if there is one of that name.
  private mutating func provide(_ name: String) {
    guard spectest[NameKey(name)] == nil,
      let module = SpectestModule.item(name, features: modules.features)
    else { return }
    let instance = linkage.add(module, name: SpectestModule.name) { _, _ in nil }
    enter(instance, nil)
    spectest[NameKey(name)] = exports[instance.position][NameKey(name)]
  }

  private mutating func enter(_ instance: LinkedInstance, _ reason: String?) {
    reasons.append(reason)
    exports.append(linkage.exports(of: instance.position))
  }

  private mutating func instantiation(of instance: LinkedInstance, _ stream: Int) -> Int {
    let target = target(.instantiate(instance: instance.position, sizes: instance.sizes))
    return add(.call(target: target, arguments: [], results: 1), to: stream)
  }
}

extension ScriptOutcome {
  /// The outcome of a command that needs the instance of a command with this one.
  var ofDependent: ScriptOutcome {
    switch self {
    case .skipped: self
    case .passed, .failed: .failed(expected: "an instance", actual: "its module failed")
    }
  }
}
