// Where in a text the parts of a module were written.
//
// A module that was parsed keeps its bodies and expressions encoded, so what is said of
// them is said of bytes; this leads back to the text.

/// From the bytes of a parsed module to its text.
public struct SourceMap: Sendable {
  /// Offsets of a parsed module from here on are those in its text: of what stands in
  /// the text only, such as imports and exports.
  static let textBase = 1 << 40

  private struct Entry {
    var offset: UInt32
    var textOffset: UInt32
  }

  /// The text.
  public let text: ModuleBytes
  /// Where the module begins in it.
  public let start: Int
  private var entries: [Entry] = []

  init(text: ModuleBytes, start: Int) {
    self.text = text
    self.start = start
  }

  /// Notes that what was written at `textOffset` is encoded from `offset` on; in order.
  @inline(__always)
  mutating func add(_ offset: Int, _ textOffset: Int) {
    entries.append(
      Entry(
        offset: UInt32(truncatingIfNeeded: offset),
        textOffset: UInt32(truncatingIfNeeded: textOffset)))
  }

  /// Offset in the text of what is encoded at `offset`.
  public func textOffset(of offset: Int) -> Int {
    if offset >= Self.textBase { return offset - Self.textBase }
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].offset <= offset { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? Int(entries[low - 1].textOffset) : start
  }

  /// The same error, said of the text.
  public func located(_ error: WasmError) -> WasmError {
    guard !error.isInText else { return error }
    var error = error
    error.offset = textOffset(of: error.offset)
    error.isInText = true
    return error
  }
}
