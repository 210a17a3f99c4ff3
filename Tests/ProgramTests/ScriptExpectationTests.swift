// What scripts expect against what programs give.

import Testing
import Wasm

@testable import Program

struct ScriptExpectationTests {
  private func outcome(
    _ pattern: WastPattern, _ type: ValueType, _ low: UInt64, _ high: UInt64 = 0
  ) -> Bool {
    ScriptExpectation.returned([pattern], types: [type])
      .outcome(of: .returned([ScriptValue(low: low, high: high)])) == .passed
  }

  @Test func `numbers match by their bits and their type`() {
    #expect(outcome(.i32(7), .i32, 7))
    #expect(!outcome(.i32(7), .i32, 8))
    #expect(!outcome(.i32(7), .i64, 7))
    #expect(!outcome(.i32(7), .i32, 7, 1))
    #expect(!outcome(.i32(7), .i32, 1 << 32 | 7))
    #expect(outcome(.i64(.max), .i64, .max))
    #expect(outcome(.f32(.bits(0x8000_0000)), .f32, 0x8000_0000))
    #expect(!outcome(.f32(.bits(0x8000_0000)), .f32, 0))
    #expect(outcome(.f64(.bits(0x7ff0_0000_0000_0001)), .f64, 0x7ff0_0000_0000_0001))
  }

  @Test(arguments: [
    // bits, canonical, arithmetic
    (UInt64(0x7fc0_0000), true, true), (0xffc0_0000, true, true), (0x7fc0_0001, false, true),
    (0xffff_ffff, false, true), (0x7fa0_0000, false, false), (0x7f80_0000, false, false),
    (0x7f80_0001, false, false), (0x1_7fc0_0000, false, false), (0, false, false),
  ])
  func `NaN patterns of f32`(bits: UInt64, canonical: Bool, arithmetic: Bool) {
    #expect(outcome(.f32(.canonicalNaN), .f32, bits) == canonical)
    #expect(outcome(.f32(.arithmeticNaN), .f32, bits) == arithmetic)
  }

  @Test(arguments: [
    (UInt64(0x7ff8_0000_0000_0000), true, true), (0xfff8_0000_0000_0000, true, true),
    (0x7ff8_0000_0000_0001, false, true), (0xffff_ffff_ffff_ffff, false, true),
    (0x7ff4_0000_0000_0000, false, false), (0x7ff0_0000_0000_0000, false, false),
    (0x3ff0_0000_0000_0000, false, false),
  ])
  func `NaN patterns of f64`(bits: UInt64, canonical: Bool, arithmetic: Bool) {
    #expect(outcome(.f64(.canonicalNaN), .f64, bits) == canonical)
    #expect(outcome(.f64(.arithmeticNaN), .f64, bits) == arithmetic)
  }

  @Test func `vectors match lane by lane`() {
    let bytes = WastPattern.v128(laneWidth: 8, (0..<16).map { .bits(UInt64($0)) })
    #expect(outcome(bytes, .v128, 0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908))
    #expect(!outcome(bytes, .v128, 0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0907))
    let floats = WastPattern.v128(
      laneWidth: 32, [.canonicalNaN, .bits(1), .arithmeticNaN, .bits(0x8000_0000)])
    #expect(outcome(floats, .v128, 0x0000_0001_ffc0_0000, 0x8000_0000_7fc0_0005))
    #expect(!outcome(floats, .v128, 0x0000_0001_ffc0_0001, 0x8000_0000_7fc0_0005))
    let doubles = WastPattern.v128(laneWidth: 64, [.bits(5), .canonicalNaN])
    #expect(outcome(doubles, .v128, 5, 0x7ff8_0000_0000_0000))
    #expect(!outcome(doubles, .i64, 5))
  }

  @Test func `references match by kind, hierarchy and number`() {
    let externRef = ValueType.externRef
    let anyRef = ValueType.ref(RefType(nullable: true, heap: .any))
    let host = ScriptValue.host(3)
    #expect(outcome(.null(nil), .funcRef, 0))
    #expect(outcome(.null(.noFunc), .funcRef, 0))
    #expect(!outcome(.null(.extern), .funcRef, 0))
    #expect(!outcome(.null(nil), .funcRef, 16))
    #expect(!outcome(.null(nil), .i32, 0))
    #expect(outcome(.reference(.func), .funcRef, 16))
    #expect(!outcome(.reference(.func), .funcRef, 0))
    #expect(!outcome(.reference(.func), externRef, 16))
    #expect(outcome(.extern(3), externRef, host.low))
    #expect(!outcome(.extern(4), externRef, host.low))
    #expect(!outcome(.extern(3), anyRef, host.low))
    #expect(outcome(.host(3), anyRef, host.low))
    #expect(outcome(.host(nil), anyRef, host.low))
    #expect(!outcome(.host(nil), anyRef, 16))
    #expect(outcome(.reference(.extern), externRef, ScriptValue.host(0).low))
  }

  @Test func `either is any of its patterns`() {
    let pattern = WastPattern.either([.i32(1), .i32(2)])
    #expect(outcome(pattern, .i32, 1))
    #expect(outcome(pattern, .i32, 2))
    #expect(!outcome(pattern, .i32, 3))
  }

  @Test func `traps match by the start of their messages`() {
    func passes(_ expected: String, _ actual: String) -> Bool {
      ScriptExpectation.trapped(message: expected, types: []).outcome(of: .trapped(actual))
        == .passed
    }
    #expect(passes("unreachable", "unreachable"))
    #expect(passes("uninitialized element 7", "uninitialized element"))
    #expect(passes("out of bounds", "out of bounds memory access"))
    #expect(!passes("undefined element", "uninitialized element"))
    #expect(
      ScriptExpectation.trapped(message: "unreachable", types: []).outcome(of: .returned([]))
        != .passed)
  }

  @Test func `a failure says what was expected and what came`() {
    let expectation = ScriptExpectation.returned(
      [.i32(.max), .f32(.canonicalNaN)], types: [.i32, .f32])
    let values = [ScriptValue(low: 5), ScriptValue(low: 0x3fc0_0000)]
    #expect(
      expectation.outcome(of: .returned(values))
        == .failed(
          expected: "(i32.const -1) (f32.const nan:canonical)",
          actual: "(i32.const 5) (f32.const 1.5)"))
    #expect(
      expectation.outcome(of: .trapped("unreachable"))
        == .failed(
          expected: "(i32.const -1) (f32.const nan:canonical)", actual: "trap: unreachable"))
    #expect(
      expectation.outcome(of: .returned([values[0]]))
        == .failed(
          expected: "(i32.const -1) (f32.const nan:canonical)", actual: "(i32.const 5)"))
  }

  @Test func `values are described as scripts write them`() {
    #expect(ScriptValue(low: 0xffff_ffff).description(as: .i32) == "(i32.const -1)")
    #expect(
      ScriptValue(low: 0x7fa0_0000).description(as: .f32) == "(f32.const nan:0x200000)")
    #expect(
      ScriptValue(low: 0xfff8_0000_0000_0000).description(as: .f64)
        == "(f64.const -nan:0x8000000000000)")
    #expect(
      ScriptValue(low: 1, high: 2).description(as: .v128)
        == "(v128.const i32x4 0x00000001 0x00000000 0x00000002 0x00000000)")
    #expect(ScriptValue(low: 0).description(as: .funcRef) == "(ref.null func)")
    #expect(ScriptValue.host(9).description(as: .externRef) == "(ref.extern 9)")
  }
}
