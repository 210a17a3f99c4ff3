// Whether bytes are a module in the binary or in the text format.
//
// Goes by the contents, since names of files promise nothing.

/// The two formats of modules.
public enum ModuleFormat: Hashable, Sendable {
  case binary, text

  /// The format of `bytes`: text if they begin, after white space, with a parenthesis or a
  /// comment, as every text of a module does; binary otherwise.
  public init(of bytes: ModuleBytes) {
    defer { withExtendedLifetime(bytes) {} }
    var rest = bytes.buffer[...]
    // A byte order mark is no part of the text format; the parser says so.
    if rest.starts(with: [0xef, 0xbb, 0xbf]) { rest = rest.dropFirst(3) }
    let first = rest.first { !" \t\r\n".utf8.contains($0) }
    self = first == UInt8(ascii: "(") || first == UInt8(ascii: ";") ? .text : .binary
  }
}
