// Instances as they are linked, one after the other: each import is bound to an item of
// an earlier one.
//
// Knows nothing of the names that modules go by, nor of what becomes of failures.
// Specification: 3.3.10 "Import Matching", 4.5.3 "External Typing".

internal import Wasm

/// An item that an import can be bound to: an export of an instance.
struct ProvidedItem {
  var instance: Int
  var index: ExternIndex
}

/// Where imported functions may come from besides other instances.
struct FunctionSources: OptionSet {
  let rawValue: UInt8

  /// Functions of the runtime.
  static let runtime = FunctionSources(rawValue: 1)
  /// A function that traps, where nothing else is provided.
  static let traps = FunctionSources(rawValue: 2)
}

/// What linking a module gave.
struct LinkedInstance {
  /// Its place among the instances.
  var position: Int
  var unresolved: [UnresolvedImport] = []
  /// What its imports must have grown to when it is instantiated.
  var sizes: [SizeRequirement] = []
}

/// The instances linked so far.
struct Linkage {
  let sources: FunctionSources
  /// Whether a memory or table that is too small at first may have grown by the time it
  /// is imported; then that is for the program to check.
  let allowsGrowth: Bool
  private(set) var instances: [Instance] = []
  private var types = CanonicalTypes()
  private var typesOfInstances: [[CanonicalType]] = []

  init(sources: FunctionSources, allowsGrowth: Bool = false) {
    self.sources = sources
    self.allowsGrowth = allowsGrowth
  }

  /// Adds an instance of `module`, with its imports bound to what `provider` has.
  mutating func add(
    _ module: Module, name: String,
    provider: (_ module: NameKey, _ name: NameKey) -> ProvidedItem?
  ) -> LinkedInstance {
    var binding = Binding(
      instance: Instance(name: name, module: module), types: types.add(module),
      result: LinkedInstance(position: instances.count))
    for item in module.imports {
      let found = provider(NameKey(item.module), NameKey(item.name))
      guard let mismatch = bind(item, to: found, &binding) else { continue }
      binding.result.unresolved.append(
        UnresolvedImport(
          module: item.module, name: item.name, type: module.description(of: item.type),
          mismatch: mismatch.reason))
    }
    instances.append(binding.instance)
    typesOfInstances.append(binding.types)
    return binding.result
  }

  /// Takes back the instance that was added last.
  mutating func removeLast() {
    instances.removeLast()
    typesOfInstances.removeLast()
  }

  /// What an instance exports, by name.
  func exports(of position: Int) -> [NameKey: ProvidedItem] {
    var table: [NameKey: ProvidedItem] = [:]
    for export in instances[position].module.exports {
      table[NameKey(export.name)] = ProvidedItem(instance: position, index: export.index)
    }
    return table
  }

  // MARK: Binding

  /// An instance whose imports are being bound.
  private struct Binding {
    var instance: Instance
    let types: [CanonicalType]
    var result: LinkedInstance
  }

  /// Why an import cannot be bound; without a reason, because nothing is provided.
  private struct Mismatch {
    var reason: String?
  }

  /// Binds one import; returns why it cannot be.
  private mutating func bind(
    _ item: Import, to found: ProvidedItem?, _ binding: inout Binding
  ) -> Mismatch? {
    if case .function(let type) = item.type {
      return bindFunction(item, type, to: found, &binding)
    }
    guard let found else { return Mismatch() }
    let reason: String?
    switch item.type {
    case .function: reason = nil
    case .table(let type): reason = bindTable(type, to: found, &binding)
    case .memory(let type): reason = bindMemory(type, to: found, &binding)
    case .global(let type): reason = bindGlobal(type, to: found, &binding)
    case .tag(let type): reason = bindTag(type, to: found, &binding)
    }
    return reason.map { Mismatch(reason: $0) }
  }

  private mutating func bindFunction(
    _ item: Import, _ typeIndex: TypeIndex, to found: ProvidedItem?, _ binding: inout Binding
  ) -> Mismatch? {
    if let found {
      guard case .function(let index) = found.index else {
        return Mismatch(reason: "what is provided is not a function")
      }
      let source = resolve(function: index, of: found.instance)
      guard provides(source, typeIndex, binding) else {
        return Mismatch(reason: "the function provided has another type")
      }
      binding.instance.functions.append(source)
      return nil
    }
    if sources.contains(.runtime),
      let host = HostFunction.find(module: item.module, name: item.name)
    {
      guard types.add(host.type) == binding.types[Int(typeIndex)] else {
        return Mismatch(reason: "the host function has type \(host.type)")
      }
      binding.instance.functions.append(.host(host))
      return nil
    }
    guard sources.contains(.traps) else { return Mismatch() }
    binding.instance.functions.append(.unresolved("\(item.module).\(item.name)"))
    return nil
  }

