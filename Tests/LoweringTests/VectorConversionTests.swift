// Conversions between lanes of integers and floats at the edges of their ranges.

import Testing
import Wasm

struct VectorConversionTests {
  /// The integer nearest to a float, towards zero; 0 for NaN.
  static func truncated<Lane: FloatLane, Result: FixedWidthInteger>(
    _ value: Lane, _: Result.Type
  ) -> Result {
    if value.isNaN { return 0 }
    if value <= Lane(Result.min) { return .min }
    return value
      >= Lane(sign: .plus, exponent: Result.bitWidth - (Result.isSigned ? 1 : 0), significand: 1)
      ? .max : Result(value)
  }

  /// The edges of the range of 32-bit integers, and those of the type.
  static func operands<Lane: FloatLane>(_: Lane.Type) -> [Vector128] {
    let bounds: [Lane] = [0x1p31, 0x1p32, 0x1p33, 0x1p31 - 1, 0x1p32 - 1, 0x1p31 + 1, 0x1p32 + 1]
    let near = bounds + bounds.flatMap { [$0.nextUp, $0.nextDown] } + [0.9, 1.9, 123456.7]
    let values: [Lane] = near + near.map { -$0 } + Lane.edges
    return vectors(values.map(\.bitPattern))
  }

  @Test func `C7, C20: saturating truncation clamps, NaN becomes 0`() throws {
    func single<Result: FixedWidthInteger>(_ name: String, _: Result.Type) -> VectorCheck {
      VectorCheck(
        name, [.v128], .v128,
        Self.operands(Float.self).map { vector in
          VectorCase(
            [vector],
            Vector128(floats(vector, Float.self).map { Self.truncated($0, Result.self) }))
        })
    }
    func double<Result: FixedWidthInteger>(_ name: String, _: Result.Type) -> VectorCheck {
      VectorCheck(
        name, [.v128], .v128,
        Self.operands(Double.self).map { vector in
          let lanes = floats(vector, Double.self).map { Self.truncated($0, Result.self) }
          return VectorCase([vector], Vector128(lanes + [0, 0]))
        })
    }
    try check([
      single("i32x4.trunc_sat_f32x4_s", Int32.self), single("i32x4.trunc_sat_f32x4_u", UInt32.self),
      double("i32x4.trunc_sat_f64x2_s_zero", Int32.self),
      double("i32x4.trunc_sat_f64x2_u_zero", UInt32.self),
    ])
  }

  @Test func `C12: integers are rounded to floats once`() throws {
    let values: [UInt32] =
      edges(UInt32.self) + [
        0x00ff_ffff, 0x0100_0001, 0x0100_0003, 0x7fff_ff80, 0x7fff_ffbf, 0x7fff_ffc0, 0x8000_0080,
        0x8000_0081, 0xffff_ff7f, 0xffff_ff80, 0xffff_fe80, 0x8000_0180,
      ]
    func check<Integer: FixedWidthInteger>(
      _ name: String, _: Integer.Type, _ rule: ([Integer]) -> Vector128
    ) -> VectorCheck {
      VectorCheck(
        name, [.v128], .v128,
        vectors(values).map { VectorCase([$0], rule($0.lanes(Integer.self))) })
    }
    try LoweringTests.check([
      check("f32x4.convert_i32x4_s", Int32.self) { Vector128($0.map { Float($0) }) },
      check("f32x4.convert_i32x4_u", UInt32.self) { Vector128($0.map { Float($0) }) },
      check("f64x2.convert_low_i32x4_s", Int32.self) { Vector128($0[..<2].map { Double($0) }) },
      check("f64x2.convert_low_i32x4_u", UInt32.self) { Vector128($0[..<2].map { Double($0) }) },
    ])
  }

  @Test func `floats are promoted and demoted, NaN made quiet`() throws {
    let singles = vectors(Float.edges.map(\.bitPattern))
    let near: [Double] = [
      0x1.ffffffp127, 0x1.fffffefp127, 0x1p-149, 0x1p-150, 0x1.8p-150, 1 + 0x1p-24,
    ]
    let doubles = vectors((Double.edges + near + near.map { -$0 }).map(\.bitPattern))
    try check([
      VectorCheck(
        "f64x2.promote_low_f32x4", [.v128], .v128,
        singles.map { vector in
          let lanes = floats(vector, Float.self)[..<2]
          let origin = lanes.map { $0.isNaN && !$0.isCanonicalNaN ? Double.signallingNaN : 0 }
          return VectorCase(
            [vector], [expected(lanes.map { Double($0) }, from: origin.map { [$0] })])
        }),
      VectorCheck(
        "f32x4.demote_f64x2_zero", [.v128], .v128,
        doubles.map { vector in
          let lanes = floats(vector, Double.self)
          let origin = lanes.map { $0.isNaN && !$0.isCanonicalNaN ? Float.signallingNaN : 0 }
          return VectorCase(
            [vector],
            [expected(lanes.map { Float($0) } + [0, 0], from: (origin + [0, 0]).map { [$0] })])
        }),
    ])
  }
}

extension FloatLane {
  /// A NaN that is not canonical.
  fileprivate static var signallingNaN: Self {
    Self(bitPattern: canonicalNaN ^ quietBit | quietBit >> 1)
  }
}
