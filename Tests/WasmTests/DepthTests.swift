import TestSupport
import Testing
import Wasm

/// Nesting and stacks so deep that recursion or quadratic work would show. The full
/// depth of the hazards is for optimised builds; debug builds go a tenth as deep.
@Suite(.timeLimit(.minutes(1))) struct DepthTests {
  #if DEBUG
    private static let depth = 100_000
  #else
    private static let depth = 1_000_000
  #endif

  private func module(results: [ValueType] = [], _ code: [UInt8]) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.function(builder.type([], results), body: [0] + code + [0x0b])
    return builder.build()
  }

  private func repeated(_ bytes: [UInt8], _ count: Int = depth) -> [UInt8] {
    Array(repeatElement(bytes, count: count).joined())
  }

  @Test(
    "M7, M8 nested blocks, loops and ifs, made and freed",
    arguments: [[0x02, 0x40], [0x03, 0x40], [0x41, 1, 0x04, 0x40]])
  func nesting(_ opening: [UInt8]) {
    expectValid(module(repeated(opening) + repeated([0x0b])))
    // Cut off in the depth.
    expectRejected(.malformed, "unexpected end", module(repeated(opening)))
  }

  @Test("M9 a deep operand stack")
  func operands() {
    expectValid(module(repeated([0x41, 0]) + repeated([0x1a])))
    expectRejected(.invalid, "type mismatch: block requires", module(repeated([0x41, 0])))
  }

  @Test("M9 dead instructions after unreachable")
  func deadCode() {
    expectValid(module([0x00] + repeated([0x1a])))
    expectValid(module([0x00] + repeated([0x6a]) + [0x1a]))
  }

  @Test("M9 a stack that calls with many results would make gigabytes of")
  func manyResults() {
    var builder = ModuleBuilder()
    let many = builder.type([], Array(repeating: .i32, count: 1_000))
    builder.function(many) { $0("unreachable") }
    builder.function(builder.type([], []), body: [0] + repeated([0x10, 0], 20_000) + [0x0b])
    expectRejected(.limit, "too many operands", builder.build())
  }

  @Test("M17 br_table of many labels with many values each")
  func wideBranchTables() {
    var builder = ModuleBuilder()
    let values = Array(repeating: ValueType.i32, count: 1_000)
    let wide = builder.type([], values)
    builder.function(wide) { code in
      for _ in 0..<1_000 { code("i32.const", 0) }
      code("i32.const", 0)
      code.raw([0x0e] + BinaryEncoding.unsigned(60_000) + [UInt8](repeating: 0, count: 60_001))
    }
    expectValid(builder.build())
  }
}