  /// Whether a function has the type that an import asks for.
  private mutating func provides(
    _ source: FunctionBinding, _ typeIndex: TypeIndex, _ binding: Binding
  ) -> Bool {
    switch source {
    case .defined(let owner, let index):
      let type = instances[owner].module.functions[Int(index)]
      return matches(.function(type), of: owner, .function(typeIndex), binding)
    case .host(let host): return types.add(host.type) == binding.types[Int(typeIndex)]
    case .unresolved: return true
    }
  }

  private func bindTable(
    _ type: TableType, to found: ProvidedItem, _ binding: inout Binding
  ) -> String? {
    guard case .table(let index) = found.index else { return "what is provided is not a table" }
    let source = resolve(index, instances[found.instance].tables, of: found.instance)
    var provided = instances[source.instance].module.tables[Int(source.index)].type
    if grow(&provided.limits, type.limits) {
      let index = TableIndex(binding.instance.tables.count)
      binding.result.sizes.append(SizeRequirement(.table(index), minimum: type.limits.minimum))
    }
    guard matches(.table(provided), of: source.instance, .table(type), binding) else {
      return "the table provided has another type"
    }
    binding.instance.tables.append(source)
    return nil
  }

  private func bindMemory(
    _ type: MemoryType, to found: ProvidedItem, _ binding: inout Binding
  ) -> String? {
    guard case .memory(let index) = found.index else { return "what is provided is not a memory" }
    let source = resolve(index, instances[found.instance].memories, of: found.instance)
    var provided = instances[source.instance].module.memories[Int(source.index)]
    if grow(&provided.limits, type.limits) {
      let index = MemIndex(binding.instance.memories.count)
      binding.result.sizes.append(SizeRequirement(.memory(index), minimum: type.limits.minimum))
    }
    guard matches(.memory(provided), of: source.instance, .memory(type), binding) else {
      return "the memory provided has another type"
    }
    binding.instance.memories.append(source)
    return nil
  }

  /// Takes a size that is too small at first for one that has grown, where that is
  /// allowed; returns whether it did.
  private func grow(_ provided: inout Limits, _ required: Limits) -> Bool {
    guard allowsGrowth, provided.minimum < required.minimum else { return false }
    provided.minimum = required.minimum
    return true
  }

  private func bindGlobal(
    _ type: GlobalType, to found: ProvidedItem, _ binding: inout Binding
  ) -> String? {
    guard case .global(let index) = found.index else { return "what is provided is not a global" }
    let source = resolve(index, instances[found.instance].globals, of: found.instance)
    let provided = instances[source.instance].module.globals[Int(source.index)].type
    guard matches(.global(provided), of: source.instance, .global(type), binding) else {
      return "the global provided has another type"
    }
    binding.instance.globals.append(source)
    return nil
  }

  private func bindTag(
    _ type: TypeIndex, to found: ProvidedItem, _ binding: inout Binding
  ) -> String? {
    guard case .tag(let index) = found.index else { return "what is provided is not a tag" }
    let source = resolve(index, instances[found.instance].tags, of: found.instance)
    let provided = instances[source.instance].module.tags[Int(source.index)]
    guard matches(.tag(provided), of: source.instance, .tag(type), binding) else {
      return "the tag provided has another type"
    }
    binding.instance.tags.append(source)
    return nil
  }

  private func matches(
    _ provided: ExternType, of owner: Int, _ required: ExternType, _ binding: Binding
  ) -> Bool {
    types.matches(provided, in: typesOfInstances[owner], required, in: binding.types)
  }

  // MARK: Items

  // An export may be an import of the module that exports it: follow it to the
  // instance that defines the item.

  private func resolve(function index: FuncIndex, of owner: Int) -> FunctionBinding {
    let bound = instances[owner].functions
    return index < bound.count ? bound[Int(index)] : .defined(instance: owner, index: index)
  }

  private func resolve(_ index: UInt32, _ bound: [ItemBinding], of owner: Int) -> ItemBinding {
    index < bound.count ? bound[Int(index)] : ItemBinding(instance: owner, index: index)
  }
}

extension CanonicalTypes {
  /// Adds a function type that stands by itself.
  fileprivate mutating func add(_ type: FuncType) -> CanonicalType {
    var module = Module(bytes: ModuleBytes(copying: []))
    module.types = [SubType(.function(type))]
    module.recursionGroups = [0..<1]
    return add(module)[0]
  }
}
