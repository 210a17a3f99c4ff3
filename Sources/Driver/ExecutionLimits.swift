// What a program may use at most: the options, and the words that the runtime reads.
//
// The words are those of `apus_abi.h`. What happens at each limit is told in
// docs/command-line.md.

public import Program

/// Limits of a program; `nil` is none.
public struct ExecutionLimits: Hashable, Sendable {
  /// Bytes of all linear memories together.
  public var memory: UInt64?
  /// Descriptors open at a time, standard ones and granted folders included.
  public var descriptors: UInt64?
  /// From start to end.
  public var nanoseconds: UInt64?
  /// Instructions, counted as docs/command-line.md says.
  public var fuel: UInt64?

  public init() {}

  public var grants: [Grant] {
    let values: [(name: String, value: UInt64?)] = [
      ("memory", memory), ("descriptors", descriptors), ("time", nanoseconds), ("fuel", fuel),
    ]
    return values.compactMap { name, value in value.map { .limit(name: name, value: $0) } }
  }
}

/// A span of time on the command line: `500ms`, `10s`, `2m`, `1h`; seconds without a unit.
public struct TimeSpan: Hashable, Sendable {
  /// Above 0.
  public var nanoseconds: UInt64

  public init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let number = UInt64(digits), number > 0 else { return nil }
    let unit: UInt64
    switch text.dropFirst(digits.count) {
    case "ms": unit = 1_000_000
    case "s", "": unit = 1_000_000_000
    case "m": unit = 60_000_000_000
    case "h": unit = 3_600_000_000_000
    default: return nil
    }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit)
    if overflow || product > UInt64(Int64.max) { return nil }
    nanoseconds = product
  }
}
