// Sums, differences and products of 128 bits.

import Testing
import Wasm

struct WideArithmeticTests {
  private let pairs: [[Int64]] = {
    let values: [Int64] = [0, 1, -1, 2, .max, .min, .min + 1, 0x1_0000_0001, -0x1234_5678_9abc]
    return values.flatMap { left in values.map { [left, $0] } }
  }()

  /// Pairs of 128 bits: each edge in each half.
  private var quadruples: [[Int64]] {
    zip(pairs, pairs.reversed()).map { $0 + $1 } + pairs.map { [$0[0], $0[1], $0[1], $0[0]] }
  }

  /// Checks an instruction, its two results put together as a vector.
  private func check(
    _ name: String, _ cases: [[Int64]], _ rule: ([Int64]) -> (low: UInt64, high: Int64)
  ) throws {
    let joined = "i64.\(name) local.set 2 i64x2.splat local.get 2 i64x2.replace_lane 1"
    try LoweringTests.check(
      [
        VectorCheck(
          joined, Array(repeating: .i64, count: cases[0].count), .v128,
          cases.map { operands in
            let result = rule(operands)
            return VectorCase(
              operands.map { Vector128(number: $0) },
              Vector128([Int64(bitPattern: result.low), result.high]))
          })
      ], modes: vectorModes.map { $0 + ["--enable", "wide-arithmetic"] })
  }

  @Test func `a sum carries into its upper half`() throws {
    try check("add128", quadruples) { operands in
      let low = UInt64(bitPattern: operands[0]).addingReportingOverflow(
        UInt64(bitPattern: operands[2]))
      return (low.partialValue, operands[1] &+ operands[3] &+ (low.overflow ? 1 : 0))
    }
  }

  @Test func `a difference borrows from its upper half`() throws {
    try check("sub128", quadruples) { operands in
      let low = UInt64(bitPattern: operands[0]).subtractingReportingOverflow(
        UInt64(bitPattern: operands[2]))
      return (low.partialValue, operands[1] &- operands[3] &- (low.overflow ? 1 : 0))
    }
  }

  @Test func `a product is whole, signed and unsigned`() throws {
    try check("mul_wide_s", pairs) { operands in
      let product = operands[0].multipliedFullWidth(by: operands[1])
      return (product.low, product.high)
    }
    try check("mul_wide_u", pairs) { operands in
      let product = UInt64(bitPattern: operands[0]).multipliedFullWidth(
        by: UInt64(bitPattern: operands[1]))
      return (product.low, Int64(bitPattern: product.high))
    }
  }
}
