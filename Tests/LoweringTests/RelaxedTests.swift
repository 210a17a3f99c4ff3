// Relaxed vector instructions: by default one of the results the specification allows,
// with `--deterministic` the same on every CPU.

import Testing
import Wasm

struct RelaxedTests {
  /// Checks the results of all CPUs, and with `--deterministic` the first one alone.
  private func checkBoth(_ checks: [VectorCheck]) throws {
    try check(checks)
    let deterministic = checks.map { each in
      var each = each
      each.cases = each.cases.map { VectorCase($0.operands, [$0.results[0]]) }
      return each
    }
    try check(deterministic, modes: vectorModes.map { $0 + ["--deterministic"] })
  }

  private func exactly(_ results: [Vector128]) -> [Expected] {
    results.map { Expected(value: $0) }
  }

  @Test func `a swizzle gives 0 or counts modulo 16`() throws {
    let bytes = Vector128((0..<16).map { UInt8($0 + 0x10) })
    let indices = vectors((0..<256).map { UInt8($0) })
    func picked(_ index: Vector128, _ rule: (Int) -> Int?) -> Vector128 {
      Vector128(index.bytes.map { rule(Int($0)).map { bytes.bytes[$0] } ?? 0 })
    }
    try checkBoth([
      VectorCheck(
        "i8x16.relaxed_swizzle",
        indices.map { index in
          VectorCase(
            [bytes, index],
            exactly([
              picked(index) { $0 < 16 ? $0 : nil }, picked(index) { $0 < 128 ? $0 % 16 : nil },
            ]))
        })
    ])
  }

  @Test func `a truncation saturates or yields the CPU's sentinel`() throws {
    func check<Lane: FloatLane, Result: FixedWidthInteger>(
      _ name: String, _: Lane.Type, _: Result.Type
    ) -> VectorCheck {
      // One lane a vector, so that each result is allowed by itself.
      let values = VectorConversionTests.operands(Lane.self).flatMap { floats($0, Lane.self) }
      let count = 128 / Lane.Bits.bitWidth
      return VectorCheck(
        name, [.v128], .v128,
        values.map { value in
          let operand = Vector128(Array(repeating: value.bitPattern, count: count))
          let saturated = VectorConversionTests.truncated(value, Result.self)
          let fits = Result(exactly: value.rounded(.towardZero)) != nil
          let sentinel = Result.isSigned ? Result.min : Result.max
          return VectorCase(
            [operand],
            exactly(
              [saturated, fits ? saturated : sentinel].map { lane in
                Vector128((0..<4).map { $0 < count ? lane : 0 })
              }))
        })
    }
    try checkBoth([
      check("i32x4.relaxed_trunc_f32x4_s", Float.self, Int32.self),
      check("i32x4.relaxed_trunc_f32x4_u", Float.self, UInt32.self),
      check("i32x4.relaxed_trunc_f64x2_s_zero", Double.self, Int32.self),
      check("i32x4.relaxed_trunc_f64x2_u_zero", Double.self, UInt32.self),
    ])
  }

  @Test func `a minimum of NaN or zeros is one of the operands or exact`() throws {
    func checks<Lane: FloatLane>(_: Lane.Type) -> [VectorCheck] {
      let count = 128 / Lane.Bits.bitWidth
      let values = Lane.edges
      func cases(
        _ exact: (Lane, Lane) -> Lane, _ cpu: (Lane, Lane) -> Lane
      ) -> [VectorCase] {
        values.flatMap { left in
          values.map { right in
            let operands = [left, right].map {
              Vector128(Array(repeating: $0.bitPattern, count: count))
            }
            let lanes = Array(repeating: [left, right], count: count)
            let one = Array(repeating: exact(left, right), count: count)
            let other = Vector128(Array(repeating: cpu(left, right).bitPattern, count: count))
            return VectorCase(operands, [expected(one, from: lanes), Expected(value: other)])
          }
        }
      }
      return [
        VectorCheck(
          "\(Lane.shape).relaxed_min",
          cases({ VectorFloatTests.minimum($0, $1) }, { $0 < $1 ? $0 : $1 })),
        VectorCheck(
          "\(Lane.shape).relaxed_max",
          cases({ VectorFloatTests.maximum($0, $1) }, { $0 > $1 ? $0 : $1 })),
      ]
    }
    try checkBoth(checks(Float.self) + checks(Double.self))
  }

