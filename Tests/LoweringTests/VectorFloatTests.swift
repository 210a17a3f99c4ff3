// Floating-point lanes: NaN, zeros and rounding, with values as bits.

import Testing
import Wasm

/// A float type whose bits can be looked at.
protocol FloatLane: BinaryFloatingPoint where Exponent == Int {
  associatedtype Bits: FixedWidthInteger & UnsignedInteger
  var bitPattern: Bits { get }
  init(bitPattern: Bits)
  static var shape: String { get }
}

extension Float: FloatLane { static var shape: String { "f32x4" } }
extension Double: FloatLane { static var shape: String { "f64x2" } }

extension FloatLane {
  static var quietBit: Bits { 1 << Bits(significandBitCount - 1) }
  static var canonicalNaN: Bits { (infinity as Self).bitPattern | quietBit }
  static var signBit: Bits { 1 << Bits(Bits.bitWidth - 1) }

  /// Whether it is a NaN whose payload is the quiet bit alone.
  var isCanonicalNaN: Bool { bitPattern & ~Self.signBit == Self.canonicalNaN }

  /// Numbers at the edges, and NaN of all kinds.
  static var edges: [Self] {
    let large = Self(sign: .plus, exponent: significandBitCount, significand: 1)
    let numbers: [Self] = [
      0, 1, 0.5, 1.5, 2.5, 0.3, 3, 0x1p31, 0x1p32, 0x1p31 - 1, large, large - 0.5, large / 2 + 0.5,
      greatestFiniteMagnitude, leastNonzeroMagnitude, leastNormalMagnitude, infinity,
      Self(bitPattern: canonicalNaN), Self(bitPattern: canonicalNaN | 0x1234),
      Self(bitPattern: canonicalNaN ^ quietBit | quietBit >> 1),
    ]
    return numbers + numbers.map { Self(bitPattern: $0.bitPattern | signBit) }
  }
}

/// The lanes of a result by the rules for NaN: canonical if all NaN operands are,
/// else any with the quiet bit; what is no NaN is exact.
func expected<Lane: FloatLane>(_ results: [Lane], from operands: [[Lane]]) -> Expected {
  var values: [Lane.Bits] = []
  var masks: [Lane.Bits] = []
  for (result, operands) in zip(results, operands) {
    let isNaN = result.isNaN
    let areCanonical = operands.allSatisfy { !$0.isNaN || $0.isCanonicalNaN }
    values.append(isNaN ? Lane.canonicalNaN : result.bitPattern)
    masks.append(!isNaN ? ~0 : areCanonical ? ~Lane.signBit : Lane.canonicalNaN)
  }
  return Expected(value: Vector128(values), mask: Vector128(masks))
}

/// The lanes of vectors of floats.
func floats<Lane: FloatLane>(_ vector: Vector128, _: Lane.Type) -> [Lane] {
  vector.lanes(Lane.Bits.self).map { Lane(bitPattern: $0) }
}

/// Applies arithmetic to pairs of all edges.
func floatCheck<Lane: FloatLane>(
  _ name: String, _ rule: (Lane, Lane) -> Lane
) -> VectorCheck {
  let cases = pairs(Lane.edges.map(\.bitPattern)).map { operands in
    let lanes = Array(zip(floats(operands[0], Lane.self), floats(operands[1], Lane.self)))
    return VectorCase(
      operands, [expected(lanes.map { rule($0, $1) }, from: lanes.map { [$0, $1] })])
  }
  return VectorCheck("\(Lane.shape).\(name)", cases)
}

struct VectorFloatTests {
  /// A rule on bits, which says of NaN too what comes out.
  private func bitwise<Lane: FloatLane>(
    _ name: String, _ rule: (Lane, Lane) -> Lane.Bits
  ) -> VectorCheck {
    VectorCheck(
      "\(Lane.shape).\(name)",
      pairs(Lane.edges.map(\.bitPattern)).map { operands in
        VectorCase(
          operands,
          zipLanes(operands) { (left: Lane.Bits, right: Lane.Bits) in
            rule(Lane(bitPattern: left), Lane(bitPattern: right))
          })
      })
  }

