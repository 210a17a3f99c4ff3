// The values of floating-point numbers: rounded once, to nearest, ties to even.
//
// Decimal numbers are left to the standard library, whose conversions are exact;
// hexadecimal ones are rounded here. Specification: 6.3.3 "Floating-Point".

/// The layout of a floating-point type.
private struct FloatFormat {
  /// Bits of the fraction that are stored.
  let fractionBits: Int
  /// The exponents of normal numbers.
  let exponents: ClosedRange<Int>

  static let f32 = FloatFormat(fractionBits: 23, exponents: -126...127)
  static let f64 = FloatFormat(fractionBits: 52, exponents: -1022...1023)

  /// The bits of infinity.
  var infinity: UInt64 { UInt64(exponents.upperBound * 2 + 1) << UInt64(fractionBits) }
}

extension NumberLiteral {
  /// The number as the bits of an f32; `nil` out of range.
  var f32: UInt32? {
    bits(.f32) { Float($0).map { UInt64($0.bitPattern) } }.map { UInt32(truncatingIfNeeded: $0) }
  }

  /// The number as the bits of an f64; `nil` out of range.
  var f64: UInt64? { bits(.f64) { Double($0)?.bitPattern } }

  private func bits(_ format: FloatFormat, decimal: (String) -> UInt64?) -> UInt64? {
    let sign = isNegative ? (format.infinity << 1) & ~format.infinity : 0
    let magnitude: UInt64
    switch form {
    case .infinity: return sign | format.infinity
    case .nan:
      let quiet = UInt64(1) << UInt64(format.fractionBits - 1)
      guard !whole.isEmpty else { return sign | format.infinity | quiet }
      guard let payload = self.magnitude, payload > 0, payload < quiet << 1 else { return nil }
      return sign | format.infinity | payload
    case .integer, .fraction:
      guard let value = isHexadecimal ? hexadecimal(format) : decimal(plainDigits) else {
        return nil
      }
      magnitude = value
    }
    return magnitude < format.infinity ? sign | magnitude : nil
  }

  /// A decimal number without sign and underscores.
  private var plainDigits: String {
    var digits = bytes[whole].filter { $0 != UInt8(ascii: "_") }
    if !fraction.isEmpty {
      digits.append(UInt8(ascii: "."))
      digits += bytes[fraction].filter { $0 != UInt8(ascii: "_") }
    }
    if !exponent.isEmpty {
      digits.append(UInt8(ascii: "e"))
      digits += bytes[exponent].filter { $0 != UInt8(ascii: "_") }
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// The bits of a hexadecimal number without its sign, infinity where it is too large.
  private func hexadecimal(_ format: FloatFormat) -> UInt64 {
    var mantissa: UInt64 = 0
    var isInexact = false
    var power = 0
    for (digits, isFraction) in [(whole, false), (fraction, true)] {
      for byte in bytes[digits] where byte != UInt8(ascii: "_") {
        let digit = UInt64(hexDigit(byte) ?? 0)
        if mantissa >> 60 == 0 {
          mantissa = mantissa << 4 | digit
          if isFraction { power -= 4 }
        } else {
          isInexact = isInexact || digit != 0
          if !isFraction { power += 4 }
        }
      }
    }
    guard mantissa != 0 else { return 0 }
    power += decimalExponent
    let shift = mantissa.leadingZeroBitCount
    // From here on the value is mantissa × 2^(power - 63), with the highest bit set.
    mantissa <<= UInt64(shift)
    power += 63 - shift
    guard power <= format.exponents.upperBound else { return format.infinity }
    let isNormal = power >= format.exponents.lowerBound
    // Below the normal numbers each step of the exponent costs a bit.
    let kept = format.fractionBits + 1 - max(0, format.exponents.lowerBound - power)
    guard kept >= 0 else { return 0 }
    var bits = mantissa >> UInt64(64 - kept)
    let rest = kept == 64 ? 0 : mantissa << UInt64(kept)
    let half = UInt64(1) << 63
    if rest > half || (rest == half && (isInexact || bits & 1 == 1)) { bits += 1 }
    // The highest bit of a normal number is not stored: it adds one to the exponent, and
    // so does a carry out of the rounding.
    guard isNormal else { return bits }
    let biased = UInt64(power - format.exponents.lowerBound)
    return biased << UInt64(format.fractionBits) + bits
  }

  /// The value of `exponent`, kept within what no number of a text can make up for.
  private var decimalExponent: Int {
    var value = 0
    var isNegative = false
    for byte in bytes[exponent] {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"), UInt8(ascii: "_"): break
      default: value = min(value * 10 + Int(byte - UInt8(ascii: "0")), 1 << 40)
      }
    }
    return isNegative ? -value : value
  }
}
