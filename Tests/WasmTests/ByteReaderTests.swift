import TestSupport
import Testing

@testable import Wasm

@Suite struct ByteReaderTests {
  /// Reads all of `bytes` by `read`.
  private func read<Value>(
    _ bytes: [UInt8], _ read: (inout ByteReader) throws(WasmError) -> Value
  ) throws -> Value {
    try bytes.withUnsafeBytes { buffer in
      var reader = ByteReader(buffer, range: 0..<buffer.count)
      let value = try read(&reader)
      #expect(reader.isAtEnd)
      return value
    }
  }

  private func message<Value>(
    _ bytes: [UInt8], _ read: (inout ByteReader) throws(WasmError) -> Value
  ) -> String? {
    do {
      _ = try self.read(bytes, read)
      return nil
    } catch {
      return (error as? WasmError)?.message
    }
  }

  @Test(arguments: [0, 1, 63, 64, 127, 128, 16383, 16384, 0x7fff_ffff, 0xffff_ffff])
  func unsigned(_ value: UInt64) throws {
    for length in 1...5 {
      let bytes = BinaryEncoding.unsigned(value, length: length)
      #expect(try read(bytes) { r throws(WasmError) in try r.readU32() } == UInt32(value))
    }
    for length in 1...10 {
      let bytes = BinaryEncoding.unsigned(value << 32, length: length)
      #expect(try read(bytes) { r throws(WasmError) in try r.readU64() } == value << 32)
    }
  }

  @Test(arguments: [
    0, 1, -1, 63, 64, -64, -65, 8191, -8192, -8193, Int64(Int32.max), Int64(Int32.min),
  ])
  func signed(_ value: Int64) throws {
    for length in 1...5 {
      let bytes = BinaryEncoding.signed(value, length: length)
      #expect(try read(bytes) { r throws(WasmError) in try r.readS32() } == Int32(value))
      #expect(try read(bytes) { r throws(WasmError) in try r.readS33() } == value)
    }
    for shift in [0, 31, 32] {
      for length in 1...10 {
        let bytes = BinaryEncoding.signed(value << shift, length: length)
        #expect(try read(bytes) { r throws(WasmError) in try r.readS64() } == value << shift)
      }
    }
  }

  @Test("M4 an integer of a byte too many is too long")
  func tooLong() {
    let prefix = "integer representation too long"
    for filler: UInt8 in [0x80, 0xff, 0x83] {
      let five = [UInt8](repeating: filler, count: 5)
      let ten = [UInt8](repeating: filler, count: 10)
      #expect(message(five + [0]) { r throws(WasmError) in try r.readU32() }!.hasPrefix(prefix))
      #expect(message(five + [0]) { r throws(WasmError) in try r.readS32() }!.hasPrefix(prefix))
      #expect(message(five + [0]) { r throws(WasmError) in try r.readS33() }!.hasPrefix(prefix))
      #expect(message(ten + [0]) { r throws(WasmError) in try r.readU64() }!.hasPrefix(prefix))
      #expect(message(ten + [0]) { r throws(WasmError) in try r.readS64() }!.hasPrefix(prefix))
    }
  }

  @Test("M4 unused bits of the last byte must be zero, or equal to the sign")
  func unusedBits() {
    let four = [UInt8](repeating: 0x80, count: 4)
    let nine = [UInt8](repeating: 0x80, count: 9)
    for last: UInt8 in 0..<0x80 {
      #expect(
        (message(four + [last]) { r throws(WasmError) in try r.readU32() } == nil) == (last < 16))
      #expect(
        (message(four + [last]) { r throws(WasmError) in try r.readS32() } == nil)
          == (last < 8 || last >= 0x78))
      #expect(
        (message(four + [last]) { r throws(WasmError) in try r.readS33() } == nil)
          == (last < 16 || last >= 0x70))
      #expect(
        (message(nine + [last]) { r throws(WasmError) in try r.readU64() } == nil) == (last < 2))
      #expect(
        (message(nine + [last]) { r throws(WasmError) in try r.readS64() } == nil)
          == (last == 0 || last == 0x7f))
    }
  }

  @Test func endOfBytes() {
    let prefix = "unexpected end"
    #expect(message([]) { r throws(WasmError) in try r.readByte() }!.hasPrefix(prefix))
    #expect(message([0x80]) { r throws(WasmError) in try r.readU32() }!.hasPrefix(prefix))
    #expect(message([0x80]) { r throws(WasmError) in try r.readS64() }!.hasPrefix(prefix))
    #expect(message([1, 2, 3]) { r throws(WasmError) in try r.readFixed32() }!.hasPrefix(prefix))
    #expect(message([1, 2, 3]) { r throws(WasmError) in try r.readFixed64() }!.hasPrefix(prefix))
    #expect(
      message([5, 1]) { r throws(WasmError) in try r.readName() }!
        .hasPrefix("length out of bounds"))
  }

  @Test("M11 legal names of any content are kept whole")
  func legalNames() throws {
    let names = [
      "", "a\0b", "%s%n", "../../etc/passwd", "line\nbreak", "\u{1b}[31m", "\u{feff}x",
      "e\u{301}", "\u{e9}", String(repeating: "x", count: 100_000),
    ]
    for name in names {
      let read = try read(BinaryEncoding.name(name)) { r throws(WasmError) in try r.readName() }
      #expect(Array(read.utf8) == Array(name.utf8))
    }
  }

  @Test(
    "M11 names that are not UTF-8 are malformed",
    arguments: [
      [0x80], [0xc0, 0x80], [0xc1, 0xbf], [0xe0, 0x80, 0x80], [0xed, 0xa0, 0x80],
      [0xed, 0xbf, 0xbf], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf8], [0xff],
      [0xe2, 0x82], [0x61, 0xcc],
    ] as [[UInt8]])
  func malformedNames(_ bytes: [UInt8]) {
    let encoded = BinaryEncoding.unsigned(bytes.count) + bytes
    #expect(
      message(encoded) { r throws(WasmError) in try r.readName() } == "malformed UTF-8 encoding")
  }
}
