// What programs print must be right: what the suite expects, or else what the others print.

/// What a program must print.
struct OutputCheck {
  private let bytes: [UInt8]
  /// Who says so.
  private let source: String

  /// What the suite says.
  init(expected: [UInt8]) { self.init(bytes: expected, source: "the suite expects") }

  private init(bytes: [UInt8], source: String) {
    self.bytes = bytes
    self.source = source
  }

  /// - Parameters:
  ///   - outputs: what each engine printed.
  ///   - baseline: who is believed where as many say one thing as another.
  /// - Returns: nil where nothing was printed by anyone.
  static func reference(
    expected: [UInt8]?, outputs: [(engine: String, bytes: [UInt8])], baseline: String
  ) -> OutputCheck? {
    if let expected { return OutputCheck(expected: expected) }
    var groups: [(bytes: [UInt8], engines: [String])] = []
    for output in outputs {
      if let index = groups.firstIndex(where: { $0.bytes == output.bytes }) {
        groups[index].engines.append(output.engine)
      } else {
        groups.append((output.bytes, [output.engine]))
      }
    }
    let largest = groups.map(\.engines.count).max() ?? 0
    let candidates = groups.filter { $0.engines.count == largest }
    let group = candidates.first { $0.engines.contains(baseline) } ?? candidates.first
    return group.map { group in
      let verb = group.engines.count == 1 ? "prints" : "print"
      return OutputCheck(
        bytes: group.bytes, source: "\(group.engines.joined(separator: ", ")) \(verb)")
    }
  }

  /// Says where `printed` is something else.
  ///
  /// - Parameter stream: where it was printed to, if that is not standard output.
  func difference(from printed: [UInt8], stream: String = "") -> String? {
    if printed == bytes { return nil }
    let same = zip(printed, bytes).prefix { $0 == $1 }.count
    let line = 1 + printed[..<same].count { $0 == UInt8(ascii: "\n") }
    return "line \(line)\(stream) is \(Self.line(of: printed, at: same)), "
      + "\(source) \(Self.line(of: bytes, at: same))"
  }

  /// The line around `offset`, quoted.
  private static func line(of bytes: [UInt8], at offset: Int) -> String {
    let newline = UInt8(ascii: "\n")
    let start = bytes[..<offset].lastIndex(of: newline).map { $0 + 1 } ?? 0
    let end = bytes[offset...].firstIndex(of: newline) ?? bytes.count
    if start == bytes.count { return "not there" }
    return String(decoding: bytes[start..<end].prefix(60), as: UTF8.self).debugDescription
  }
}
