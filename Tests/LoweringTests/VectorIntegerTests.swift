// Integer lanes: arithmetic, saturation, comparison, shifts, at the edges of every type.

import Testing
import Wasm

struct VectorIntegerTests {
  private func binary<Lane: FixedWidthInteger>(
    _ name: String, _ rule: (Lane, Lane) -> Lane
  ) -> VectorCheck {
    VectorCheck(name, pairs(edges(Lane.self)).map { VectorCase($0, zipLanes($0, rule)) })
  }

  private func unary<Lane: FixedWidthInteger>(
    _ name: String, _ rule: (Lane) -> Lane
  ) -> VectorCheck {
    VectorCheck(
      name, [.v128], .v128,
      vectors(edges(Lane.self)).map {
        VectorCase([$0], Vector128($0.lanes(Lane.self).map(rule)))
      })
  }

  private func common<Lane: FixedWidthInteger & SignedInteger>(
    _ shape: String, _: Lane.Type
  ) -> [VectorCheck] {
    [
      binary("\(shape).add") { (left: Lane, right: Lane) in left &+ right },
      binary("\(shape).sub") { (left: Lane, right: Lane) in left &- right },
      unary("\(shape).neg") { (lane: Lane) in 0 &- lane },
      unary("\(shape).abs") { (lane: Lane) in lane < 0 ? 0 &- lane : lane },
      binary("\(shape).eq") { (left: Lane, right: Lane) in left == right ? -1 : 0 },
      binary("\(shape).ne") { (left: Lane, right: Lane) in left != right ? -1 : 0 },
      binary("\(shape).lt_s") { (left: Lane, right: Lane) in left < right ? -1 : 0 },
      binary("\(shape).gt_s") { (left: Lane, right: Lane) in left > right ? -1 : 0 },
      binary("\(shape).le_s") { (left: Lane, right: Lane) in left <= right ? -1 : 0 },
      binary("\(shape).ge_s") { (left: Lane, right: Lane) in left >= right ? -1 : 0 },
    ]
  }

  private func narrow<Lane: FixedWidthInteger & SignedInteger, Unsigned: FixedWidthInteger>(
    _ shape: String, _: Lane.Type, _: Unsigned.Type
  ) -> [VectorCheck] {
    [
      binary("\(shape).min_s") { (left: Lane, right: Lane) in min(left, right) },
      binary("\(shape).max_s") { (left: Lane, right: Lane) in max(left, right) },
      binary("\(shape).min_u") { (left: Unsigned, right: Unsigned) in min(left, right) },
      binary("\(shape).max_u") { (left: Unsigned, right: Unsigned) in max(left, right) },
      binary("\(shape).lt_u") { (left: Unsigned, right: Unsigned) in left < right ? ~0 : 0 },
      binary("\(shape).gt_u") { (left: Unsigned, right: Unsigned) in left > right ? ~0 : 0 },
      binary("\(shape).le_u") { (left: Unsigned, right: Unsigned) in left <= right ? ~0 : 0 },
      binary("\(shape).ge_u") { (left: Unsigned, right: Unsigned) in left >= right ? ~0 : 0 },
    ]
  }

  @Test func `arithmetic wraps and comparisons set whole lanes`() throws {
    try check(
      common("i8x16", Int8.self) + common("i16x8", Int16.self) + common("i32x4", Int32.self)
        + common("i64x2", Int64.self) + narrow("i8x16", Int8.self, UInt8.self)
        + narrow("i16x8", Int16.self, UInt16.self) + narrow("i32x4", Int32.self, UInt32.self) + [
          binary("i16x8.mul") { (left: Int16, right: Int16) in left &* right },
          binary("i32x4.mul") { (left: Int32, right: Int32) in left &* right },
          binary("i64x2.mul") { (left: Int64, right: Int64) in left &* right },
          unary("i8x16.popcnt") { (lane: UInt8) in UInt8(lane.nonzeroBitCount) },
        ])
  }

