// Integer operations at the edges where LLVM's are undefined.

import TestSupport
import Testing
import Wasm

struct IntegerTests {
  /// Applies `instruction` to pairs of i32 in every mode.
  private func check(
    _ instruction: String, _ type: ValueType, _ cases: [(String, String, String)]
  ) throws {
    let name = type == .i32 ? "i32" : "i64"
    let bytes = module([type, type], [type], "local.get 0 local.get 1 \(name).\(instruction)")
    for options in modes {
      let found = try results(bytes, options, arguments: cases.map { [$0.0, $0.1] })
      #expect(found == cases.map(\.2), "\(name).\(instruction) \(options)")
    }
  }

  @Test func `C5: the remainder of the smallest integer by −1 is 0`() throws {
    try check("rem_s", .i32, [("-2147483648", "-1", "0"), ("-7", "2", "-1"), ("7", "-2", "1")])
    try check(
      "rem_s", .i64, [("-9223372036854775808", "-1", "0"), ("-7", "2", "-1")])
  }

  @Test func `C5: division truncates and traps`() throws {
    try check(
      "div_s", .i32,
      [
        ("-7", "2", "-3"), ("-2147483648", "-1", "integer overflow"),
        ("1", "0", "integer divide by zero"), ("-2147483648", "0", "integer divide by zero"),
      ])
    try check("div_u", .i32, [("-1", "2", "2147483647")])
  }

  @Test func `C6: shift and rotation counts are taken modulo the width`() throws {
    try check("shl", .i32, [("1", "32", "1"), ("1", "33", "2"), ("1", "-1", "-2147483648")])
    try check("shr_s", .i32, [("-8", "33", "-4"), ("-8", "64", "-8")])
    try check("shr_u", .i64, [("-1", "64", "-1"), ("-1", "127", "1")])
    try check("rotl", .i32, [("-2147483648", "33", "1"), ("1", "32", "1")])
    try check("rotr", .i64, [("1", "65", "-9223372036854775808"), ("2", "64", "2")])
  }

  @Test func `counting bits of zero gives the width`() throws {
    let bytes = module(
      [.i32, .i64], [.i32, .i32, .i64, .i64],
      "local.get 0 i32.clz local.get 0 i32.ctz local.get 1 i64.clz local.get 1 i64.popcnt")
    for options in modes {
      let found = try results(bytes, options, arguments: [["0", "0"], ["1", "-1"]])
      #expect(found == ["32 32 64 0", "31 0 0 64"])
    }
  }

  @Test func `extension takes the sign of the narrow value`() throws {
    let bytes = module(
      [.i32, .i64], [.i32, .i32, .i64],
      "local.get 0 i32.extend8_s local.get 0 i32.extend16_s local.get 1 i64.extend32_s")
    for options in modes {
      #expect(
        try results(
          bytes, options, arguments: [["0x80", "0x80000000"], ["0x18000", "0x17fffffff"]])
          == ["-128 128 -2147483648", "0 -32768 2147483647"])
    }
  }
}
