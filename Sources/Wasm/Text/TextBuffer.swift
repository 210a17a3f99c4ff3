// Text under construction, as UTF-8 bytes.
//
// Knows how the text format writes strings and integers, nothing of modules.
// Specification: 6.3 "Lexical Format".

/// A growing text in UTF-8.
struct TextBuffer {
  private(set) var bytes: [UInt8] = []

  /// Levels beyond this one are not indented further, or lines would grow with the
  /// depth of the nesting, and the text with its square.
  private static let deepestIndentation = 40

  var count: Int { bytes.count }

  /// Forgets the text, and keeps its memory.
  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

  @inline(__always)
  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  @inline(__always)
  mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  @inline(__always)
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) { bytes.append(contentsOf: text) }

  mutating func append(_ other: TextBuffer) { bytes += other.bytes }

  /// Meant for text near the end.
  mutating func insert(_ text: String, at position: Int) {
    bytes.insert(contentsOf: text.utf8, at: position)
  }

  /// Begins a line.
  @inline(__always)
  mutating func newLine(indentation level: Int) {
    bytes.append(UInt8(ascii: "\n"))
    let width = 2 * min(level, Self.deepestIndentation)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: width))
  }

  // MARK: Integers (specification 6.3.1)

  mutating func append(decimal value: UInt64) {
    if value < 10 {
      bytes.append(UInt8(ascii: "0") + UInt8(value))
      return
    }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var start = 20
      var rest = value
      while rest > 0 {
        start -= 1
        digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
        rest /= 10
      }
      bytes.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  @inline(__always)
  mutating func append(decimal value: UInt32) { append(decimal: UInt64(value)) }

  mutating func append(decimal value: Int64) {
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  mutating func append(hexadecimal value: UInt64) {
    append("0x")
    append(String(value, radix: 16))
  }

  // MARK: Strings (specification 6.3.3)

  /// A string literal of a name. What a terminal would not show as it is, is escaped.
  mutating func append(quotedName name: String) {
    let isPlain = name.utf8.allSatisfy { Self.isPlain($0) }
    if isPlain {
      append(UInt8(ascii: "\""))
      append(name)
      append(UInt8(ascii: "\""))
    } else {
      append(quoted(name))
    }
  }

  /// The inside of a string literal of any bytes: ASCII as it is, the rest escaped.
  mutating func append(escaped data: UnsafeRawBufferPointer) {
    for byte in data {
      switch byte {
      case UInt8(ascii: "\n"): append("\\n")
      case UInt8(ascii: "\t"): append("\\t")
      case UInt8(ascii: "\""): append("\\\"")
      case UInt8(ascii: "\\"): append("\\\\")
      case 0x20...0x7e: append(byte)
      default:
        append(UInt8(ascii: "\\"))
        append(Self.digit(byte >> 4))
        append(Self.digit(byte & 15))
      }
    }
  }

  /// How many bytes `append(escaped:)` makes of a byte.
  static func escapedWidth(of byte: UInt8) -> Int {
    if isPlain(byte) { return 1 }
    return [0x0a, 0x09, 0x22, 0x5c].contains(byte) ? 2 : 3
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
