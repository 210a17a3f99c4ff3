// What the lexer makes of a text: tokens, as a kind and where they stand.
//
// A token has no text of its own: who needs it reads the bytes. Specification: 6.3
// "Lexical Format".

/// A token of the text format (specification 6.3.1).
public struct Token: Hashable, Sendable {
  public enum Kind: UInt8, Hashable, Sendable {
    case leftParen, rightParen
    /// Starts with a small letter; `inf`, `nan` and `nan:0x…` are among them.
    case keyword
    /// `$x`.
    case identifier
    /// `$"x y"`.
    case quotedIdentifier
    case string
    /// Starts like a number, whether it is one or not.
    case number
    /// `(@x`, up to the end of the annotation's name.
    case annotationStart
    /// `(@"x"`.
    case quotedAnnotationStart
    /// What no rule of the grammar allows.
    case reserved
    /// The end of the text.
    case end
  }

  public var kind: Kind
  /// Offset of its first byte.
  public var start: Int
  /// Offset past its last byte.
  public var end: Int

  public init(_ kind: Kind, _ start: Int, _ end: Int) {
    self.kind = kind
    self.start = start
    self.end = end
  }

  /// Where it stands in the text.
  public var range: Range<Int> { start..<end }

  /// Whether it is `$x` or `$"x"`.
  public var isIdentifier: Bool { kind == .identifier || kind == .quotedIdentifier }
}

/// What a byte may be part of.
enum CharacterClass {
  static let identifier: UInt8 = 1
  /// A character of reserved tokens only: `,` `[` `]` `{` `}`, and `;` by itself.
  static let reserved: UInt8 = 2
  static let space: UInt8 = 4
  /// A printable ASCII character that needs no look in a string.
  static let plainInString: UInt8 = 8

  /// The classes of all bytes; lives as long as the process.
  nonisolated(unsafe) static let table: UnsafePointer<UInt8> = {
    let table = UnsafeMutablePointer<UInt8>.allocate(capacity: 256)
    table.initialize(repeating: 0, count: 256)
    for byte in UInt8(ascii: " ")..<0x7f where byte != UInt8(ascii: "\"") {
      if byte != UInt8(ascii: "\\") { table[Int(byte)] |= plainInString }
      if !" ,;[]{}()".utf8.contains(byte) { table[Int(byte)] |= identifier }
    }
    for byte in ",;[]{}".utf8 { table[Int(byte)] |= reserved }
    for byte in " \t\n\r".utf8 { table[Int(byte)] |= space }
    return UnsafePointer(table)
  }()
}
