// Numbers as they are written: their form, and the integers among their values.
//
// Knows no types. What is beyond a range is for the caller to report. Specification:
// 6.3.2 "Integers", 6.3.3 "Floating-Point".

/// A number of a text, cut into its parts.
struct NumberLiteral {
  enum Form {
    case integer
    /// With a point or an exponent.
    case fraction
    case infinity
    /// `nan`, with or without a payload.
    case nan
  }

  private(set) var form = Form.integer
  private(set) var hasSign = false
  private(set) var isNegative = false
  private(set) var isHexadecimal = false
  /// The digits before the point, or of a payload, with underscores.
  private(set) var whole: Range<Int>
  /// The digits behind the point.
  private(set) var fraction: Range<Int>
  /// The exponent, with its sign.
  private(set) var exponent: Range<Int>
  let bytes: UnsafeBufferPointer<UInt8>

  /// - Parameters:
  ///   - bytes: a token; `nil` comes back if it is not a number.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    whole = 0..<0
    fraction = 0..<0
    exponent = 0..<0
    guard parse() else { return nil }
  }

  private mutating func parse() -> Bool {
    var position = 0
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      hasSign = true
      isNegative = first == UInt8(ascii: "-")
      position = 1
    }
    if matches("inf", at: position) {
      form = .infinity
      return position + 3 == bytes.count
    }
    if matches("nan", at: position) {
      form = .nan
      position += 3
      if position == bytes.count { return true }
      guard matches(":0x", at: position) else { return false }
      isHexadecimal = true
      position += 3
      whole = digits(from: &position)
      return !whole.isEmpty && position == bytes.count
    }
    if matches("0x", at: position) {
      isHexadecimal = true
      position += 2
    }
    whole = digits(from: &position)
    guard !whole.isEmpty else { return false }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      form = .fraction
      position += 1
      fraction = digits(from: &position)
    }
    let mark = isHexadecimal ? UInt8(ascii: "p") : UInt8(ascii: "e")
    if position < bytes.count, bytes[position] | 0x20 == mark {
      form = .fraction
      position += 1
      let start = position
      if position < bytes.count, [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(bytes[position]) {
        position += 1
      }
      guard !digits(from: &position, hexadecimal: false).isEmpty else { return false }
      exponent = start..<position
    }
    return position == bytes.count
  }

  private func matches(_ word: StaticString, at position: Int) -> Bool {
    guard position + word.utf8CodeUnitCount <= bytes.count else { return false }
    for index in 0..<word.utf8CodeUnitCount
    where bytes[position + index] != word.utf8Start[index] {
      return false
    }
    return true
  }

  /// Digits with single underscores between them.
  private func digits(from position: inout Int, hexadecimal: Bool? = nil) -> Range<Int> {
    let isHexadecimal = hexadecimal ?? isHexadecimal
    let start = position
    while position < bytes.count {
      let byte = bytes[position]
      let isDigit = (0x30...0x39).contains(byte) || (isHexadecimal && hexDigit(byte) != nil)
      if !isDigit {
        guard byte == UInt8(ascii: "_"), position > start, position + 1 < bytes.count,
          (0x30...0x39).contains(bytes[position + 1])
            || (isHexadecimal && hexDigit(bytes[position + 1]) != nil)
        else { break }
      }
      position += 1
    }
    return start..<position
  }

  /// The whole digits as an integer without sign; `nil` beyond 64 bits.
  var magnitude: UInt64? {
    let radix: UInt64 = isHexadecimal ? 16 : 10
    var value: UInt64 = 0
    for byte in bytes[whole] where byte != UInt8(ascii: "_") {
      let (product, overflow) = value.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(hexDigit(byte) ?? 0))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }

  /// An integer of `bits` bits, given with or without sign, as the bits of a 64-bit
  /// integer that is extended with the sign; `nil` out of range.
  func integer(bits: UInt64) -> UInt64? {
    guard form == .integer, let magnitude else { return nil }
    let sign = UInt64(1) << (bits - 1)
    if isNegative { return magnitude <= sign ? 0 &- magnitude : nil }
    guard magnitude <= sign | (sign - 1) else { return nil }
    return UInt64(bitPattern: Int64(bitPattern: magnitude << (64 - bits)) >> Int64(64 - bits))
  }

  /// An integer without sign of up to `bits` bits; `nil` out of range.
  func natural(bits: UInt64) -> UInt64? {
    guard form == .integer, !hasSign, let magnitude else { return nil }
    return bits == 64 || magnitude >> bits == 0 ? magnitude : nil
  }
}