  private func unary<Lane: FloatLane>(
    _ name: String, _ rule: (Lane) -> Lane
  ) -> VectorCheck {
    VectorCheck(
      "\(Lane.shape).\(name)", [.v128], .v128,
      vectors(Lane.edges.map(\.bitPattern)).map { vector in
        let lanes = floats(vector, Lane.self)
        return VectorCase([vector], [expected(lanes.map(rule), from: lanes.map { [$0] })])
      })
  }

  private func sign<Lane: FloatLane>(
    _ name: String, _: Lane.Type, _ rule: (Lane.Bits) -> Lane.Bits
  ) -> VectorCheck {
    VectorCheck(
      "\(Lane.shape).\(name)", [.v128], .v128,
      vectors(Lane.edges.map(\.bitPattern)).map {
        VectorCase([$0], Vector128($0.lanes(Lane.Bits.self).map(rule)))
      })
  }

  /// The smaller operand, −0 below +0, NaN if one is.
  static func minimum<Lane: FloatLane>(_ left: Lane, _ right: Lane) -> Lane {
    if left.isNaN || right.isNaN { return .nan }
    if left == right { return left.sign == .minus ? left : right }
    return left < right ? left : right
  }

  static func maximum<Lane: FloatLane>(_ left: Lane, _ right: Lane) -> Lane {
    if left.isNaN || right.isNaN { return .nan }
    if left == right { return left.sign == .minus ? right : left }
    return left < right ? right : left
  }

  private func checks<Lane: FloatLane>(_: Lane.Type) -> [VectorCheck] {
    [
      floatCheck("add") { (left: Lane, right: Lane) in left + right },
      floatCheck("sub") { (left: Lane, right: Lane) in left - right },
      floatCheck("mul") { (left: Lane, right: Lane) in left * right },
      floatCheck("div") { (left: Lane, right: Lane) in left / right },
      floatCheck("min") { (left: Lane, right: Lane) in Self.minimum(left, right) },
      floatCheck("max") { (left: Lane, right: Lane) in Self.maximum(left, right) },
      bitwise("pmin") { (left: Lane, right: Lane) in (right < left ? right : left).bitPattern },
      bitwise("pmax") { (left: Lane, right: Lane) in (left < right ? right : left).bitPattern },
      bitwise("eq") { (left: Lane, right: Lane) in left == right ? ~0 : 0 },
      bitwise("ne") { (left: Lane, right: Lane) in left != right ? ~0 : 0 },
      bitwise("lt") { (left: Lane, right: Lane) in left < right ? ~0 : 0 },
      bitwise("gt") { (left: Lane, right: Lane) in left > right ? ~0 : 0 },
      bitwise("le") { (left: Lane, right: Lane) in left <= right ? ~0 : 0 },
      bitwise("ge") { (left: Lane, right: Lane) in left >= right ? ~0 : 0 },
      sign("abs", Lane.self) { $0 & ~Lane.signBit },
      sign("neg", Lane.self) { $0 ^ Lane.signBit },
      unary("sqrt") { (lane: Lane) in lane.squareRoot() },
      unary("ceil") { (lane: Lane) in lane.rounded(.up) },
      unary("floor") { (lane: Lane) in lane.rounded(.down) },
      unary("trunc") { (lane: Lane) in lane.rounded(.towardZero) },
      unary("nearest") { (lane: Lane) in lane.rounded(.toNearestOrEven) },
    ]
  }

  @Test func `C9, C10: floats of 32 bits`() throws { try check(checks(Float.self)) }

  @Test func `C9, C10: floats of 64 bits`() throws { try check(checks(Double.self)) }

  static let neutral = [
    ("mul", 1.0), ("div", 1.0), ("sub", 0.0), ("add", -0.0), ("mul", -1.0), ("div", -1.0),
  ]

