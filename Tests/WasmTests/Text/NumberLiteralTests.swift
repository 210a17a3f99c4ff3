// Numbers: their forms, integers and their ranges, floating-point numbers to the last bit.

import Testing

@testable import Wasm

private func literal<Result>(_ text: String, _ body: (NumberLiteral) -> Result?) -> Result? {
  Array(text.utf8).withUnsafeBufferPointer { NumberLiteral($0).flatMap(body) }
}

private func f32(_ text: String) -> UInt32? { literal(text) { $0.f32 } }
private func f64(_ text: String) -> UInt64? { literal(text) { $0.f64 } }

@Suite struct NumberLiteralTests {
  @Test func forms() {
    for text in [
      "0", "+1", "-1_000", "0x1F", "-0xa_b", "1.", "1.5", "1e5", "1E+5", "1.e-1_0", "0x1.",
      "0x1.8p1",
      "0xap-3", "inf", "-inf", "+nan", "nan:0x1_0",
    ] {
      #expect(literal(text) { $0 } != nil, "\(text)")
    }
    for text in [
      "", "+", "_1", "1_", "1__0", "0x", "0x_1", "1x", "0xg", ".5", "1e", "1e+", "1.5e", "0x.8",
      "0x1p",
      "0x1pA", "nan:1", "nan:0x", "nan:", "infinity", "nan0", "--1", "1._5", "1.5_", "1e_5",
    ] {
      #expect(literal(text) { $0 } == nil, "\(text)")
    }
  }

  @Test func integers() {
    func i32(_ text: String) -> Int64? {
      literal(text) { $0.integer(bits: 32) }.map { Int64(bitPattern: $0) }
    }
    #expect(i32("2147483648") == -2_147_483_648 && i32("-2147483648") == -2_147_483_648)
    #expect(i32("4294967295") == -1 && i32("0xffff_ffff") == -1 && i32("-1") == -1)
    #expect(i32("+0x7fffffff") == 0x7fff_ffff && i32("-0") == 0)
    for text in ["4294967296", "-2147483649", "99999999999999999999999", "1.0", "inf"] {
      #expect(i32(text) == nil, "\(text)")
    }
    #expect(literal("18446744073709551615") { $0.integer(bits: 64) } == .max)
    #expect(literal("-9223372036854775808") { $0.integer(bits: 64) } == 1 << 63)
    #expect(literal("-9223372036854775809") { $0.integer(bits: 64) } == nil)
    #expect(literal("18446744073709551616") { $0.integer(bits: 64) } == nil)
    #expect(literal("255") { $0.natural(bits: 8) } == 255)
    for text in ["256", "+1", "-1", "1.0"] { #expect(literal(text) { $0.natural(bits: 8) } == nil) }
  }

  @Test func decimals() {
    for text in ["0.1", "1e23", "9007199254740993", "5e-324", "2.2250738585072011e-308", "1e-400"] {
      #expect(f64(text) == Double(text)?.bitPattern, "\(text)")
    }
    #expect(f64("-0.0") == 1 << 63 && f32("-0") == 1 << 31)
    #expect(f64("1_0.2_5e0_1") == 102.5.bitPattern)
    // Beside the middle of two numbers by less than an f64 can tell.
    #expect(f32("1.00000017881393432617187500001") == 0x3f80_0002)
    #expect(f32("1.00000017881393432617187499") == 0x3f80_0001)
    #expect(f32("3.4028235677973367e38") == nil && f32("3.4028235677973366e38") == 0x7f7f_ffff)
    for text in ["1e309", "-1e99999999999999999999"] { #expect(f64(text) == nil, "\(text)") }
    #expect(f64("1e-99999999999999999999") == 0)
  }

  @Test func hexadecimals() {
    #expect(f64("0x1.fffffffffffff8p1023") == nil && f64("0x1p1024") == nil)
    #expect(f64("0x1.fffffffffffff7ffffffp1023") == 0x7fef_ffff_ffff_ffff)
    #expect(f32("0x1.fffffep127") == 0x7f7f_ffff && f32("0x1.ffffffp127") == nil)
    // Halves go to the even neighbour, a digit far away decides otherwise.
    #expect(f32("0x1.000001p0") == 0x3f80_0000 && f32("0x1.000003p0") == 0x3f80_0002)
    #expect(f32("0x1.00000100000000000000000000001p0") == 0x3f80_0001)
    #expect(f64("0x1.00000000000008p0") == 0x3ff0_0000_0000_0000)
    #expect(f64("0x1.00000000000008000000000000000001p0") == 0x3ff0_0000_0000_0001)
    // Subnormal numbers have fewer bits, which are rounded once.
    #expect(f32("0x1p-149") == 1 && f32("0x1p-150") == 0 && f32("0x1.8p-150") == 1)
    #expect(f32("0x1.8p-149") == 2 && f32("0x1p-151") == 0 && f32("0x0.fffffep-126") == 0x7f_ffff)
    #expect(f32("0x0.ffffffp-126") == 0x80_0000)
    #expect(f64("0x1p-1074") == 1 && f64("0x0.8p-1074") == 0 && f64("0x0.80000000001p-1074") == 1)
    #expect(f64("0x123456789abcdef012345p-8") == 0x4472_3456_789a_bcdf)
    #expect(f32("0x" + String(repeating: "0", count: 1000) + "1p0") == 0x3f80_0000)
    #expect(f32("0x1" + String(repeating: "0", count: 100) + "p-400") == 0x3f80_0000)
    #expect(f64("0x0p99999999999999999999") == 0 && f64("0x1p99999999999999999999") == nil)
    #expect(f64("0x1p-99999999999999999999") == 0)
  }

  /// What Swift prints in either base reads back as what it was.
  @Test func samplesReadBack() {
    var bits: UInt64 = 0x9e37_79b9_7f4a_7c15
    for _ in 0..<20_000 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let double = Double(bitPattern: bits)
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: bits >> 16))
      if double.isFinite { #expect(f64("\(double)") == double.bitPattern) }
      if float.isFinite { #expect(f32("\(float)") == float.bitPattern) }
      let fraction = bits & 0xf_ffff_ffff_ffff
      let digits = String(fraction, radix: 16)
      let padded = String(repeating: "0", count: 13 - digits.count) + digits
      let power = Int(bits >> 52 & 0x7ff) % 2046 - 1022
      let exact = Double(sign: .plus, exponent: power, significand: 1 + Double(fraction) * 0x1p-52)
      #expect(f64("0x1.\(padded)p\(power)") == exact.bitPattern)
      // `Float` rounds a `Double` once, so it says what a hexadecimal number rounds to.
      let rounded = Float(exact)
      #expect(f32("0x1.\(padded)p\(power)") == (rounded.isFinite ? rounded.bitPattern : nil))
    }
  }

  @Test func specialNumbers() {
    #expect(f32("inf") == 0x7f80_0000 && f32("-inf") == 0xff80_0000)
    #expect(f32("nan") == 0x7fc0_0000 && f64("-nan") == 0xfff8_0000_0000_0000)
    #expect(f32("nan:0x1") == 0x7f80_0001 && f32("-nan:0x7f_ffff") == 0xffff_ffff)
    for text in ["nan:0x0", "nan:0x80_0000", "nan:0xfffffffffffffffff"] {
      #expect(f32(text) == nil)
    }
    #expect(f64("nan:0xf_ffff_ffff_ffff") == 0x7fff_ffff_ffff_ffff)
    #expect(f64("nan:0x10_0000_0000_0000") == nil)
  }
}