  private func saturating<Lane: FixedWidthInteger>(
    _ shape: String, _ sign: String, _: Lane.Type
  ) -> [VectorCheck] {
    func clamp(_ value: Int) -> Lane { Lane(clamping: value) }
    return [
      binary("\(shape).add_sat_\(sign)") { (left: Lane, right: Lane) in
        clamp(Int(left) + Int(right))
      },
      binary("\(shape).sub_sat_\(sign)") { (left: Lane, right: Lane) in
        clamp(Int(left) - Int(right))
      },
    ]
  }

  @Test func `saturating arithmetic clamps, averages round up`() throws {
    try check(
      saturating("i8x16", "s", Int8.self) + saturating("i8x16", "u", UInt8.self)
        + saturating("i16x8", "s", Int16.self) + saturating("i16x8", "u", UInt16.self) + [
          binary("i8x16.avgr_u") { (left: UInt8, right: UInt8) in
            UInt8((Int(left) + Int(right) + 1) / 2)
          },
          binary("i16x8.avgr_u") { (left: UInt16, right: UInt16) in
            UInt16((Int(left) + Int(right) + 1) / 2)
          },
          binary("i16x8.q15mulr_sat_s") { (left: Int16, right: Int16) in
            Int16(clamping: (Int(left) * Int(right) + 0x4000) >> 15)
          },
        ])
  }

  @Test func `C6: shift counts are taken modulo the width of a lane`() throws {
    func shifts<Lane: FixedWidthInteger, Unsigned: FixedWidthInteger>(
      _ shape: String, _: Lane.Type, _: Unsigned.Type
    ) -> [VectorCheck] {
      let counts: [UInt32] = [0, 1, 7, 8, 9, 15, 16, 31, 32, 33, 63, 64, 65, 0x8000_0003, ~0]
      func cases<Each: FixedWidthInteger>(_ rule: (Each, Each) -> Each) -> [VectorCase] {
        vectors(edges(Each.self)).flatMap { vector in
          counts.map { count in
            let amount = Each(truncatingIfNeeded: count % UInt32(Each.bitWidth))
            return VectorCase(
              [vector, Vector128(number: count)],
              Vector128(vector.lanes(Each.self).map { rule($0, amount) }))
          }
        }
      }
      var checks = [
        VectorCheck(
          "\(shape).shl", [.v128, .i32], .v128, cases { (lane: Lane, by) in lane << by }),
        VectorCheck(
          "\(shape).shr_s", [.v128, .i32], .v128, cases { (lane: Lane, by) in lane >> by }),
        VectorCheck(
          "\(shape).shr_u", [.v128, .i32], .v128, cases { (lane: Unsigned, by) in lane >> by }),
      ]
      // The same with constant counts.
      for count in [1, Lane.bitWidth, Lane.bitWidth + 3, -1] {
        let by = Lane(truncatingIfNeeded: count & (Lane.bitWidth - 1))
        let values = vectors(edges(Lane.self))
        checks.append(
          VectorCheck(
            "i32.const \(count) \(shape).shr_s", [.v128], .v128,
            values.map { VectorCase([$0], Vector128($0.lanes(Lane.self).map { $0 >> by })) }))
      }
      return checks
    }
    try check(
      shifts("i8x16", Int8.self, UInt8.self) + shifts("i16x8", Int16.self, UInt16.self)
        + shifts("i32x4", Int32.self, UInt32.self) + shifts("i64x2", Int64.self, UInt64.self))
  }

  // MARK: Widths

