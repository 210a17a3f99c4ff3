// Moving lanes and bits: shuffles, splats, single lanes, masks.

import Testing
import Wasm

struct VectorLaneTests {
  private let counting = Vector128((0..<16).map { UInt8($0 + 0x10) })
  private let other = Vector128((0..<16).map { UInt8(truncatingIfNeeded: $0 * 37 + 0x90) })

  @Test(
    arguments: [
      Array(0..<16), Array(16..<32), Array((0..<16).reversed()), Array(repeating: 5, count: 16),
      [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23],
      [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12],
      [31, 0, 30, 1, 29, 2, 28, 3, 27, 4, 26, 5, 25, 6, 24, 7],
      [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
    ] as [[Int]])
  func `a shuffle picks from both operands`(_ lanes: [Int]) throws {
    let mask = Vector128(lanes.map { UInt8($0) })
    let all = counting.bytes + other.bytes
    try check([
      VectorCheck(
        "i8x16.shuffle \(mask.text)",
        [VectorCase([counting, other], Vector128(lanes.map { all[$0] }))])
    ])
  }

  @Test func `C20: a swizzle gives 0 for an index from 16 on`() throws {
    let indices = [
      Vector128((0..<16).map { UInt8($0) }), Vector128((0..<16).map { UInt8($0 * 17) }),
      Vector128(
        [15, 16, 17, 31, 32, 127, 128, 129, 143, 144, 255, 254, 0, 1, 240, 112] as [UInt8]),
      Vector128((0..<16).map { UInt8($0 * 16 + 15) }),
    ]
    func swizzled(_ index: Vector128) -> Vector128 {
      Vector128(index.bytes.map { $0 < 16 ? counting.bytes[Int($0)] : 0 })
    }
    try check(
      [VectorCheck("i8x16.swizzle", indices.map { VectorCase([counting, $0], swizzled($0)) })]
        + indices.map {
          VectorCheck(
            "v128.const \($0.text) i8x16.swizzle", [.v128], .v128,
            [VectorCase([counting], swizzled($0))])
        })
  }

  private func lanes<Lane: FixedWidthInteger & UnsignedInteger>(
    _ shape: String, _ scalar: ValueType, _: Lane.Type, extract: [(name: String, signed: Bool)]
  ) -> [VectorCheck] {
    let count = 128 / Lane.bitWidth
    let value: UInt64 = 0x8234_5678_9abc_defe
    let lane = Lane(truncatingIfNeeded: value)
    var checks = [
      VectorCheck(
        "\(shape).splat", [scalar], .v128,
        [VectorCase([Vector128(number: value)], Vector128(Array(repeating: lane, count: count)))])
    ]
    for index in 0..<count {
      var replaced = other.lanes(Lane.self)
      replaced[index] = lane
      checks.append(
        VectorCheck(
          "\(shape).replace_lane \(index)", [.v128, scalar], .v128,
          [VectorCase([other, Vector128(number: value)], Vector128(replaced))]))
      for (name, signed) in extract {
        let lane = other.lanes(Lane.self)[index]
        let isNegative = signed && lane.leadingZeroBitCount == 0
        let filled = isNegative ? UInt32(truncatingIfNeeded: lane) | ~0 << UInt32(Lane.bitWidth) : 0
        checks.append(
          VectorCheck(
            "\(shape).\(name) \(index)", [.v128], scalar,
            [
              VectorCase(
                [other], isNegative ? Vector128(number: filled) : Vector128(number: lane))
            ]))
      }
    }
    return checks
  }

  @Test func `lanes are set, taken and spread`() throws {
    let small = [("extract_lane_s", true), ("extract_lane_u", false)]
    try check(
      lanes("i8x16", .i32, UInt8.self, extract: small)
        + lanes("i16x8", .i32, UInt16.self, extract: small)
        + lanes("i32x4", .i32, UInt32.self, extract: [("extract_lane", false)])
        + lanes("i64x2", .i64, UInt64.self, extract: [("extract_lane", false)])
        + lanes("f32x4", .f32, UInt32.self, extract: [("extract_lane", false)])
        + lanes("f64x2", .f64, UInt64.self, extract: [("extract_lane", false)]))
  }

  @Test func `C20: bitwise operators and selection take each bit by itself`() throws {
    let operands = pairs(edges(UInt8.self))
    func bitwise(_ name: String, _ rule: (UInt8, UInt8) -> UInt8) -> VectorCheck {
      VectorCheck(name, operands.map { VectorCase($0, zipLanes($0, rule)) })
    }
    func select(_ operands: [Vector128], _ mask: Vector128) -> Vector128 {
      zipLanes(
        [
          zipLanes([operands[0], mask]) { (value: UInt8, bits: UInt8) in value & bits },
          zipLanes([operands[1], mask]) { (value: UInt8, bits: UInt8) in value & ~bits },
        ]
      ) { (left: UInt8, right: UInt8) in left | right }
    }
    try check([
      bitwise("v128.and") { $0 & $1 }, bitwise("v128.or") { $0 | $1 },
      bitwise("v128.xor") { $0 ^ $1 }, bitwise("v128.andnot") { $0 & ~$1 },
      VectorCheck(
        "v128.not", [.v128], .v128,
        [VectorCase([other], Vector128(other.bytes.map { ~$0 }))]),
      VectorCheck(
        "v128.bitselect", [.v128, .v128, .v128], .v128,
        operands.map { VectorCase($0 + [other], select($0, other)) }),
      VectorCheck(
        "local.get 0 v128.load offset=16 v128.bitselect", [.v128, .v128], .v128,
        operands.map { VectorCase($0, select($0, $0[1])) }),
    ])
  }

  @Test func `lanes are tested and their signs collected`() throws {
    let patterns =
      [Vector128.zero, .ones, counting, other]
      + (0..<16).map { lane in Vector128((0..<16).map { $0 == lane ? 0x80 : 0 } as [UInt8]) }
      + (0..<16).map { lane in Vector128((0..<16).map { $0 == lane ? 0 : 0x80 } as [UInt8]) }
      + (0..<16).map { lane in Vector128((0..<16).map { $0 < lane ? 0 : 1 } as [UInt8]) }
    func test<Lane: FixedWidthInteger>(
      _ name: String, _: Lane.Type, _ rule: @escaping ([Lane]) -> UInt32
    ) -> VectorCheck {
      VectorCheck(
        name, [.v128], .i32,
        patterns.map { VectorCase([$0], Vector128(number: rule($0.lanes(Lane.self)))) })
    }
    func both<Lane: FixedWidthInteger & SignedInteger>(
      _ shape: String, _: Lane.Type
    ) -> [VectorCheck] {
      [
        test("\(shape).all_true", Lane.self) { $0.allSatisfy { $0 != 0 } ? 1 : 0 },
        test("\(shape).bitmask", Lane.self) { lanes in
          lanes.enumerated().reduce(0) { $0 | ($1.element < 0 ? 1 << UInt32($1.offset) : 0) }
        },
      ]
    }
    try check(
      [test("v128.any_true", UInt8.self) { $0.contains { $0 != 0 } ? 1 : 0 }]
        + both("i8x16", Int8.self) + both("i16x8", Int16.self) + both("i32x4", Int32.self)
        + both("i64x2", Int64.self))
  }
}
