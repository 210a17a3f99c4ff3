// The functions that a module can import from the runtime.
//
// The list itself is `runtime-c/include/host.def`; this file reads it as Swift
// values. It must not know what the functions do.

internal import RuntimeABI
public import Wasm

/// A function of the runtime that modules can import.
public struct HostFunction: Hashable, Sendable {
  public var module: String
  public var name: String
  public var type: FuncType
  /// The C function. It takes the importing instance's memory first.
  public var symbol: String

  /// Whether it starts threads.
  var startsThreads: Bool { symbol == "apus_wasi_thread_spawn" }

  /// Every host function, in the order of `host.def`: WASI of two ages, and others.
  public static let all: [HostFunction] = {
    var count = 0
    guard let functions = apus_host_functions(&count) else { return [] }
    return UnsafeBufferPointer(start: functions, count: count).map { function in
      HostFunction(
        module: String(cString: function.module), name: String(cString: function.name),
        type: FuncType(
          parameters: valueTypes(String(cString: function.parameters)),
          results: valueTypes(String(cString: function.results))),
        symbol: String(cString: function.symbol))
    }
  }()

  private static let byName: [NameKey: [NameKey: HostFunction]] = {
    var table: [NameKey: [NameKey: HostFunction]] = [:]
    for function in all {
      table[NameKey(function.module), default: [:]][NameKey(function.name)] = function
    }
    return table
  }()

  /// The function a module imports as `module` `name`.
  public static func find(module: String, name: String) -> HostFunction? {
    byName[NameKey(module)]?[NameKey(name)]
  }

  /// The types that the letters of the runtime's tables stand for.
  private static func valueTypes(_ letters: String) -> [ValueType] {
    letters.map { letter in
      switch letter {
      case "i": .i32
      case "I": .i64
      case "f": .f32
      case "F": .f64
      default: preconditionFailure("host.def has the unknown type letter \(letter)")
      }
    }
  }
}
