// Floating-point numbers and vectors as text that reads back to the same bits.
//
// Specification: 6.3.2 "Floating-Point", 6.5.2 "Vector Instructions".

extension TextBuffer {
  mutating func append(float32 bits: UInt32) {
    let value = Float(bitPattern: bits)
    guard !value.isNaN else {
      let payload = bits & 0x7f_ffff
      return appendNaN(
        isNegative: bits >> 31 == 1, payload: payload == 0x40_0000 ? nil : UInt64(payload))
    }
    append(shortening: value.description)
  }

  mutating func append(float64 bits: UInt64) {
    let value = Double(bitPattern: bits)
    guard !value.isNaN else {
      let payload = bits & 0xf_ffff_ffff_ffff
      return appendNaN(
        isNegative: bits >> 63 == 1, payload: payload == 1 << 51 ? nil : payload)
    }
    append(shortening: value.description)
  }

  /// - Parameters:
  ///   - payload: `nil` for that of the canonical NaN.
  private mutating func appendNaN(isNegative: Bool, payload: UInt64?) {
    append(isNegative ? "-nan" : "nan")
    guard let payload else { return }
    append(UInt8(ascii: ":"))
    append(hexadecimal: payload)
  }

  /// The shortest decimal that reads back to the same number, as the standard library
  /// describes it, without an empty fraction.
  private mutating func append(shortening description: String) {
    append(description.hasSuffix(".0") ? String(description.dropLast(2)) : description)
  }

  // MARK: Vectors

  /// A v128 constant with its shape: the one that says it in the simplest numbers, which
  /// is nearly always the one that was meant.
  mutating func append(vectorLow low: UInt64, high: UInt64) {
    var best: (text: TextBuffer, cost: Int)?
    for shape in [LaneShape.i32x4, .i64x2, .f32x4, .f64x2, .i16x8, .i8x16] {
      var text = TextBuffer()
      let cost = text.append(shape, low: low, high: high)
      if cost < best?.cost ?? .max { best = (text, cost) }
    }
    if let best { append(best.text) }
  }

  /// Returns how hard the numbers are to read: those of few digits are meant, those of many
  /// are bits that mean something else.
  private mutating func append(_ shape: LaneShape, low: UInt64, high: UInt64) -> Int {
    append("\(shape)")
    let lanesPerHalf = Int(shape.lanes) / 2
    let width = 64 / lanesPerHalf
    var cost = 0
    for half in [low, high] {
      for lane in 0..<lanesPerHalf {
        append(UInt8(ascii: " "))
        let bits = half >> UInt64(lane * width) & (width == 64 ? ~0 : 1 << UInt64(width) - 1)
        let start = count
        switch shape {
        case .f32x4:
          append(float32: UInt32(truncatingIfNeeded: bits))
          cost += costOfFraction(from: start)
        case .f64x2:
          append(float64: bits)
          cost += costOfFraction(from: start)
        case .i8x16, .i16x8, .i32x4, .i64x2:
          let isShort = appendLane(bits, width: width)
          let digits = count - start - (bytes[start] == UInt8(ascii: "-") ? 1 : 0)
          cost += isShort ? digits * digits : Self.costOfPattern * max(1, width / 32)
        }
      }
    }
    return cost
  }

  /// Few numbers that are meant have an exponent.
  private func costOfFraction(from start: Int) -> Int {
    count - start + (bytes[start...].contains(UInt8(ascii: "e")) ? 4 : 0)
  }

  /// More than a fraction such as 0.70710677, less than what random bits are as a fraction.
  private static let costOfPattern = 13

  /// An integer lane: in decimal if that is short, else as bits. Returns whether it is short.
  private mutating func appendLane(_ bits: UInt64, width: Int) -> Bool {
    let unused = Int64(64 - width)
    let value = (Int64(bitPattern: bits) << unused) >> unused
    guard value.magnitude < 10_000 else {
      append(hexadecimal: bits)
      return false
    }
    append(decimal: value)
    return true
  }
}
