// The system calls that a program may make: what the functions of the runtime that it
// uses need, by the table that the runtime brings.
//
// The table is `runtime-c/include/confinement.def`; the numbers are those of the
// processor, beside it. Knows nothing of how the kernel is told.

internal import RuntimeABI

/// What a program needs of the kernel once its guest runs.
public struct SystemCallNeeds: Hashable, Sendable {
  /// A condition on an argument of a call.
  public enum Condition: Hashable, Sendable {
    /// argument & mask == value
    case equal(argument: Int, mask: UInt64, value: UInt64)
    /// argument < bound, which is a multiple of 2^32
    case below(argument: Int, bound: UInt64)
  }

  /// A system call and when it may be made.
  public struct Call: Hashable, Sendable {
    public var name: String
    public var number: UInt32
    /// Any of these ways, each of which has conditions that hold together. Always, where
    /// one has none.
    public var ways: [[Condition]]

    /// Whether the arguments do not matter.
    public var isUnconditional: Bool { ways.contains { $0.isEmpty } }
  }

  /// In the order of their numbers.
  public private(set) var calls: [Call] = []
  /// Whether files are reached by their names.
  public private(set) var resolvesPaths = false

  /// - Parameters:
  ///   - mayOpenDirectories: whether a directory is granted, or may be.
  ///   - uses: whether the program refers to the function of the runtime with this symbol.
  public init(mayOpenDirectories: Bool, uses: (String) -> Bool) {
    var rules: [Substring] = []
    for row in Self.rows {
      switch row.kind {
      case APUS_CONFINEMENT_CALLS.rawValue where row.name.isEmpty || uses(row.name):
        rules += row.text.split(separator: " ")
      case APUS_CONFINEMENT_DIRECTORY_CALLS.rawValue where mayOpenDirectories && uses(row.name):
        rules += row.text.split(separator: " ")
        resolvesPaths = true
      default: break
      }
    }
    let needed = Set(rules.map(String.init))
    for row in Self.rows where row.kind == APUS_CONFINEMENT_RULE.rawValue {
      guard needed.contains(row.name) else { continue }
      guard let number = Self.numbers[row.text] else {
        preconditionFailure("the system call \(row.text) has no number")
      }
      let way = Self.conditions(of: row.name)
      if let index = calls.firstIndex(where: { $0.number == number }) {
        calls[index].ways.append(way)
      } else {
        calls.append(Call(name: row.text, number: number, ways: [way]))
      }
    }
    calls.sort { $0.number < $1.number }
  }

  private static func conditions(of rule: String) -> [Condition] {
    rows.compactMap { row in
      guard row.name == rule else { return nil }
      return switch row.kind {
      case APUS_CONFINEMENT_EQUAL.rawValue:
        .equal(argument: row.argument, mask: row.mask, value: row.value)
      case APUS_CONFINEMENT_BELOW.rawValue: .below(argument: row.argument, bound: row.value)
      default: nil
      }
    }
  }

  // MARK: The tables

  private struct Row {
    var kind: UInt32
    var argument: Int
    var name: String
    var text: String
    var mask: UInt64
    var value: UInt64
  }

  private static let rows: [Row] = {
    var count = 0
    guard let rows = apus_confinement_rows(&count) else { return [] }
    return UnsafeBufferPointer(start: rows, count: count).map { row in
      Row(
        kind: row.kind, argument: Int(row.argument), name: String(cString: row.name),
        text: String(cString: row.text), mask: row.mask, value: row.value)
    }
  }()

  /// Only ever looked up, never walked.
  private static let numbers: [String: UInt32] = {
    var count = 0
    guard let calls = apus_system_calls(&count) else { return [:] }
    var numbers: [String: UInt32] = [:]
    for call in UnsafeBufferPointer(start: calls, count: count) {
      numbers[String(cString: call.name)] = call.number
    }
    return numbers
  }()

  /// The functions that the table has rows for, to be compared with those that there are.
  static var functions: [String] {
    rows.filter {
      $0.kind == APUS_CONFINEMENT_CALLS.rawValue
        || $0.kind == APUS_CONFINEMENT_DIRECTORY_CALLS.rawValue
    }.map(\.name)
  }
}
