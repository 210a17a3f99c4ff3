// Numbers as text: short, and exact to the last bit.

import TestSupport
import Testing

@testable import Wasm

@Suite struct NumberPrintingTests {
  private func text(_ print: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    print(&buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      (0, "0"), (0x8000_0000, "-0"), (0x3f80_0000, "1"), (0xbfc0_0000, "-1.5"), (1, "1e-45"),
      (0x3dcc_cccd, "0.1"), (0x7f7f_ffff, "3.4028235e+38"), (0x7f80_0000, "inf"),
      (0xff80_0000, "-inf"), (0x7fc0_0000, "nan"), (0xffc0_0000, "-nan"),
      (0x7f80_0001, "nan:0x1"), (0xffa0_0000, "-nan:0x200000"), (0x7fff_ffff, "nan:0x7fffff"),
    ] as [(UInt32, String)])
  func floats32(bits: UInt32, expected: String) {
    #expect(text { $0.append(float32: bits) } == expected)
  }

  @Test(
    arguments: [
      (0, "0"), (1 << 63, "-0"), (0x4090_0000_0000_0000, "1024"), (1, "5e-324"),
      (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"), (0x7ff0_0000_0000_0000, "inf"),
      (0x7ff8_0000_0000_0000, "nan"), (0xfff4_0000_0000_0000, "-nan:0x4000000000000"),
    ] as [(UInt64, String)])
  func floats64(bits: UInt64, expected: String) {
    #expect(text { $0.append(float64: bits) } == expected)
  }

  @Test func anyBitsComeBack() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<10_000 {
      let bits = random.next()
      if Double(bitPattern: bits).isNaN { continue }
      let wide = text { $0.append(float64: bits) }
      #expect(Double(wide)?.bitPattern == bits, "\(wide)")
      let low = UInt32(truncatingIfNeeded: bits)
      if Float(bitPattern: low).isNaN { continue }
      let narrow = text { $0.append(float32: low) }
      #expect(Float(narrow)?.bitPattern == low, "\(narrow)")
    }
  }

  @Test func integers() {
    for value in [0, 9, 10, 4_294_967_296, .max, -1, .min] as [Int64] {
      #expect(text { $0.append(decimal: value) } == "\(value)")
    }
  }

  @Test(
    arguments: [
      (0, 0, "i64x2 0 0"), (0x2_0000_0001, 0x4_0000_0003, "i32x4 1 2 3 4"),
      (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908, "i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15"),
      (0x3f80_0000_3f00_0000, 0x4000_0000_bf80_0000, "f32x4 0.5 1 -1 2"),
      (0x3ff0_0000_0000_0000, 0x7ff8_0000_0000_0000, "f64x2 1 nan"),
      (
        0x7137_4491_428a_2f98, 0xe9b5_dba5_b5c0_fbcf,
        "i32x4 0x428a2f98 0x71374491 0xb5c0fbcf 0xe9b5dba5"
      ),
      (0x0102_0304_0506_0708, .max, "i8x16 8 7 6 5 4 3 2 1 -1 -1 -1 -1 -1 -1 -1 -1"),
    ] as [(UInt64, UInt64, String)])
  func vectors(low: UInt64, high: UInt64, expected: String) {
    #expect(text { $0.append(vectorLow: low, high: high) } == expected)
  }
}
