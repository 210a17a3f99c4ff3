// Whether what a command gave is what the script expects.
//
// Knows bits and patterns; of traps only that their messages begin as expected. The
// suite's messages may say more than ours ("uninitialized element 7") and ours more than
// the suite's.

internal import Wasm

extension ScriptExpectation {
  /// The outcome where the command ended so.
  func outcome(of event: ScriptLog.Event) -> ScriptOutcome {
    func failed() -> ScriptOutcome {
      .failed(expected: description, actual: Self.describe(event, types))
    }
    switch (self, event) {
    case (.instantiated, .returned([ScriptLog.instantiated])): return .passed
    case (.unlinkable(let message), .returned([ScriptValue(low: 0)])):
      return Self.tooSmall.hasPrefix(message) ? .passed : failed()
    case (.trapped(let message, _), .trapped(let actual)):
      return actual.hasPrefix(message) || message.hasPrefix(actual) ? .passed : failed()
    case (.returned(let patterns, let types), .returned(let values)):
      guard patterns.count == values.count, types.count == values.count else { return failed() }
      for index in values.indices
      where !patterns[index].matches(values[index], types[index]) {
        return failed()
      }
      return .passed
    case (.anything, .returned): return .passed
    case (.instantiated, _), (.unlinkable, _), (.trapped, _), (.returned, _), (.anything, _):
      return failed()
    }
  }

  private static let tooSmall = "incompatible import type"

  /// The types of the results; `nil` for an instantiation.
  private var types: [ValueType]? {
    switch self {
    case .returned(_, let types), .anything(let types): types
    case .trapped(_, let types): types
    case .instantiated, .unlinkable: nil
    }
  }

  /// What is expected, for people.
  public var description: String {
    switch self {
    case .instantiated: "instantiation"
    case .unlinkable(let message): "unlinkable: \(message)"
    case .trapped(let message, _): "trap: \(message)"
    case .returned(let patterns, _):
      patterns.isEmpty ? "no result" : patterns.map(\.description).joined(separator: " ")
    case .anything: "return"
    }
  }

  private static func describe(_ event: ScriptLog.Event, _ types: [ValueType]?) -> String {
    switch event {
    case .trapped(let message): return "trap: \(message)"
    case .failed(let message): return "failure: \(message)"
    case .returned(let values):
      guard let types else {
        return values == [ScriptLog.instantiated] ? "instantiation" : tooSmall
      }
      guard !values.isEmpty else { return "no result" }
      return values.enumerated().map { index, value in
        index < types.count ? value.description(as: types[index]) : value.bits
      }.joined(separator: " ")
    }
  }
}

extension WastPattern {
  /// Whether `value`, of type `type`, is such.
  func matches(_ value: ScriptValue, _ type: ValueType) -> Bool {
    switch self {
    case .i32(let expected): return type == .i32 && value == ScriptValue(low: UInt64(expected))
    case .i64(let expected): return type == .i64 && value == ScriptValue(low: expected)
    case .f32(let lane):
      return type == .f32 && value.high == 0 && lane.matches(value.low, width: 32)
    case .f64(let lane):
      return type == .f64 && value.high == 0 && lane.matches(value.low, width: 64)
    case .v128(let width, let lanes):
      guard type == .v128, lanes.count * width == 128 else { return false }
      return lanes.enumerated().allSatisfy { index, lane in
        lane.matches(value.lane(index, width: width), width: width)
      }
    case .null(let heap):
      guard case .ref(let reference) = type, value == ScriptValue(low: 0) else { return false }
      return heap.map { $0.hierarchy == reference.heap.hierarchy } ?? true
    case .reference(let heap):
      guard case .ref(let reference) = type, value != ScriptValue(low: 0) else { return false }
      return heap.hierarchy == reference.heap.hierarchy
    case .extern(let number):
      guard case .ref(let reference) = type else { return false }
      return reference.heap.hierarchy == .extern && value == .host(number)
    case .host(let number):
      guard case .ref(let reference) = type, reference.heap.hierarchy == .any else { return false }
      return number.map { value == .host($0) } ?? value.isHost
    case .either(let patterns): return patterns.contains { $0.matches(value, type) }
    }
  }
}

extension WastLane {
  /// Whether a lane of `width` bits is such. Floats have 32 or 64.
  func matches(_ bits: UInt64, width: Int) -> Bool {
    switch self {
    case .bits(let expected): return bits == expected
    case .canonicalNaN: return bits & ~Self.sign(width) == Self.canonicalNaN(width)
    case .arithmeticNaN:
      return bits & Self.canonicalNaN(width) == Self.canonicalNaN(width)
        && bits & ~Self.sign(width) < Self.sign(width)
    }
  }

  private static func sign(_ width: Int) -> UInt64 { 1 << UInt64(width - 1) }

  /// Exponent and quiet bit.
  private static func canonicalNaN(_ width: Int) -> UInt64 {
    width == 32 ? 0x7fc0_0000 : 0x7ff8_0000_0000_0000
  }
}

extension HeapType {
  /// The type at the top of those that it is comparable with. Types of modules do not
  /// come here: the plan has the kind of type in their place.
  var hierarchy: HeapType {
    switch self {
    case .any, .eq, .i31, .struct, .array, .none: .any
    case .func, .noFunc, .concrete: .func
    case .extern, .noExtern: .extern
    case .exn, .noExn: .exn
    }
  }
}

// MARK: References made by the host

extension ScriptValue {
  /// No address: half of what addresses could be is none on any processor.
  private static let hostTag: UInt64 = 0x4000_0000_0000_0000

  /// The reference that `(ref.extern number)` and `(ref.host number)` stand for.
  public static func host(_ number: UInt64) -> ScriptValue {
    ScriptValue(low: hostTag | number << 4)
  }

  var isHost: Bool { low & Self.hostTag != 0 && high == 0 }

  /// Lane `index` of a vector.
  func lane(_ index: Int, width: Int) -> UInt64 {
    let place = index * width
    let word = place < 64 ? low : high
    let mask = width == 64 ? UInt64.max : (UInt64(1) << UInt64(width)) - 1
    return word >> UInt64(place % 64) & mask
  }
}