  private func widening<Narrow: FixedWidthInteger, Wide: FixedWidthInteger>(
    _ wide: String, _ narrow: String, _ sign: String, _: Narrow.Type, _: Wide.Type
  ) -> [VectorCheck] {
    let values = vectors(edges(Narrow.self))
    let operands = pairs(edges(Narrow.self))
    let half = 64 / Narrow.bitWidth
    func product(_ operands: [Vector128], _ lanes: Range<Int>) -> Vector128 {
      let (left, right) = (operands[0].lanes(Narrow.self), operands[1].lanes(Narrow.self))
      return Vector128(lanes.map { Wide(left[$0]) &* Wide(right[$0]) })
    }
    return [("low", 0..<half), ("high", half..<2 * half)].flatMap { part, lanes in
      [
        VectorCheck(
          "\(wide).extend_\(part)_\(narrow)_\(sign)", [.v128], .v128,
          values.map { vector in
            VectorCase(
              [vector], Vector128(vector.lanes(Narrow.self)[lanes].map { Wide($0) }))
          }),
        VectorCheck(
          "\(wide).extmul_\(part)_\(narrow)_\(sign)",
          operands.map { VectorCase($0, product($0, lanes)) }),
      ]
    }
  }

  private func pairwise<Narrow: FixedWidthInteger, Wide: FixedWidthInteger>(
    _ name: String, _: Narrow.Type, _: Wide.Type
  ) -> VectorCheck {
    VectorCheck(
      name, [.v128], .v128,
      pairs(edges(Narrow.self)).flatMap { $0 }.map { vector in
        let lanes = vector.lanes(Narrow.self)
        return VectorCase(
          [vector],
          Vector128(
            stride(from: 0, to: lanes.count, by: 2).map { Wide(lanes[$0]) + Wide(lanes[$0 + 1]) }))
      })
  }

  @Test func `lanes are widened, multiplied and added in the wider type`() throws {
    let dot = VectorCheck(
      "i32x4.dot_i16x8_s",
      pairs(edges(Int16.self)).map { operands in
        let (left, right) = (operands[0].lanes(Int16.self), operands[1].lanes(Int16.self))
        func product(_ lane: Int) -> Int32 { Int32(left[lane]) &* Int32(right[lane]) }
        return VectorCase(
          operands, Vector128((0..<4).map { product(2 * $0) &+ product(2 * $0 + 1) }))
      })
    try check(
      widening("i16x8", "i8x16", "s", Int8.self, Int16.self)
        + widening("i16x8", "i8x16", "u", UInt8.self, UInt16.self)
        + widening("i32x4", "i16x8", "s", Int16.self, Int32.self)
        + widening("i32x4", "i16x8", "u", UInt16.self, UInt32.self)
        + widening("i64x2", "i32x4", "s", Int32.self, Int64.self)
        + widening("i64x2", "i32x4", "u", UInt32.self, UInt64.self) + [
          pairwise("i16x8.extadd_pairwise_i8x16_s", Int8.self, Int16.self),
          pairwise("i16x8.extadd_pairwise_i8x16_u", UInt8.self, UInt16.self),
          pairwise("i32x4.extadd_pairwise_i16x8_s", Int16.self, Int32.self),
          pairwise("i32x4.extadd_pairwise_i16x8_u", UInt16.self, UInt32.self), dot,
        ])
  }

  @Test func `narrowing takes lanes as signed and clamps`() throws {
    func narrowing<Wide: FixedWidthInteger, Narrow: FixedWidthInteger>(
      _ name: String, _: Wide.Type, _: Narrow.Type
    ) -> VectorCheck {
      let limits = [Wide(Narrow.max), Wide(Narrow.max) + 1, Wide(Narrow.max) - 1, 200, 40000]
        .map { Wide(truncatingIfNeeded: $0) }
      let values = edges(Wide.self) + limits + limits.map { 0 &- $0 }
      return VectorCheck(
        name,
        pairs(values).map { operands in
          let lanes = operands.flatMap { $0.lanes(Wide.self) }
          return VectorCase(operands, Vector128(lanes.map { Narrow(clamping: $0) }))
        })
    }
    try check([
      narrowing("i8x16.narrow_i16x8_s", Int16.self, Int8.self),
      narrowing("i8x16.narrow_i16x8_u", Int16.self, UInt8.self),
      narrowing("i16x8.narrow_i32x4_s", Int32.self, Int16.self),
      narrowing("i16x8.narrow_i32x4_u", Int32.self, UInt16.self),
    ])
  }
}
