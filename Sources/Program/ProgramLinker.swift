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
    var linkage = Linkage(allowUnresolved: allowUnresolved)
    for module in libraries { try linkage.add(module) }
    try linkage.add(main)
    if !linkage.unresolved.isEmpty { throw .unresolvedImports(linkage.unresolved) }
    return Program(instances: linkage.instances, entry: try linkage.entry(for: entry))
  }
}

/// The instances linked so far.
private struct Linkage {
  let allowUnresolved: Bool
  var instances: [Instance] = []
  var unresolved: [UnresolvedImport] = []
  /// By instance name, its exports by name.
  var exports: [NameKey: [NameKey: (instance: Int, index: ExternIndex)]] = [:]

  init(allowUnresolved: Bool) { self.allowUnresolved = allowUnresolved }

  mutating func add(_ named: NamedModule) throws(LinkError) {
    if exports[NameKey(named.name)] != nil { throw .duplicateModule(named.name) }
    var instance = Instance(name: named.name, module: named.module)
    for item in named.module.imports { bind(item, of: &instance) }
    let position = instances.count
    instances.append(instance)
    var table: [NameKey: (instance: Int, index: ExternIndex)] = [:]
    for export in named.module.exports { table[NameKey(export.name)] = (position, export.index) }
    exports[NameKey(named.name)] = table
  }

  /// Binds one import, or notes that it cannot be.
  private mutating func bind(_ item: Import, of instance: inout Instance) {
    let found = exports[NameKey(item.module)]?[NameKey(item.name)]
    let module = instance.module
    func reject(_ mismatch: String?) {
      unresolved.append(
        UnresolvedImport(
          module: item.module, name: item.name, type: module.description(of: item.type),
          mismatch: mismatch))
    }
    switch item.type {
    case .function(let typeIndex):
      guard let type = module.functionType(at: typeIndex) else { return reject("unknown type") }
      let host = HostFunction.find(module: item.module, name: item.name)
      if case .function(let index)? = found?.index, let owner = found?.instance {
        if instances[owner].module.type(ofFunction: index) == type {
          instance.functions.append(resolve(function: index, of: owner))
        } else {
          reject("the function provided has another type")
        }
      } else if let host, found == nil {
        if host.type == type {
          instance.functions.append(.host(host))
        } else {
          reject("the host function has type \(host.type)")
        }
      } else if allowUnresolved, found == nil {
        instance.functions.append(.unresolved("\(item.module).\(item.name)"))
      } else {
        reject(found == nil ? nil : "what is provided is not a function")
      }
    case .table(let type):
      guard let found else { return reject(nil) }
      guard case .table(let index) = found.index else {
        return reject("what is provided is not a table")
      }
      let source = resolve(table: index, of: found.instance)
      let provided = instances[source.instance].module.tables[Int(source.index)].type
      guard provided.element == type.element, provided.addressType == type.addressType,
        provided.limits.matches(type.limits)
      else { return reject("the table provided has another type") }
      instance.tables.append(source)
    case .memory(let type):
      guard let found else { return reject(nil) }
      guard case .memory(let index) = found.index else {
        return reject("what is provided is not a memory")
      }
      let source = resolve(memory: index, of: found.instance)
      let provided = instances[source.instance].module.memories[Int(source.index)]
      guard provided.addressType == type.addressType, provided.isShared == type.isShared,
        provided.pageSizeLog2 == type.pageSizeLog2, provided.limits.matches(type.limits)
      else { return reject("the memory provided has another type") }
      instance.memories.append(source)
    case .global(let type):
      guard let found else { return reject(nil) }
      guard case .global(let index) = found.index else {
        return reject("what is provided is not a global")
      }
      let source = resolve(global: index, of: found.instance)
      let provided = instances[source.instance].module.globals[Int(source.index)].type
      guard provided == type else { return reject("the global provided has another type") }
      instance.globals.append(source)
    case .tag:
      reject("tags cannot be linked yet")
    }
  }

  // An export may be an import of the module that exports it: follow it to the
  // instance that defines the item.

  private func resolve(function index: FuncIndex, of owner: Int) -> FunctionBinding {
    let instance = instances[owner]
    return index < instance.functions.count
      ? instance.functions[Int(index)] : .defined(instance: owner, index: index)
  }

  private func resolve(table index: TableIndex, of owner: Int) -> ItemBinding {
    let bound = instances[owner].tables
    return index < bound.count ? bound[Int(index)] : ItemBinding(instance: owner, index: index)
  }

  private func resolve(memory index: MemIndex, of owner: Int) -> ItemBinding {
    let bound = instances[owner].memories
    return index < bound.count ? bound[Int(index)] : ItemBinding(instance: owner, index: index)
  }

  private func resolve(global index: GlobalIndex, of owner: Int) -> ItemBinding {
    let bound = instances[owner].globals
    return index < bound.count ? bound[Int(index)] : ItemBinding(instance: owner, index: index)
  }

  private func exportedFunction(_ name: String, of instance: Int) -> FuncIndex? {
    let found = exports[NameKey(instances[instance].name)]?[NameKey(name)]
    guard case .function(let index)? = found?.index else { return nil }
    return index
  }

  func entry(for request: EntryRequest) throws(LinkError) -> Entry {
    let main = instances.count - 1
    let module = instances[main].module
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
}

extension Limits {
  /// Whether an item of these limits may be imported as `required`
  /// (specification 3.3.10.1).
  func matches(_ required: Limits) -> Bool {
    guard minimum >= required.minimum else { return false }
    guard let limit = required.maximum else { return true }
    guard let maximum else { return false }
    return maximum <= limit
  }
}
