// Neighbouring floats, which are written as one vector.

import TestSupport
import Testing

struct StorePairTests {
  /// Bodies of a function of two addresses and two floats.
  private static let joined = [
    "local.get 0 local.get 2 f64.store local.get 0 local.get 3 f64.store offset=8",
    "local.get 0 local.get 2 f64.store offset=16 local.get 0 local.get 3 f64.store offset=8",
    """
    local.get 0 local.get 2 f64.store local.get 0 local.get 3 f64.store offset=24
    local.get 0 i32.const 7 i32.store offset=40 local.get 0 local.get 3 f64.store offset=8
    """,
  ]

  private static let refused = [
    // a gap, the same place, halves that overlap
    "local.get 0 local.get 2 f64.store local.get 0 local.get 3 f64.store offset=16",
    "local.get 0 local.get 2 f64.store local.get 0 local.get 3 f64.store",
    "local.get 0 local.get 2 f64.store local.get 0 local.get 3 f64.store offset=4",
    // another pointer, a read and a call between
    """
    local.get 0 local.get 2 f64.store local.get 1 local.get 3 f64.store offset=48
    local.get 0 local.get 3 f64.store offset=8
    """,
    """
    local.get 0 local.get 2 f64.store local.get 1 local.get 1 f64.load f64.store
    local.get 0 local.get 3 f64.store offset=8
    """,
    """
    local.get 0 local.get 2 f64.store i32.const 0 memory.grow drop
    local.get 0 local.get 3 f64.store offset=8
    """,
  ]

  /// Where LLVM may find a way of its own: a write over the first between the two.
  private static let overwritten = [
    """
    local.get 0 local.get 2 f64.store local.get 0 i32.const 7 i32.store offset=4
    local.get 0 local.get 3 f64.store offset=8
    """
  ]

  /// The body behind a filled page, and what is in the page then.
  private func program(_ body: String) -> [UInt8] {
    module(
      [.i32, .i32, .f64, .f64], [.i64], locals: [.i32, .i64],
      """
      i32.const 0 i32.const 85 i32.const 65536 memory.fill
      \(body)
      loop
        local.get 4 i64.load local.get 5 i64.xor i64.const 7046029254386353131 i64.mul local.set 5
        local.get 4 i32.const 8 i32.add local.tee 4 i32.const 65536 i32.ne br_if 0
      end
      local.get 5
      """)
  }

  private func writesPair(_ body: String) throws -> Bool {
    let text = try ApusCommand.assembly(
      module([.i32, .i32, .f64, .f64], [], body), ["--invoke", "f"])
    return text.split(separator: "\n").contains {
      $0.contains("vmovup") && $0.contains("%xmm") && $0.hasSuffix(")")
    }
  }

  @Test(arguments: joined) func `neighbours are one write`(body: String) throws {
    #expect(try writesPair(body))
  }

  @Test(arguments: refused) func `what is no pair stays`(body: String) throws {
    #expect(try !writesPair(body))
  }

  @Test(arguments: joined + refused + overwritten) func `memory is the same`(body: String) throws {
    var arguments: [[String]] = []
    for distance in stride(from: -64, through: 64, by: 4) {
      arguments.append(["1024", "\(1024 + distance)", "1.5", "-2.25"])
    }
    for start in [65536 - 16, 65536 - 15, 65536 - 8, 65535, 65520, 65504, 0, -8, -1] {
      arguments.append(["\(start)", "512", "1.5", "-2.25"])
    }
    let expected = try results(program(body), ["-O0"], arguments: arguments)
    for options in [["-O2"], ["-O1"]] {
      #expect(try results(program(body), options, arguments: arguments) == expected)
    }
    #expect(expected.contains { $0.contains("memory") })
  }
}
