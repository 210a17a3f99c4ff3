// The one error type of this target: a file that is wrong, or a system that refuses.
//
// What goes wrong with one program on one engine is no error but a row of the results.

/// Why there is nothing to measure or to show.
public struct BenchmarkError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public var file: String?
  /// Where in the file, counted from 1.
  public var line: Int?
  public var column: Int?

  public init(_ message: String, file: String? = nil, line: Int? = nil, column: Int? = nil) {
    self.message = message
    self.file = file
    self.line = line
    self.column = column
  }

  /// `FILE:LINE:COLUMN: MESSAGE`, as far as known.
  public var description: String {
    guard let file else { return message }
    guard let line, let column else { return "\(file): \(message)" }
    return "\(file):\(line):\(column): \(message)"
  }
}
