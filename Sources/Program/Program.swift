// What one executable contains: module instances whose imports are all resolved.
//
// Knows modules and host functions, nothing of machine code.
// Specification: 4.2 "Runtime Structure", 4.5.4 "Instantiation".

public import Wasm

/// A set of module instances, linked statically, and what runs first.
public struct Program: Sendable {
  /// In the order of instantiation: an import names an item of an earlier instance.
  public var instances: [Instance]
  /// What runs once all are instantiated.
  public var entry: Entry
  /// What each thread that the program starts runs; `nil` if it starts none.
  public var threadStart: ThreadStart?

  public init(instances: [Instance], entry: Entry, threadStart: ThreadStart? = nil) {
    self.instances = instances
    self.entry = entry
    self.threadStart = threadStart
  }
}

/// An instance of a module, with each of its imports bound.
public struct Instance: Sendable {
  /// What other modules import it as.
  public var name: String
  public var module: Module
  /// For each imported function, in order.
  public var functions: [FunctionBinding]
  /// For each imported table, the instance that defines it and its index there.
  public var tables: [ItemBinding]
  /// For each imported memory.
  public var memories: [ItemBinding]
  /// For each imported global.
  public var globals: [ItemBinding]
  /// For each imported tag.
  public var tags: [ItemBinding]

  public init(
    name: String, module: Module, functions: [FunctionBinding] = [], tables: [ItemBinding] = [],
    memories: [ItemBinding] = [], globals: [ItemBinding] = [], tags: [ItemBinding] = []
  ) {
    self.name = name
    self.module = module
    self.functions = functions
    self.tables = tables
    self.memories = memories
    self.globals = globals
    self.tags = tags
  }
}

/// What an imported function is.
public enum FunctionBinding: Hashable, Sendable {
  /// Function `index`, defined (not imported) by instance `instance`.
  case defined(instance: Int, index: FuncIndex)
  /// A function of the runtime.
  case host(HostFunction)
  /// Nothing: calling it traps. The name is `module.name`.
  case unresolved(String)
}

/// What an imported table, memory or global is: item `index`, defined (not
/// imported) by instance `instance`.
public struct ItemBinding: Hashable, Sendable {
  public var instance: Int
  public var index: UInt32

  public init(instance: Int, index: UInt32) {
    self.instance = instance
    self.index = index
  }
}

/// What a program runs once its modules are instantiated.
public enum Entry: Hashable, Sendable {
  /// Nothing: start functions were all there is.
  case none
  /// Function `index` of `instance`, without parameters and results: `_start`, or
  /// `_initialize` of a reactor.
  case command(instance: Int, index: FuncIndex)
  /// An export called with the arguments of the process.
  case invoke(instance: Int, index: FuncIndex, name: String)
  /// The commands of a script, which instantiates each instance when it comes to it.
  case script(Script)
}

/// Function `index` of `instance`, called in a new thread with the thread's number and
/// the argument that it was started with. Every thread has instances of its own, which
/// share memories with those of the others.
public struct ThreadStart: Hashable, Sendable {
  public var instance: Int
  public var index: FuncIndex

  /// What modules export it as.
  public static let name = "wasi_thread_start"

  public init(instance: Int, index: FuncIndex) {
    self.instance = instance
    self.index = index
  }
}
