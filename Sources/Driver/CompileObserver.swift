// Who is told how a compile goes on: the table of `--verbose` and the line that shows
// the current phase.

internal import Synchronization

/// Told about the phases of a compile.
public struct CompileObserver: Sendable {
  /// A phase is over, and took this long.
  public var ended: @Sendable (_ phase: String, _ time: Duration) -> Void
  /// There is something that the user may want to know.
  public var noted: @Sendable (_ note: String) -> Void = { _ in }

  public init(ended: @escaping @Sendable (_ phase: String, _ time: Duration) -> Void) {
    self.ended = ended
  }

  /// Tells no one.
  public static let none = CompileObserver { _, _ in }

  /// Measures `body` as the phase `name`.
  public func measure<Result>(
    _ name: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = ContinuousClock.now
    let result = try body()
    ended(name, ContinuousClock.now - start)
    return result
  }
}

/// The times of a compile's phases, in the order they ended.
public final class PhaseTimes: Sendable {
  private let phases = Mutex<[(name: String, time: Duration)]>([])
  private let notes = Mutex<[String]>([])

  public init() {}

  /// Adds to what `observer` hears.
  public func observing(_ observer: CompileObserver = .none) -> CompileObserver {
    var combined = CompileObserver { name, time in
      self.phases.withLock { $0.append((name, time)) }
      observer.ended(name, time)
    }
    combined.noted = { note in
      self.notes.withLock { $0.append(note) }
      observer.noted(note)
    }
    return combined
  }

  /// The notes, then a line for each phase: name, milliseconds, share of the whole.
  public var table: String {
    let phases = phases.withLock { $0 }
    func milliseconds(_ time: Duration) -> Double { time / .milliseconds(1) }
    let total = phases.reduce(0) { $0 + milliseconds($1.time) }
    let width = phases.map(\.name.count).max() ?? 0
    func row(_ name: String, _ time: Double) -> String {
      let share = total > 0 ? time / total * 100 : 0
      return name + pad(width - name.count) + number(time, 10) + " ms" + number(share, 7) + " %\n"
    }
    let notes = notes.withLock { $0 }.map { "note: \($0)\n" }.joined()
    return notes + phases.map { row($0.name, milliseconds($0.time)) }.joined() + row("total", total)
  }

  private func pad(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  /// `value` with one decimal, right-aligned.
  private func number(_ value: Double, _ width: Int) -> String {
    let tenths = Int((value * 10).rounded())
    let text = "\(tenths / 10).\(tenths % 10)"
    return pad(width - text.count) + text
  }
}

/// The value that was set last, from any thread.
final class Latest<Value: Sendable>: Sendable {
  private let storage = Mutex<Value?>(nil)

  func set(_ value: Value) { storage.withLock { $0 = value } }
  var value: Value? { storage.withLock { $0 } }
}
