// Lines and columns, and the line of an error with a caret below.
//
// Nothing of a text reaches a terminal raw. Lines end as in comments: with a line feed,
// a carriage return, or both.

/// A place in a text as people count: from one.
public struct TextPosition: Hashable, Codable, Sendable {
  public var line: Int
  /// In Unicode scalar values.
  public var column: Int

  /// Where byte `offset` of `text` stands.
  public init(of offset: Int, in text: UnsafeRawBufferPointer) {
    let offset = min(max(offset, 0), text.count)
    line = 1
    var lineStart = 0
    for index in 0..<offset where Self.endsLine(at: index, in: text) {
      line += 1
      lineStart = index + 1
    }
    column = 1 + text[lineStart..<offset].count { $0 & 0xc0 != 0x80 }
  }

  /// Whether a line ends with the byte at `index`; the first of two does not end it.
  private static func endsLine(at index: Int, in text: UnsafeRawBufferPointer) -> Bool {
    switch text[index] {
    case UInt8(ascii: "\n"): true
    case UInt8(ascii: "\r"): index + 1 == text.count || text[index + 1] != UInt8(ascii: "\n")
    default: false
    }
  }

  private static func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  /// The line around byte `offset`, and below it a caret; of a long line only what is
  /// next to it.
  ///
  /// - Parameters:
  ///   - width: how many columns of a terminal the line may take.
  public static func excerpt(
    around offset: Int, in text: UnsafeRawBufferPointer, width: Int = 100
  ) -> String {
    let offset = min(max(offset, 0), text.count)
    // No character is wider than what four bytes show as, so more bytes are never needed.
    let reach = width * 4
    var start = offset
    while start > 0, offset - start < reach, !isLineEnd(text[start - 1]) { start -= 1 }
    var end = offset
    while end < text.count, end - offset < reach, !isLineEnd(text[end]) { end += 1 }
    let before = cells(text[start..<offset])
    let after = cells(text[offset..<end])

    var head: [Cell] = []
    var used = 0
    for cell in before.reversed() {
      used += cell.width
      if used > width * 2 / 3 { break }
      head.append(cell)
    }
    head.reverse()
    let isHeadCut = head.count < before.count || (start > 0 && !isLineEnd(text[start - 1]))
    let column = head.reduce(isHeadCut ? 1 : 0) { $0 + $1.width }
    var line = (isHeadCut ? "…" : "") + head.map(\.text).joined()
    used = column
    var isTailCut = end < text.count && !isLineEnd(text[end])
    for cell in after {
      used += cell.width
      if used >= width {
        isTailCut = true
        break
      }
      line += cell.text
    }
    if isTailCut { line += "…" }
    return "  \(line)\n  \(String(repeating: " ", count: column))^"
  }

  /// A character as it is shown, and how many columns it takes.
  private struct Cell {
    var text: String
    var width: Int
  }

  private static func cells(_ bytes: Slice<UnsafeRawBufferPointer>) -> [Cell] {
    String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
      switch scalar.properties.generalCategory {
      case .control where scalar == "\t": Cell(text: "  ", width: 2)
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        escaped(scalar)
      case .nonspacingMark, .enclosingMark: Cell(text: String(scalar), width: 0)
      default: Cell(text: String(scalar), width: isWide(scalar) ? 2 : 1)
      }
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> Cell {
    let text = "\\u{\(String(scalar.value, radix: 16))}"
    return Cell(text: text, width: text.count)
  }

  /// The blocks that terminals show two columns wide: East Asian scripts and pictures.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff,
      0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
      0x20000...0x3fffd:
      true
    default: false
    }
  }
}
