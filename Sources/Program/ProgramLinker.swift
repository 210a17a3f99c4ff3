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
  /// The program starts threads and cannot, for this reason.
  case cannotStartThreads(String)

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
    case .cannotStartThreads(let reason): "the program starts threads, but \(reason)"
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
    return Program(
      instances: modules.linkage.instances, entry: try modules.entry(for: entry),
      threadStart: try modules.threadStart())
  }
}

/// The modules linked so far, each under the name that others import it as.
private struct ModuleLinkage {
  var linkage: Linkage
  var unresolved: [UnresolvedImport] = []
  /// By module name, its exports by name.
  var exports: [NameKey: [NameKey: ProvidedItem]] = [:]
  /// Shared memories that modules import and none of them defines, likewise.
  var sharedMemories: [NameKey: [NameKey: ProvidedItem]] = [:]

  init(allowUnresolved: Bool) {
    linkage = Linkage(sources: allowUnresolved ? [.runtime, .traps] : .runtime)
  }

  mutating func add(_ named: NamedModule) throws(LinkError) {
    if exports[NameKey(named.name)] != nil { throw .duplicateModule(named.name) }
    provideSharedMemories(to: named.module)
    let instance = linkage.add(named.module, name: named.name) {
      exports[$0]?[$1] ?? sharedMemories[$0]?[$1]
    }
    unresolved += instance.unresolved
    exports[NameKey(named.name)] = linkage.exports(of: instance.position)
  }

  /// Makes the shared memories that a module imports and nothing exports: a host of
  /// threads does, so that each thread's instance can import the same.
  private mutating func provideSharedMemories(to module: Module) {
    for item in module.imports {
      guard case .memory(let type) = item.type, type.isShared, type.pageSizeLog2 == 16 else {
        continue
      }
      let (owner, name) = (NameKey(item.module), NameKey(item.name))
      guard exports[owner]?[name] == nil, sharedMemories[owner]?[name] == nil else { continue }
      var provider = Module(bytes: ModuleBytes(copying: []))
      provider.memories = [type]
      let instance = linkage.add(provider, name: item.module) { _, _ in nil }
      sharedMemories[owner, default: [:]][name] = ProvidedItem(
        instance: instance.position, index: .memory(0))
    }
  }

  /// What a new thread runs, if the program starts any.
  func threadStart() throws(LinkError) -> ThreadStart? {
    let startsThreads = linkage.instances.contains { instance in
      instance.functions.contains {
        if case .host(let host) = $0 { host.startsThreads } else { false }
      }
    }
    guard startsThreads else { return nil }
    let main = linkage.instances.count - 1
    let type = FuncType(parameters: [.i32, .i32], results: [])
    guard let index = exportedFunction(ThreadStart.name, of: main),
      linkage.instances[main].module.type(ofFunction: index) == type
    else {
      throw .cannotStartThreads("exports no function \(quoted(ThreadStart.name)) of type \(type)")
    }
    for instance in linkage.instances {
      let defined = instance.module.memories.dropFirst(instance.module.importedMemoryCount)
      guard defined.allSatisfy(\.isShared) else {
        throw .cannotStartThreads("a memory is not shared")
      }
    }
    return ThreadStart(instance: main, index: index)
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
