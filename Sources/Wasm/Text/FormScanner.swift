// Forms of a text by their parentheses alone: strings and comments are passed over,
// nothing else is looked at.
//
// So a form can be found that cannot be read.

/// Finds forms by their parentheses alone.
struct FormScanner {
  private let bytes: UnsafeRawBufferPointer
  private var position: Int
  private let end: Int

  /// Reads `bytes` from `position`, which is in no string or comment.
  init(bytes: UnsafeRawBufferPointer, position: Int = 0, end: Int? = nil) {
    self.bytes = bytes
    self.position = position
    self.end = end ?? bytes.count
  }

  /// The next form that no other is around, and whether it ends. What is between forms,
  /// but for space and comments, is a form that does not.
  mutating func next() -> (range: Range<Int>, isClosed: Bool)? {
    guard let (piece, start) = piece() else { return nil }
    guard piece == .opening else {
      var last = position
      while let (piece, begin) = self.piece() {
        guard piece == .other else {
          position = begin
          break
        }
        last = position
      }
      return (start..<last, false)
    }
    let closing = closing()
    return (start..<position, closing < position)
  }

  /// Passes over the rest of a form that is open; returns where its `)` stands, or the end.
  mutating func closing() -> Int {
    var depth = 1
    while let (piece, start) = piece() {
      switch piece {
      case .opening: depth += 1
      case .closing: depth -= 1
      case .other: continue
      }
      if depth == 0 { return start }
    }
    return position
  }

  private enum Piece {
    case opening, closing
    /// A string, or a byte of something else.
    case other
  }

  /// What comes next that is neither space nor comment, and where it begins.
  private mutating func piece() -> (Piece, start: Int)? {
    while position < end {
      let start = position
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        position += 1
      case UInt8(ascii: ";") where byte(1) == UInt8(ascii: ";"): skipLine()
      case UInt8(ascii: "(") where byte(1) == UInt8(ascii: ";"): skipComment()
      case UInt8(ascii: "\""):
        skipString()
        return (.other, start)
      case UInt8(ascii: "("):
        position += 1
        return (.opening, start)
      case UInt8(ascii: ")"):
        position += 1
        return (.closing, start)
      default:
        position += 1
        return (.other, start)
      }
    }
    return nil
  }

  private func byte(_ distance: Int) -> UInt8? {
    position + distance < end ? bytes[position + distance] : nil
  }

  private mutating func skipLine() {
    while let byte = byte(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
      position += 1
    }
  }

  private mutating func skipComment() {
    var depth = 0
    repeat {
      if byte(0) == UInt8(ascii: "("), byte(1) == UInt8(ascii: ";") {
        depth += 1
        position += 2
      } else if byte(0) == UInt8(ascii: ";"), byte(1) == UInt8(ascii: ")") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < end
  }

  /// Up to the closing quotation mark, or the end of the line if there is none.
  private mutating func skipString() {
    position += 1
    while let byte = byte(0), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { break }
    }
    position = min(position, end)
  }
}
