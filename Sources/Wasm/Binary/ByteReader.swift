// A cursor over a range of bytes that cannot leave it.
//
// Knows bytes and the encodings of integers and names, nothing of sections or
// instructions. Every position it holds or reports is absolute: an offset in the
// module. Specification: 5.2 "Values".

/// Reads a range of a buffer from front to back.
struct ByteReader {
  /// The whole module.
  let buffer: UnsafeRawBufferPointer
  /// Absolute offset of the next byte.
  private(set) var position: Int
  /// Absolute offset past the last byte that may be read.
  let end: Int

  /// - Parameters:
  ///   - buffer: the whole module; the caller keeps it alive.
  ///   - range: what may be read of it.
  init(_ buffer: UnsafeRawBufferPointer, range: Range<Int>) {
    // The one check that all unchecked reads below rely on.
    precondition(range.lowerBound >= 0 && range.upperBound <= buffer.count)
    self.buffer = buffer
    position = range.lowerBound
    end = range.upperBound
  }

  /// Number of bytes that are left.
  var remaining: Int { end - position }

  @inline(__always)
  var isAtEnd: Bool { position == end }

  @inline(__always)
  mutating func readByte() throws(WasmError) -> UInt8 {
    guard position < end else { throw .unexpectedEnd(at: position) }
    let byte = buffer[position]
    position += 1
    return byte
  }

  /// Passes over `count` bytes and returns where they are.
  mutating func readRange(count: UInt32) throws(WasmError) -> Range<Int> {
    guard Int(count) <= remaining else { throw .unexpectedEnd(at: end) }
    let range = position..<position + Int(count)
    position = range.upperBound
    return range
  }

  /// A little-endian 32-bit number.
  mutating func readFixed32() throws(WasmError) -> UInt32 {
    guard remaining >= 4 else { throw .unexpectedEnd(at: end) }
    let value = buffer.loadUnaligned(fromByteOffset: position, as: UInt32.self)
    position += 4
    return UInt32(littleEndian: value)
  }

  /// A little-endian 64-bit number.
  mutating func readFixed64() throws(WasmError) -> UInt64 {
    guard remaining >= 8 else { throw .unexpectedEnd(at: end) }
    let value = buffer.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    position += 8
    return UInt64(littleEndian: value)
  }

  // MARK: LEB128 (specification 5.2.2)

  @inline(__always)
  mutating func readU32() throws(WasmError) -> UInt32 {
    if position < end {
      let byte = buffer[position]
      if byte < 0x80 {
        position += 1
        return UInt32(byte)
      }
    }
    return UInt32(truncatingIfNeeded: try readLongUnsigned(bits: 32))
  }

  @inline(__always)
  mutating func readU64() throws(WasmError) -> UInt64 {
    if position < end {
      let byte = buffer[position]
      if byte < 0x80 {
        position += 1
        return UInt64(byte)
      }
    }
    return try readLongUnsigned(bits: 64)
  }

  @inline(__always)
  mutating func readS32() throws(WasmError) -> Int32 {
    Int32(truncatingIfNeeded: try readSigned(bits: 32))
  }

  @inline(__always)
  mutating func readS33() throws(WasmError) -> Int64 { try readSigned(bits: 33) }

  @inline(__always)
  mutating func readS64() throws(WasmError) -> Int64 { try readSigned(bits: 64) }

  @inline(__always)
  private mutating func readSigned(bits: Int) throws(WasmError) -> Int64 {
    if position < end {
      let byte = buffer[position]
      if byte < 0x80 {
        position += 1
        return Int64(Int8(bitPattern: byte << 1) >> 1)
      }
    }
    return try readLongSigned(bits: bits)
  }

  /// The general case: at most ⌈bits/7⌉ bytes, unused bits of the last zero.
  ///
  /// An integer that is cut off by the end of the range, not of the buffer, is looked
  /// at as a whole, so that one that is malformed in itself is reported as that.
  private mutating func readLongUnsigned(bits: Int) throws(WasmError) -> UInt64 {
    let start = position
    var value: UInt64 = 0
    var shift = 0
    while position < buffer.count {
      let byte = buffer[position]
      position += 1
      value |= UInt64(byte & 0x7f) &<< UInt64(shift)
      let used = bits - shift
      if used <= 7 {
        guard byte < 0x80 else { throw .integerTooLong(bits: bits, at: start) }
        guard used == 7 || byte >> UInt8(used) == 0 else {
          throw .integerTooLarge(bits: bits, at: start)
        }
      }
      if byte < 0x80 {
        guard position <= end else { break }
        return value
      }
      shift += 7
    }
    throw .unexpectedEnd(at: end)
  }

  /// At most ⌈bits/7⌉ bytes, unused bits of the last equal to the sign.
  private mutating func readLongSigned(bits: Int) throws(WasmError) -> Int64 {
    let start = position
    var value: Int64 = 0
    var shift = 0
    while position < buffer.count {
      let byte = buffer[position]
      position += 1
      value |= Int64(byte & 0x7f) &<< Int64(shift)
      let used = bits - shift
      if used <= 7 {
        guard byte < 0x80 else { throw .integerTooLong(bits: bits, at: start) }
        // The sign and the bits above it must be all zeros or all ones.
        let top = Int8(bitPattern: byte &<< 1) >> Int8(used)
        guard top == 0 || top == -1 else { throw .integerTooLarge(bits: bits, at: start) }
      }
      shift += 7
      if byte < 0x80 {
        guard position <= end else { break }
        let unused = Int64(max(0, 64 - shift))
        return (value &<< unused) &>> unused
      }
    }
    throw .unexpectedEnd(at: end)
  }

  // MARK: Names (specification 5.2.4)

  /// A name of at most `ImplementationLimits.nameSize` bytes.
  mutating func readName() throws(WasmError) -> String {
    let start = position
    // As with integers, a name behind the end is looked at as a whole.
    var beyond = ByteReader(buffer, range: position..<buffer.count)
    if isAtEnd, let count = try? beyond.readU32(), Int(count) > beyond.remaining {
      throw .lengthOutOfBounds(count, available: beyond.remaining, at: start)
    }
    let count = try readU32()
    guard Int(count) <= remaining else {
      throw .lengthOutOfBounds(count, available: remaining, at: start)
    }
    guard Int(count) <= ImplementationLimits.nameSize else {
      throw .sizeLimit("name", Int(count), ImplementationLimits.nameSize, at: start)
    }
    let range = try readRange(count: count)
    guard let name = String(validating: buffer[range], as: UTF8.self) else {
      throw .malformedUTF8(at: range.lowerBound)
    }
    return name
  }
}