  @Test func `a product and a sum are rounded once or twice`() throws {
    func checks<Lane: FloatLane>(_: Lane.Type) -> [VectorCheck] {
      let count = 128 / Lane.Bits.bitWidth
      let epsilon = Lane(sign: .plus, exponent: -Lane.significandBitCount / 2, significand: 1)
      let triples: [[Lane]] = [
        [1 + epsilon, 1 + epsilon, -(1 + epsilon) * (1 + epsilon)],
        [.greatestFiniteMagnitude, 2, -.greatestFiniteMagnitude], [3, 5, 7], [-0.0, 1, 0],
        [Lane(bitPattern: Lane.canonicalNaN ^ Lane.quietBit | Lane.quietBit >> 1), 1, -0.0],
        [.infinity, 0, 1], [1 + epsilon, 1 - epsilon, -1],
      ]
      func cases(_ sign: Lane) -> [VectorCase] {
        triples.map { lanes in
          func result(_ lane: Lane) -> Expected {
            expected(
              Array(repeating: lane, count: count), from: Array(repeating: lanes, count: count))
          }
          let operands = lanes.map { Vector128(Array(repeating: $0.bitPattern, count: count)) }
          return VectorCase(
            operands,
            [
              result(sign * lanes[0] * lanes[1] + lanes[2]),
              result(lanes[2].addingProduct(sign * lanes[0], lanes[1])),
            ])
        }
      }
      let operands = [ValueType](repeating: .v128, count: 3)
      return [
        VectorCheck("\(Lane.shape).relaxed_madd", operands, .v128, cases(1)),
        VectorCheck("\(Lane.shape).relaxed_nmadd", operands, .v128, cases(-1)),
      ]
    }
    try checkBoth(checks(Float.self) + checks(Double.self))
  }

  @Test func `lanes are selected by bits or by top bits`() throws {
    let then = Vector128(Array(repeating: 0x5a, count: 16) as [UInt8])
    let otherwise = Vector128(Array(repeating: 0xc3, count: 16) as [UInt8])
    func select(_ mask: Vector128, bytes: Bool) -> [UInt8] {
      mask.bytes.map { bits in
        bytes ? (bits >= 0x80 ? 0x5a : 0xc3) : bits & 0x5a | ~bits & 0xc3
      }
    }
    func cases<Lane: FixedWidthInteger>(_: Lane.Type, byBytes: Bool) -> [VectorCase] {
      vectors(edges(Lane.self)).map { mask in
        let lanes = mask.lanes(Lane.self).map {
          $0 >> Lane(Lane.bitWidth - 1) & 1 == 1 ? ~0 : 0 as Lane
        }
        let whole = Vector128(lanes)
        return VectorCase(
          [then, otherwise, mask],
          exactly([
            Vector128(select(mask, bytes: false)),
            Vector128(select(byBytes ? mask : whole, bytes: true)),
          ]))
      }
    }
    let operands = [ValueType](repeating: .v128, count: 3)
    try checkBoth([
      VectorCheck(
        "i8x16.relaxed_laneselect", operands, .v128, cases(UInt8.self, byBytes: true)),
      VectorCheck(
        "i16x8.relaxed_laneselect", operands, .v128, cases(UInt16.self, byBytes: true)),
      VectorCheck(
        "i32x4.relaxed_laneselect", operands, .v128, cases(UInt32.self, byBytes: false)),
      VectorCheck(
        "i64x2.relaxed_laneselect", operands, .v128, cases(UInt64.self, byBytes: false)),
    ])
  }

  @Test func `products of fractions and dots of bytes clamp or wrap`() throws {
    let fractions = pairs(edges(Int16.self)).map { operands in
      func result(_ rule: (Int) -> Int16) -> Vector128 {
        zipLanes(operands) { (left: Int16, right: Int16) in
          rule((Int(left) * Int(right) + 0x4000) >> 15)
        }
      }
      return VectorCase(
        operands,
        exactly([result { Int16(clamping: $0) }, result { Int16(truncatingIfNeeded: $0) }]))
    }
    func sums(_ operands: [Vector128], _ right: [Int]) -> [Int16] {
      let left = operands[0].lanes(Int8.self).map { Int($0) }
      let products = zip(left, right).map { $0 * $1 }
      return (0..<8).map { Int16(clamping: products[2 * $0] + products[2 * $0 + 1]) }
    }
    let bytes = pairs(edges(Int8.self) + [100, -100])
    func dots(_ operands: [Vector128]) -> [[Int16]] {
      [
        sums(operands, operands[1].lanes(Int8.self).map { Int($0) }),
        sums(operands, operands[1].lanes(UInt8.self).map { Int($0) }),
      ]
    }
    let addends: [Int32] = [1, -5, .max, .min]
    func dotSum(_ dots: [Int16]) -> Vector128 {
      let sums = (0..<4).map { Int32(dots[2 * $0]) + Int32(dots[2 * $0 + 1]) }
      return Vector128(zip(sums, addends).map { $0 &+ $1 })
    }
    try checkBoth([
      VectorCheck("i16x8.relaxed_q15mulr_s", fractions),
      VectorCheck(
        "i16x8.relaxed_dot_i8x16_i7x16_s",
        bytes.map { VectorCase($0, exactly(dots($0).map { Vector128($0) })) }),
      VectorCheck(
        "i32x4.relaxed_dot_i8x16_i7x16_add_s", [.v128, .v128, .v128], .v128,
        bytes.map { VectorCase($0 + [Vector128(addends)], exactly(dots($0).map(dotSum))) }),
    ])
  }
}
