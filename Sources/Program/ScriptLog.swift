// What a script program says of its commands, a line each.
//
// The lines are those that `runtime-c/script/driver.c` writes. A line that was cut off
// by the end of the program is no line.

/// What a script program reported.
public struct ScriptLog: Sendable {
  /// How a command ended.
  public enum Event: Hashable, Sendable {
    case returned([ScriptValue])
    case trapped(String)
    /// The driver could not carry it out.
    case failed(String)
  }

  /// By the number of the command.
  public private(set) var events: [Int: Event] = [:]

  /// What an instantiation returns that was carried out.
  static let instantiated = ScriptValue(low: 1)

  public init() {}

  /// Reads what the program wrote.
  public init(_ text: [UInt8]) {
    var rest = text[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      if let (number, event) = Self.event(rest[..<end]) { events[number] = event }
      rest = rest[end...].dropFirst()
    }
  }

  private static func event(_ line: ArraySlice<UInt8>) -> (Int, Event)? {
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count >= 2, let number = Int(String(decoding: words[0], as: UTF8.self)) else {
      return nil
    }
    let rest = words.count > 2 ? words[2] : []
    switch String(decoding: words[1], as: UTF8.self) {
    case "trapped": return (number, .trapped(String(decoding: rest, as: UTF8.self)))
    case "failed": return (number, .failed(String(decoding: rest, as: UTF8.self)))
    case "returned":
      var values: [ScriptValue] = []
      for digits in rest.split(separator: UInt8(ascii: " ")) {
        guard let value = value(digits) else { return nil }
        values.append(value)
      }
      return (number, .returned(values))
    default: return nil
    }
  }

  /// The value of 32 hexadecimal digits.
  private static func value(_ digits: ArraySlice<UInt8>) -> ScriptValue? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
      if let first = high {
        bytes.append(first << 4 | UInt8(value))
        high = nil
      } else {
        high = UInt8(value)
      }
    }
    return high == nil ? ScriptValue(bytes: bytes) : nil
  }
}
