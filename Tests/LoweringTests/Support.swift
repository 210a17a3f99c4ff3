// Small programs for the tests of this folder.

import TestSupport
import Wasm

/// A module with one exported function `f` and one page of memory.
func module(
  _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
  memory: UInt64? = 1, _ text: String
) -> [UInt8] {
  var builder = ModuleBuilder()
  let type = builder.type(parameters, results)
  if let memory { builder.memory(memory) }
  builder.function(type, locals: locals, export: "f", text: text)
  return builder.build()
}

/// Compiles a module and runs its export `f`, once for each list of arguments; the
/// results are what it printed, or the trap's message.
func results(
  _ module: [UInt8], _ options: [String] = [], arguments: [[String]] = [[]]
) throws -> [String] {
  let program = try ApusCommand.compile(module, ["--invoke", "f"] + options)
  return try arguments.map { arguments in
    let result = try program.run(arguments)
    if result.status == 0 && result.errors.isEmpty {
      return result.output.split(separator: "\n").joined(separator: " ")
    }
    return trap(in: result) ?? result.description
  }
}

/// The message of the trap that ended a program, if one did.
func trap(in result: ProcessResult) -> String? {
  guard result.status == 134, result.signal == nil, result.errors.hasPrefix("error: ") else {
    return nil
  }
  return result.errors.split(separator: "\n").first.map { String($0.dropFirst("error: ".count)) }
}

/// The modes that must agree on everything a program can see.
let modes: [[String]] = [
  [], ["-O0"], ["-O3"], ["--strict"], ["--bounds-checks", "explicit"],
  ["--target-cpu", "x86-64"],
]
