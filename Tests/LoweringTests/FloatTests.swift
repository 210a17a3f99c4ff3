// Floating-point semantics: NaN, zeros, rounding. Values go in and out as bits.

import TestSupport
import Testing
import Wasm

struct FloatTests {
  /// Applies an f64 operation to bits.
  private func check(
    _ text: String, _ cases: [([UInt64], UInt64)], locals: [ValueType] = []
  ) throws {
    let count = cases[0].0.count
    let operands = (0..<count).map {
      "local.get \($0) f64.reinterpret_i64 local.set \(count + $0) "
    }
    let bytes = module(
      Array(repeating: .i64, count: count), [.i64],
      locals: Array(repeating: .f64, count: count) + locals,
      operands.joined() + text + " i64.reinterpret_f64")
    for options in modes {
      let found = try results(
        bytes, options, arguments: cases.map { $0.0.map { String(Int64(bitPattern: $0)) } })
      for (found, item) in zip(found, cases) {
        let value = Int64(found).map { UInt64(bitPattern: $0) }
        #expect(value == item.1, "\(text) \(options) of \(item.0.map { String($0, radix: 16) })")
      }
    }
  }

  private let signalling: UInt64 = 0x7ff4_0000_0000_0000
  private let quiet: UInt64 = 0x7ffc_0000_0000_0000
  private let minusZero: UInt64 = 0x8000_0000_0000_0000
  private func bits(_ value: Double) -> UInt64 { value.bitPattern }

  @Test(arguments: [
    "local.get 1 f64.const 1.0 f64.mul", "local.get 1 f64.const 0.0 f64.sub",
    "local.get 1 f64.const 1.0 f64.div", "local.get 1 f64.const -0.0 f64.add",
    "f64.const 1.0 local.set 2 local.get 1 local.get 2 f64.mul",
    "local.get 1 f64.floor", "local.get 1 f64.nearest", "local.get 1 f64.trunc",
    "local.get 1 f64.const 5.0 f64.min", "f64.const 5.0 local.get 1 f64.max",
    "local.get 1 f64.sqrt",
  ])
  func `C8: arithmetic makes a signalling NaN quiet`(_ text: String) throws {
    try check(text, [([signalling], quiet)], locals: [.f64])
  }

  static let neutral = [
    ("mul", "1.0"), ("sub", "0.0"), ("div", "1.0"), ("add", "-0.0"), ("mul", "-1.0"),
    ("div", "-1.0"), ("min", "-0.0"), ("max", "0.0"),
  ]

  /// The quiet bit is set; the sign, which −1 changes, does not matter.
  @Test(arguments: neutral)
  func `C8: a constant by which LLVM could fold quiets wherever it comes from`(
    _ operation: String, _ constant: String
  ) throws {
    let nan = "f64.const 0x7ff4000000000000"
    let ways = [
      "\(nan) f64.const \(constant) f64.\(operation)",
      "\(nan) f64.const \(constant) call 1",
      """
      local.get 0 if:f64 f64.const 2.0 else f64.const \(constant) end local.set 1
      local.get 0 f64.convert_i32_u drop \(nan) local.get 1 f64.\(operation)
      """,
    ]
    for way in ways {
      var builder = ModuleBuilder()
      let main = builder.type([.i32], [.i64])
      let binary = builder.type([.f64, .f64], [.f64])
      let quietBit = "i64.reinterpret_f64 i64.const 51 i64.shr_u i64.const 1 i64.and"
      builder.function(main, locals: [.f64], export: "f", text: "\(way) \(quietBit)")
      builder.function(binary, text: "local.get 0 local.get 1 f64.\(operation)")
      for options in modes {
        #expect(
          try results(builder.build(), options, arguments: [["0"]]) == ["1"], "\(way) \(options)")
      }
    }
  }

  @Test func `C8: a demotion of a promotion makes a signalling NaN quiet`() throws {
    let bytes = module(
      [.i32], [.i32],
      "local.get 0 f32.reinterpret_i32 f64.promote_f32 f32.demote_f64 i32.reinterpret_f32")
    for options in modes {
      #expect(
        try results(bytes, options, arguments: [["0x7fa00000"], ["0x3f800000"]])
          == [String(0x7fe0_0000), String(0x3f80_0000)])
    }
  }

  @Test(arguments: [
    "local.get 1", "local.get 1 f64.neg f64.neg", "local.get 1 f64.abs",
    "local.get 1 f64.const 1.0 f64.copysign",
    "local.get 1 f64.const 2.0 i32.const 1 select",
    "i32.const 0 local.get 1 f64.store i32.const 0 f64.load",
  ])
  func `C9: moving a value and touching its sign keep a NaN's payload`(_ text: String) throws {
    try check(text, [([signalling], signalling)])
  }

  @Test func `C10: the minimum and maximum order the zeros and pass NaN on`() throws {
    try check(
      "local.get 2 local.get 3 f64.min",
      [
        ([0, minusZero], minusZero), ([minusZero, 0], minusZero), ([0, 0], 0),
        ([bits(1), bits(2)], bits(1)), ([bits(-.infinity), bits(2)], bits(-.infinity)),
      ])
    try check(
      "local.get 2 local.get 3 f64.max",
      [([0, minusZero], 0), ([minusZero, 0], 0), ([minusZero, minusZero], minusZero)])
  }

  @Test func `C10: rounding goes to even and keeps the sign of zero`() throws {
    try check(
      "local.get 1 f64.nearest",
      [
        ([bits(0.5)], 0), ([bits(1.5)], bits(2)), ([bits(2.5)], bits(2)),
        ([bits(-0.3)], minusZero), ([bits(4503599627370497.5)], bits(4503599627370498)),
      ])
    try check("local.get 1 f64.ceil", [([bits(-0.5)], minusZero), ([bits(0.5)], bits(1))])
    try check("local.get 1 f64.floor", [([bits(-0.5)], bits(-1)), ([minusZero], minusZero)])
    try check("local.get 1 f64.trunc", [([bits(-0.5)], minusZero), ([bits(-1.5)], bits(-1))])
  }

  @Test func `C11: a product and a sum are rounded one by one`() throws {
    let x = 1.0 + 0x1p-30
    try check(
      "local.get 3 local.get 4 f64.mul local.get 5 f64.add",
      [([bits(x), bits(x), bits(-(x * x))], 0)])
  }

  @Test func `C11: denormals are kept`() throws {
    try check(
      "local.get 1 f64.const 0.5 f64.mul",
      [([0x0010_0000_0000_0000], 0x0008_0000_0000_0000), ([1], 0)])
  }
}
