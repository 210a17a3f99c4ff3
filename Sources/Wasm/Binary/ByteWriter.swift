// Appends bytes in the encodings of the binary format, the shortest form of each.
//
// Knows bytes and the encodings of integers and names, nothing of sections or
// instructions. Specification: 5.2 "Values".

/// Bytes that grow at the end.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []
  /// Where an integer comes that is to take more bytes than it needs.
  private var nextPadded = Int.max
  /// That integer and those behind it, in reverse order.
  private var padded: [BodyEncoding.PaddedInteger] = []

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
    if value < 0x80, count != nextPadded {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else {
      writeUnsigned(UInt64(value), limit: 5)
    }
  }

  mutating func writeU64(_ value: UInt64) { writeUnsigned(value, limit: 10) }

  private mutating func writeUnsigned(_ value: UInt64, limit: Int) {
    let start = count
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
    if start == nextPadded { pad(from: start, limit: limit, with: 0) }
  }

  /// A length or count, of which no module that fits in memory has 2^32.
  mutating func writeCount(_ count: Int) { writeU32(UInt32(truncatingIfNeeded: count)) }

  /// - Parameters:
  ///   - limit: how many bytes an integer of its type may take.
  mutating func writeSigned(_ value: Int64, limit: Int = 5) {
    let start = count
    var rest = value
    // The last byte's bit 6 is the sign.
    while rest < -0x40 || rest >= 0x40 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest) & 0x7f)
    if start == nextPadded { pad(from: start, limit: limit, with: value < 0 ? 0x7f : 0) }
  }

  // MARK: Padding

  /// Makes integers that will be written take more bytes than they need: those that
  /// begin where `integers` says, counted from here.
  mutating func pad(_ integers: [BodyEncoding.PaddedInteger]) {
    padded = integers.reversed()
    for index in padded.indices { padded[index].offset += count }
    nextPadded = padded.last?.offset ?? .max
  }

  /// Gives the integer at the end its width, if an integer can have it.
  private mutating func pad(from start: Int, limit: Int, with fill: UInt8) {
    let width = padded.popLast()?.width ?? 0
    nextPadded = padded.last?.offset ?? .max
    guard width <= limit else { return }
    while count - start < width {
      bytes[count - 1] |= 0x80
      bytes.append(fill)
    }
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
