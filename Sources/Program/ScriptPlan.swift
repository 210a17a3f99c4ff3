// A script made ready: the program it is compiled to, and what becomes of each of its
// commands.
//
// Commands about modules alone are decided without running anything; the others name a
// command of the program and what it should give.

public import Wasm

/// How a command of a script ended.
public enum ScriptOutcome: Hashable, Sendable {
  case passed
  case failed(expected: String, actual: String)
  /// Not carried out, for a reason that names the feature it needs.
  case skipped(reason: String)
}

/// A command of a script.
public struct PlannedCommand: Sendable {
  public enum Fate: Sendable {
    case decided(ScriptOutcome)
    /// Command `number` of the program says how it ended.
    case running(number: Int, ScriptExpectation, instantiatedBy: Int?)
  }
  /// The line it begins in.
  public var line: Int
  public var fate: Fate

  public init(line: Int, fate: Fate) {
    self.line = line
    self.fate = fate
  }
}

/// What a command that runs should give.
public enum ScriptExpectation: Sendable {
  /// A module is instantiated.
  case instantiated
  /// An imported item is too small.
  case unlinkable(message: String)
  /// A trap; the types of the results are those of what else may come, `nil` for an
  /// instantiation.
  case trapped(message: String, types: [ValueType]?)
  /// Values of these types that match.
  case returned([WastPattern], types: [ValueType])
  /// It returns, with whatever results; their types, for messages.
  case anything(types: [ValueType])
}

/// A script made ready.
public struct ScriptPlan: Sendable {
  /// `nil` if no command runs.
  public var program: Program?
  /// Every command of the script, in order, those of threads where the thread starts.
  public var commands: [PlannedCommand]

  /// The outcome of every command.
  ///
  /// - Parameters:
  ///   - log: what the program reported.
  ///   - ending: why it reported no more, if it did not come to its end.
  public func outcomes(_ log: ScriptLog, ending: String?) -> [ScriptOutcome] {
    commands.map { command in
      switch command.fate {
      case .decided(let outcome): return outcome
      case .running(let number, let expectation, let instantiation):
        guard let event = log.events[number] else {
          return .failed(
            expected: expectation.description, actual: ending ?? "the program did not report it")
        }
        if let instantiation, log.events[instantiation] != .returned([ScriptLog.instantiated]) {
          return .failed(
            expected: expectation.description, actual: "its module was not instantiated")
        }
        return expectation.outcome(of: event)
      }
    }
  }
}
