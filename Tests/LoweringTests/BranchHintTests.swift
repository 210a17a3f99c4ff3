// Branch hints become the weights of branches and change nothing else.

import Foundation
import TestSupport
import Testing
import Wasm

struct BranchHintTests {
  /// `f`, function 0, has an `if` that is unlikely and a `br_if` that is likely.
  private func module(hints: [(offset: Int, isLikely: Bool)]) -> [UInt8] {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    builder.function(
      type, export: "f",
      text: """
        local.get 0 if nop local.get 0 call 1 return end
        block local.get 0 br_if 0 i32.const 1 call 1 return end
        i32.const 7
        """)
    builder.function(type, text: "local.get 0 i32.const 100 i32.add")
    let vector = BinaryEncoding.vector(
      hints.map { BinaryEncoding.unsigned($0.offset) + [1, $0.isLikely ? 1 : 0] })
    let function = BinaryEncoding.unsigned(0) + vector
    builder.custom("metadata.code.branch_hint", BinaryEncoding.vector([function]), after: 3)
    return builder.build()
  }

  @Test func `hinted branches carry weights`() throws {
    // Offsets of the instructions in the body: one byte of locals, then `local.get 0`.
    let ifOffset = 3
    let branchOffset = 3 + 2 + 1 + 2 + 2 + 1 + 1 + 2 + 2
    let options = ["--features", "all", "--invoke", "f"]
    let plain = String(
      decoding: try ir(module(hints: []), options), as: UTF8.self)
    #expect(!plain.contains("branch_weights"))
    let hinted = String(
      decoding: try ir(
        module(hints: [(ifOffset, false), (branchOffset, true)]), options + ["-O0"]),
      as: UTF8.self)
    #expect(hinted.contains(#"!{!"branch_weights", i32 1, i32 2000}"#), "\(hinted)")
    #expect(hinted.contains(#"!{!"branch_weights", i32 2000, i32 1}"#), "\(hinted)")
    for mode in modes {
      #expect(
        try results(
          module(hints: [(ifOffset, false), (branchOffset, true)]), ["--features", "all"] + mode,
          arguments: [["0"], ["5"]]) == ["101", "105"])
    }
  }

  private func ir(_ module: [UInt8], _ options: [String]) throws -> [UInt8] {
    let file = try ApusCommand.compile(module, options + ["--emit", "llvm-ir"])
    return Array(try String(contentsOfFile: file.path, encoding: .utf8).utf8)
  }
}