  /// By constants that leave every number as it is, so that LLVM would drop the operation.
  private func neutralChecks<Lane: FloatLane>(
    _ name: String, _ constant: Lane
  ) -> [VectorCheck] {
    let count = 128 / Lane.Bits.bitWidth
    let scalar = Lane.Bits.bitWidth == 32 ? ValueType.f32 : .f64
    let shape = Lane.shape
    let signalling = Lane(
      bitPattern: Lane.canonicalNaN ^ Lane.quietBit | Lane.quietBit >> 1)
    let lanes = [signalling] + Array(repeating: 2, count: count - 1)
    func vector(_ lanes: [Lane]) -> Vector128 { Vector128(lanes.map(\.bitPattern)) }
    func result(_ other: [Lane]) -> Expected {
      let results = zip(lanes, other).map { left, right in
        switch name {
        case "mul": left * right
        case "div": left / right
        case "sub": left - right
        default: left + right
        }
      }
      return expected(results, from: zip(lanes, other).map { [$0, $1] })
    }
    let operand = vector(lanes)
    let same = Array(repeating: constant, count: count)
    let mixed = [constant] + Array(repeating: 3, count: count - 1)
    let all = result(same)
    let both = vector(same).text
    func whole(_ text: String) -> VectorCheck {
      VectorCheck(text, [.v128], .v128, [VectorCase([operand], [all])])
    }
    func lane(_ text: String) -> VectorCheck {
      let low = Expected(
        value: Vector128(number: all.value.lanes(Lane.Bits.self)[0]),
        mask: Vector128(number: all.mask.lanes(Lane.Bits.self)[0]))
      return VectorCheck(
        text + " \(shape).extract_lane 0", [.v128], scalar, [VectorCase([operand], [low])])
    }
    return [
      whole("v128.const \(both) \(shape).\(name)"),
      whole("\(scalar).const \(constant) \(shape).splat \(shape).\(name)"),
      whole(
        "local.get 0 if:v128 v128.const \(both) else v128.const \(both) end \(shape).\(name)"),
      lane("v128.const \(vector(mixed).text) \(shape).\(name)"),
      lane(
        "\(scalar).const 3.0 \(shape).splat \(scalar).const \(constant) \(shape).replace_lane 0 "
          + "\(shape).\(name)"),
      VectorCheck(
        "v128.const \(vector(mixed).text) \(shape).\(name)", [.v128], .v128,
        [VectorCase([operand], [result(mixed)])]),
      VectorCheck(
        "v128.const \(operand.text) v128.const \(both) \(shape).\(name)", [], .v128,
        [VectorCase([], [all])]),
    ]
  }

  @Test(arguments: neutral)
  func `C8: arithmetic by a neutral constant makes signalling NaN quiet`(
    _ name: String, _ constant: Double
  ) throws {
    try check(neutralChecks(name, constant) + neutralChecks(name, Float(constant)))
  }

  @Test func `C8: a demotion of a promotion makes signalling NaN quiet`() throws {
    let lanes: [Float] = [Float(bitPattern: 0x7fa0_0000), 1.5, 3, 4]
    let result = expected([lanes[0], lanes[1], 0, 0], from: lanes.map { [$0] })
    let low = Expected(value: Vector128(number: Float.canonicalNaN), mask: result.mask)
    let scalar = Expected(
      value: low.value, mask: Vector128(number: Float.canonicalNaN))
    let operand = Vector128(lanes)
    try check([
      VectorCheck(
        "f64x2.promote_low_f32x4 f32x4.demote_f64x2_zero", [.v128], .v128,
        [VectorCase([operand], [result])]),
      VectorCheck(
        "f64x2.promote_low_f32x4 f64x2.extract_lane 0 f32.demote_f64", [.v128], .f32,
        [VectorCase([operand], [scalar])]),
      VectorCheck(
        "f32x4.extract_lane 0 f64.promote_f32 f64x2.splat f32x4.demote_f64x2_zero f32x4.extract_lane 1",
        [.v128], .f32, [VectorCase([operand], [scalar])]),
    ])
  }

  @Test func `C11: a product and a sum are rounded one by one`() throws {
    let x: Float = 1 + 0x1p-12
    let operands = [-(x * x), x, x].map { Vector128(Array(repeating: $0, count: 4)) }
    try check([
      VectorCheck(
        "f32x4.mul f32x4.add", [.v128, .v128, .v128], .v128, [VectorCase(operands, .zero)])
    ])
  }
}
