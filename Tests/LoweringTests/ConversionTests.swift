// Conversions between number types at the edges of their ranges.

import TestSupport
import Testing
import Wasm

struct ConversionTests {
  private func check(
    _ instruction: String, _ from: ValueType, _ to: ValueType, _ cases: [(String, String)]
  ) throws {
    let bytes = module([from], [to], "local.get 0 \(instruction)")
    for options in modes {
      let found = try results(bytes, options, arguments: cases.map { [$0.0] })
      #expect(found == cases.map(\.1), "\(instruction) \(options)")
    }
  }

  private let overflow = "integer overflow"
  private let invalid = "invalid conversion to integer"

  @Test func `C7: truncation traps outside the range and nowhere inside`() throws {
    try check(
      "i32.trunc_f64_s", .f64, .i32,
      [
        ("2147483647.9", "2147483647"), ("2147483648.0", overflow),
        ("-2147483648.9", "-2147483648"), ("-2147483649.0", overflow), ("nan", invalid),
        ("inf", overflow),
      ])
    try check(
      "i32.trunc_f64_u", .f64, .i32,
      [("4294967295.9", "-1"), ("4294967296", overflow), ("-0.9", "0"), ("-1", overflow)])
    try check(
      "i32.trunc_f32_s", .f32, .i32,
      [
        ("2147483520", "2147483520"), ("2147483648", overflow),
        ("-2147483648", "-2147483648"), ("-2147483904", overflow),
      ])
    try check(
      "i64.trunc_f64_s", .f64, .i64,
      [
        ("9223372036854774784", "9223372036854774784"), ("9223372036854775808", overflow),
        ("-9223372036854775808", "-9223372036854775808"), ("-9223372036854777856", overflow),
      ])
    try check(
      "i64.trunc_f32_u", .f32, .i64,
      [("18446742974197923840", "-1099511627776"), ("18446744073709551616", overflow)])
  }

  @Test func `C7: saturating truncation clamps`() throws {
    try check(
      "i32.trunc_sat_f64_s", .f64, .i32,
      [("nan", "0"), ("inf", "2147483647"), ("-inf", "-2147483648"), ("-1.9", "-1")])
    try check("i32.trunc_sat_f32_u", .f32, .i32, [("nan", "0"), ("-5", "0"), ("1e20", "-1")])
    try check(
      "i64.trunc_sat_f64_u", .f64, .i64, [("-1", "0"), ("1e30", "-1"), ("3.7", "3")])
  }

  @Test func `C12: integers are rounded to floats once`() throws {
    let bits = module(
      [.i64], [.i32, .i32, .i64],
      """
      local.get 0 f32.convert_i64_s i32.reinterpret_f32
      local.get 0 f32.convert_i64_u i32.reinterpret_f32
      local.get 0 f64.convert_i64_u i64.reinterpret_f64
      """)
    func expected(_ value: UInt64) -> String {
      let signed = Float(Int64(bitPattern: value)).bitPattern
      return "\(Int32(bitPattern: signed)) \(Int32(bitPattern: Float(value).bitPattern)) "
        + "\(Int64(bitPattern: Double(value).bitPattern))"
    }
    let values: [UInt64] = [
      0x8000_0080_0000_0001, 0x7fff_ffff_ffff_ffff, 0xffff_ffff_ffff_fbff, 0x8000_0000_0000_0401,
      0x0020_0000_2000_0001, 1, 0xffff_fe80_0000_0001,
    ]
    for options in modes {
      let arguments = values.map { [String(Int64(bitPattern: $0))] }
      #expect(try results(bits, options, arguments: arguments) == values.map(expected))
    }
  }
}
