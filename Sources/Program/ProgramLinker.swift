// Resolves the imports of modules against each other and against the runtime.
//
// Specification: 4.5.3 "External Typing", 4.5.4 "Instantiation".

public import Wasm

/// A valid module and the name that others import it as.
public struct NamedModule: Sendable {
  public var name: String
  public var module: Module

  public init(name: String, module: Module) {
    self.name = name
    self.module = module
  }
}

/// What the program runs, as the user asked for it.
public enum EntryRequest: Hashable, Sendable {
  /// `_start` where the module exports it, `_initialize` where it exports that,
  /// otherwise nothing.
  case command
  /// The export of this name, called with the arguments of the process.
  case invoke(String)
}

/// Why modules cannot be linked into a program.
public enum LinkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Imports that nothing provides, all of them.
  case unresolvedImports([UnresolvedImport])
  /// `--invoke` names no exported function.
  case unknownExport(String)
  /// `--invoke` names a function with types that have no textual form.
  case notInvocable(String)
  /// The name stands for two modules.
  case duplicateModule(String)

  public var description: String {
    switch self {
    case .unresolvedImports(let imports):
      "unknown import: "
        + imports.map(\.description).joined(separator: "; ")
        + " (provide the module with --link NAME=FILE, or compile with --allow-unresolved)"
    case .unknownExport(let name): "unknown export: no function is exported as \(quoted(name))"
    case .notInvocable(let name):
      "cannot invoke \(quoted(name)): its type has parameters or results other than i32, i64, f32 "
        + "and f64"
    case .duplicateModule(let name): "two modules are linked as \(quoted(name))"
    }
  }
}

/// An import that could not be bound, and why.
public struct UnresolvedImport: Hashable, Sendable, CustomStringConvertible {
  public var module: String
  public var name: String
  /// The import's type, as the text format writes it.
  public var type: String
  /// Why an item of that name does not do; `nil` where there is none.
  public var mismatch: String?

  public var description: String {
    let head = "\(quoted(module)) \(quoted(name)) \(type)"
    return mismatch.map { "\(head): incompatible import type, \($0)" } ?? head
  }
}

/// Links modules into a program.
public enum ProgramLinker {
  /// Links `main` with `libraries`.
  ///
  /// - Parameters:
  ///   - main: instantiated last; its exports are looked up for `entry`.
  ///   - libraries: instantiated in this order; each sees those before it.
  ///   - allowUnresolved: bind functions that nothing provides to a trap.
  /// - Throws: `LinkError`, with every import that stays unresolved.
  public static func link(
    main: NamedModule, libraries: [NamedModule] = [], allowUnresolved: Bool = false,
    entry: EntryRequest = .command
  ) throws(LinkError) -> Program {
    var modules = ModuleLinkage(allowUnresolved: allowUnresolved)
    for module in libraries { try modules.add(module) }
    try modules.add(main)
    if !modules.unresolved.isEmpty { throw .unresolvedImports(modules.unresolved) }
    return Program(instances: modules.linkage.instances, entry: try modules.entry(for: entry))
  }
}

/// The modules linked so far, each under the name that others import it as.
private struct ModuleLinkage {
  var linkage: Linkage
  var unresolved: [UnresolvedImport] = []
  /// By module name, its exports by name.
  var exports: [NameKey: [NameKey: ProvidedItem]] = [:]

  init(allowUnresolved: Bool) {
    linkage = Linkage(sources: allowUnresolved ? [.runtime, .traps] : .runtime)
  }

  mutating func add(_ named: NamedModule) throws(LinkError) {
    if exports[NameKey(named.name)] != nil { throw .duplicateModule(named.name) }
    let instance = linkage.add(named.module, name: named.name) { exports[$0]?[$1] }
    unresolved += instance.unresolved
    exports[NameKey(named.name)] = linkage.exports(of: instance.position)
  }

  func entry(for request: EntryRequest) throws(LinkError) -> Entry {
    let main = linkage.instances.count - 1
    let module = linkage.instances[main].module
    switch request {
    case .command:
      for name in ["_start", "_initialize"] {
        guard let index = exportedFunction(name, of: main) else { continue }
        guard module.type(ofFunction: index) == FuncType(parameters: [], results: []) else {
          continue
        }
        return .command(instance: main, index: index)
      }
      return .none
    case .invoke(let name):
      guard let index = exportedFunction(name, of: main),
        let type = module.type(ofFunction: index)
      else { throw .unknownExport(name) }
      let textual: Set<ValueType> = [.i32, .i64, .f32, .f64]
      guard (type.parameters + type.results).allSatisfy(textual.contains) else {
        throw .notInvocable(name)
      }
      return .invoke(instance: main, index: index, name: name)
    }
  }

  private func exportedFunction(_ name: String, of instance: Int) -> FuncIndex? {
    let found = exports[NameKey(linkage.instances[instance].name)]?[NameKey(name)]
    guard case .function(let index)? = found?.index else { return nil }
    return index
  }
}
