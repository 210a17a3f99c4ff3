// Vectors in memory: every form of access, at any address, up to a memory's end.

import TestSupport
import Testing
import Wasm

struct VectorMemoryTests {
  private let bytes = (0..<32).map { UInt8(truncatingIfNeeded: $0 * 23 + 0x71) }

  private var operands: [Vector128] {
    [Vector128(bytes: Array(bytes[..<16])), Vector128(bytes: Array(bytes[16...]))]
  }

  /// Reads behind a byte, although the text claims the largest alignment there is.
  private func load(_ name: String, align: Int, _ result: [UInt8]) -> VectorCheck {
    VectorCheck(
      "local.get 0 \(name) align=\(align) offset=1", [], .v128,
      [VectorCase(operands, Vector128(bytes: result))])
  }

  private func widened(_ width: Int, signed: Bool) -> [UInt8] {
    stride(from: 1, to: 9, by: width).flatMap { start in
      let isNegative = signed && bytes[start + width - 1] >= 0x80
      return bytes[start..<start + width] + Array(repeating: isNegative ? 0xff : 0, count: width)
    }
  }

  @Test func `C18: loads take the bytes at any address`() throws {
    var checks = [load("v128.load", align: 4, Array(bytes[1..<17]))]
    for (name, width) in [("8x8", 1), ("16x4", 2), ("32x2", 4)] {
      checks.append(load("v128.load\(name)_s", align: 3, widened(width, signed: true)))
      checks.append(load("v128.load\(name)_u", align: 3, widened(width, signed: false)))
    }
    for (align, width) in [1, 2, 4, 8].enumerated() {
      let lane = Array(bytes[1..<1 + width])
      let spread = (0..<16 / width).flatMap { _ in lane }
      checks.append(load("v128.load\(8 * width)_splat", align: align, spread))
      if width >= 4 {
        let zeros = Array(repeating: 0 as UInt8, count: 16 - width)
        checks.append(load("v128.load\(8 * width)_zero", align: align, lane + zeros))
      }
    }
    try check(checks)
  }

  @Test func `one lane is loaded or stored, the others stay`() throws {
    var checks: [VectorCheck] = []
    for (align, width) in [1, 2, 4, 8].enumerated() {
      for lane in 0..<16 / width {
        let place = lane * width..<(lane + 1) * width
        var loaded = Array(bytes[16...])
        loaded.replaceSubrange(place, with: bytes[3..<3 + width])
        checks.append(
          VectorCheck(
            "local.get 0 local.get 0 v128.load offset=16 v128.load\(8 * width)_lane \(align) 3 \(lane)",
            [], .v128, [VectorCase(operands, Vector128(bytes: loaded))]))
        // Addresses 32 to 64 are free.
        var stored = Array(repeating: 0xee as UInt8, count: 16)
        stored.replaceSubrange(5..<5 + width, with: bytes[place])
        checks.append(
          VectorCheck(
            """
            i32.const 32 v128.const 0xeeeeeeeeeeeeeeee 0xeeeeeeeeeeeeeeee v128.store
            i32.const 32 local.get 0 v128.load v128.store\(8 * width)_lane \(align) 5 \(lane)
            i32.const 32 v128.load
            """, [], .v128, [VectorCase(operands, Vector128(bytes: stored))]))
      }
    }
    checks.append(
      VectorCheck(
        "i32.const 33 local.get 0 v128.load v128.store align=4 i32.const 33 v128.load", [], .v128,
        [VectorCase(operands, operands[0])]))
    try check(checks)
  }

  static let accesses: [(text: String, width: Int)] = [
    ("v128.load", 16), ("v128.load8x8_s", 8), ("v128.load16x4_u", 8), ("v128.load32x2_s", 8),
    ("v128.load8_splat", 1), ("v128.load16_splat", 2), ("v128.load32_splat", 4),
    ("v128.load64_splat", 8), ("v128.load32_zero", 4), ("v128.load64_zero", 8),
    ("v128.const 7 7 v128.load8_lane 0 0 3", 1), ("v128.const 7 7 v128.load16_lane 0 0 3", 2),
    ("v128.const 7 7 v128.load32_lane 0 0 3", 4), ("v128.const 7 7 v128.load64_lane 0 0 1", 8),
    // What the value is used for must not make LLVM read further.
    ("f32.load f32x4.splat", 4), ("f64.load f64x2.splat", 8),
    ("f64.load v128.const 7 7 f64x2.extract_lane 1 f64.copysign f64x2.splat", 8),
    ("f32.load f64.promote_f32 f64x2.splat", 4), ("i32.load8_u i8x16.splat", 1),
    ("v128.load64_zero f64x2.promote_low_f32x4", 8),
    ("v128.load64_zero i16x8.extend_low_i8x16_s", 8),
  ]

  @Test(arguments: accesses)
  func `C19, R1: the last byte is there and the next is not`(
    _ access: (text: String, width: Int)
  ) throws {
    let bytes = module(
      [.i32], [.i64], "local.get 0 \(access.text) v128.const -1 -1 v128.and i64x2.extract_lane 0")
    let end = 65536 - access.width
    for options in [[], ["-O0"], ["--bounds-checks", "explicit"], ["--target-cpu", "x86-64"]] {
      let found = try results(
        bytes, options, arguments: [end, end + 1, 65536].map { [String($0)] })
      #expect(Int64(found[0]) != nil, "\(access.text) \(options) \(found)")
      #expect(found[1...].allSatisfy { $0 == "out of bounds memory access" }, "\(options) \(found)")
    }
  }

  @Test(arguments: [
    ("v128.store", 16), ("v128.store8_lane 0 0 15", 1), ("v128.store16_lane 0 0 7", 2),
    ("v128.store32_lane 0 0 3", 4), ("v128.store64_lane 0 0 1", 8),
  ])
  func `R1: a store writes up to the last byte or traps`(_ text: String, _ width: Int) throws {
    let bytes = module([.i32], [], "local.get 0 v128.const 1 2 \(text)")
    let end = 65536 - width
    for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
      let found = try results(bytes, options, arguments: [[String(end)], [String(end + 1)]])
      #expect(found == ["", "out of bounds memory access"], "\(text) \(options)")
    }
  }
}
