// The line that tells a person at a terminal what a long compile is doing.

import Driver
import Glibc
import Synchronization

/// Shows the current phase on standard error once a compile takes longer than a
/// second, and erases it at the end. Silent where standard error is not a terminal.
final class ProgressLine: Sendable {
  private struct State {
    var phase = "decoding and validating"
    var isShown = false
    var isOver = false
  }

  private let state = Mutex(State())
  private let enabled: Bool

  init(enabled: Bool) {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    self.enabled = enabled && isatty(2) == 1 && terminal != "dumb"
    guard self.enabled else { return }
    Task.detached {
      try? await Task.sleep(for: .seconds(1))
      while self.show() { try? await Task.sleep(for: .milliseconds(250)) }
    }
  }

  /// Follows the phases.
  var observer: CompileObserver {
    guard enabled else { return .none }
    return CompileObserver { ended, _ in
      self.state.withLock { $0.phase = Self.phase(after: ended) }
    }
  }

  /// Erases the line for good.
  func stop() {
    state.withLock { state in
      if state.isShown { Diagnostics.write("\r\u{1b}[K") }
      state.isShown = false
      state.isOver = true
    }
  }

  /// Writes the line, unless it is over.
  private func show() -> Bool {
    state.withLock { state in
      if state.isOver { return false }
      Diagnostics.write("\r\u{1b}[Kapus: \(state.phase) …")
      state.isShown = true
      return true
    }
  }

  private static func phase(after ended: String) -> String {
    switch ended {
    case "decode and validate", "link modules": "generating code"
    case "lower": "optimising"
    case "optimize": "emitting machine code"
    case "emit", "write code": "linking"
    default: "working"
    }
  }
}
