// The functions and variables of the runtime that generated code refers to.
//
// The list is `runtime-c/include/runtime.def`; looking a name up that is not there
// is a bug.

internal import LLVM
internal import Program
internal import RuntimeABI

/// Declares the runtime's functions in a module.
final class RuntimeFunctions {
  private let module: IRModule
  private var functions: [String: IRFunction] = [:]
  /// The null funcref: the address of a function descriptor of no type.
  let nullFunction: IRValue

  /// The runtime's functions by name, from the table that the runtime shares.
  private static let table: [String: (parameters: String, results: String)] = {
    var count = 0
    guard let entries = apus_runtime_functions(&count) else { return [:] }
    var table: [String: (parameters: String, results: String)] = [:]
    for entry in UnsafeBufferPointer(start: entries, count: count) {
      table[String(cString: entry.name)] = (
        String(cString: entry.parameters), String(cString: entry.results)
      )
    }
    return table
  }()

  init(module: IRModule) {
    self.module = module
    nullFunction = module.declareGlobal(
      "apus_null_function", module.context.structure([module.context.pointer, module.context.i64]))
  }

  /// Whether the program refers to the function of the runtime with this symbol.
  func uses(_ symbol: String) -> Bool { functions[symbol] != nil }

  /// The runtime function `name`, declared at first use.
  func function(_ name: String) -> IRFunction {
    if let known = functions[name] { return known }
    guard let (parameters, results) = Self.table[name] else {
      preconditionFailure("runtime.def has no \(name)")
    }
    let function = declare(name, parameters: parameters, results: results)
    if results.isEmpty && name.hasPrefix("apus_trap") {
      function.add(module.context.attribute("noreturn"))
      function.add(module.context.attribute("cold"))
    }
    functions[name] = function
    return function
  }

  /// A host function, declared at first use. It takes the memory first.
  func hostFunction(_ host: HostFunction, types: TypeLowering) -> IRFunction {
    if let known = functions[host.symbol] { return known }
    let context = module.context
    let function = declare(
      host.symbol,
      IRFunctionType(
        parameters: [context.pointer] + host.type.parameters.map { types.lower($0) },
        result: host.type.results.first.map { types.lower($0) } ?? context.void))
    functions[host.symbol] = function
    return function
  }

  /// A function whose types are given by the letters of the tables.
  private func declare(_ name: String, parameters: String, results: String) -> IRFunction {
    let type = IRFunctionType(
      parameters: parameters.map(irType), result: results.first.map(irType) ?? module.context.void)
    return declare(name, type)
  }

  private func declare(_ name: String, _ type: IRFunctionType) -> IRFunction {
    let function = module.declareFunction(name, type)
    function.setLinkage(.external, visibility: .hidden)
    function.add(module.context.attribute("nounwind"))
    return function
  }

  private func irType(_ letter: Character) -> IRType {
    let context = module.context
    return switch letter {
    case "i": context.i32
    case "I": context.i64
    case "f": context.f32
    case "F": context.f64
    case "p": context.pointer
    default: preconditionFailure("runtime.def has the unknown type letter \(letter)")
    }
  }
}
