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
    if value < 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: value))
    } else {
      writeU64(UInt64(value))
    }
  }

  mutating func writeU64(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A length or count, of which no module that fits in memory has 2^32.
  mutating func writeCount(_ count: Int) { writeU64(UInt64(count)) }

  mutating func writeSigned(_ value: Int64) {
    var rest = value
    // The last byte's bit 6 is the sign.
    while rest < -0x40 || rest >= 0x40 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest) & 0x7f)
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
