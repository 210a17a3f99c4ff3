// Appends bytes in the encodings of the binary format, the shortest form of each.
//
// Knows bytes and the encodings of integers and names, nothing of sections or
// instructions. Specification: 5.2 "Values".

/// Bytes that grow at the end.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  /// Number of bytes so far: the offset of the next one.
  @inline(__always)
  var count: Int { bytes.count }

  @inline(__always)
  mutating func write(_ byte: UInt8) { bytes.append(byte) }

  mutating func write(contentsOf other: some Collection<UInt8>) { bytes.append(contentsOf: other) }

  /// Forgets everything from `count` on.
  mutating func cut(to count: Int) { bytes.removeSubrange(count...) }

  /// A little-endian 32-bit number.
  mutating func writeFixed32(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// A little-endian 64-bit number.
  mutating func writeFixed64(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  // MARK: LEB128 (specification 5.2.2)

  @inline(__always)
  mutating func writeU32(_ value: UInt32) {
    if value < 0x80, count < nextPadding {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else {
      writeUnsigned(UInt64(value), limit: 5)
    }
  }

  mutating func writeU64(_ value: UInt64) { writeUnsigned(value, limit: 10) }

  /// A length or count, of which no module that fits in memory has 2^32.
  mutating func writeCount(_ count: Int) { writeUnsigned(UInt64(count), limit: 5) }

  private mutating func writeUnsigned(_ value: UInt64, limit: Int) {
    let width = paddedWidth(limit: limit)
    let start = count
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    endInteger(UInt8(truncatingIfNeeded: rest), from: start, width: width, padding: 0)
  }

  /// - Parameters:
  ///   - limit: how many bytes an integer of its type may take.
  mutating func writeSigned(_ value: Int64, limit: Int = 5) {
    let width = paddedWidth(limit: limit)
    let start = count
    var rest = value
    // The last byte's bit 6 is the sign.
    while rest < -0x40 || rest >= 0x40 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    endInteger(
      UInt8(truncatingIfNeeded: rest) & 0x7f, from: start, width: width,
      padding: rest < 0 ? 0x7f : 0)
  }

  /// Writes the last byte of an integer, and more of them if it is to be padded.
  private mutating func endInteger(_ last: UInt8, from start: Int, width: Int, padding: UInt8) {
    var missing = width - (count - start) - 1
    guard missing > 0 else { return bytes.append(last) }
    bytes.append(last | 0x80)
    while missing > 1 {
      bytes.append(padding | 0x80)
      missing -= 1
    }
    bytes.append(padding)
  }

  // MARK: Padded integers

  /// The integers that are to take more bytes than they need, by their offsets.
  private var paddings: ArraySlice<BodyEncoding.PaddedInteger> = []
  private var paddingStart = 0
  /// Where the first of them stands.
  private var nextPadding = Int.max

  /// From now on pads those of `integers` that are written, and forgets the ones before.
  ///
  /// - Parameters:
  ///   - start: where their offsets are counted from.
  mutating func pad(_ integers: [BodyEncoding.PaddedInteger], from start: Int) {
    paddings = integers[...]
    paddingStart = start
    nextPadding = integers.first.map { $0.offset + start } ?? .max
  }

  /// The width of the integer that comes next, if it is to be padded.
  @inline(__always)
  private mutating func paddedWidth(limit: Int) -> Int {
    count < nextPadding ? 0 : takePadding(limit: limit)
  }

  private mutating func takePadding(limit: Int) -> Int {
    var width = 0
    while let integer = paddings.first, integer.offset + paddingStart <= count {
      paddings.removeFirst()
      // One that does not stand here is not an integer that is written.
      if integer.offset + paddingStart == count, integer.width <= limit { width = integer.width }
    }
    nextPadding = paddings.first.map { $0.offset + paddingStart } ?? .max
    return width
  }

  // MARK: Names (specification 5.2.4)

  mutating func writeName(_ name: String) {
    writeCount(name.utf8.count)
    bytes.append(contentsOf: name.utf8)
  }

  /// The bytes that a string of a text stands for.
  mutating func write(string token: Token, of lexer: borrowing Lexer) throws(WasmError) {
    try lexer.appendString(token, to: &bytes)
  }
}
