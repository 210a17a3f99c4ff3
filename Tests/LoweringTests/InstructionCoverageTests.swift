// Every instruction whose type follows from the table is lowered: one function for each
// row, whose IR LLVM verifies before it makes code of it.

import TestSupport
import Testing
import Wasm

struct InstructionCoverageTests {
  /// The rows with a signature, by feature.
  private func rows(_ feature: Feature?) -> [InstructionTable.Row] {
    InstructionTable.rows.filter { $0.feature == feature && $0.operation.signature != nil }
  }

  /// A module with a function for each row, all immediates zero; `f` calls each with what
  /// lies in memory.
  private func module(_ rows: [InstructionTable.Row]) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.elements(.passive, functions: [])
    builder.dataCount = 1
    builder.data(.passive, [])
    var calls = ""
    for (index, row) in rows.enumerated() {
      guard let signature = row.operation.signature else { continue }
      let type = builder.type(signature.parameters, signature.result.map { [$0] } ?? [])
      builder.function(type) { body in
        for index in 0..<signature.parameterCount { body("local.get", Int64(index)) }
        body.append(row, [])
      }
      calls += signature.parameters.map { "i32.const 0 \($0).load " }.joined()
      calls += "call \(index) " + (signature.result == nil ? "" : "drop ")
    }
    builder.function(builder.type([], []), export: "f", text: calls)
    return builder.build()
  }

  static let features: [Feature?] = [
    nil, .signExtension, .saturatingConversion, .bulkMemory, .simd, .relaxedSIMD,
  ]

  @Test(arguments: features)
  func `every row with a signature lowers and verifies`(_ feature: Feature?) throws {
    let rows = rows(feature)
    #expect(!rows.isEmpty)
    let bytes = module(rows)
    let cpus = ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"]
    for cpu in feature == .simd || feature == .relaxedSIMD ? cpus : ["x86-64-v3"] {
      for options in [["-O0"], ["-O2"], ["-O2", "--strict", "--deterministic"]] {
        _ = try ApusCommand.compile(
          bytes,
          ["--features", "all", "--emit", "obj", "--invoke", "f", "--target-cpu", cpu] + options)
      }
    }
  }

  @Test func `all vector instructions have a signature`() {
    #expect(rows(.simd).count == 236)
    #expect(rows(.relaxedSIMD).count == 20)
  }
}
