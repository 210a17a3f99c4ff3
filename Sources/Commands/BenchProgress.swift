// What `apus bench` says while it measures: a bar with the time left on a terminal, plain
// lines elsewhere. All of it on standard error.

import Benchmarking
import CLinux
import Driver
import Glibc

/// Shows events of a run.
final class BenchProgress {
  private let isTerminal: Bool
  private let start = ContinuousClock.now
  private var place = ""

  init() {
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    isTerminal = isatty(2) == 1 && terminal != "dumb"
  }

  /// Writes a line that stays.
  func note(_ text: String) {
    Diagnostics.write("\(isTerminal ? "\r\u{1b}[K" : "")apus: \(printable(text))\n")
  }

  func show(_ event: Runner.Event) {
    switch event {
    case .engines(let engines):
      for engine in engines {
        if let missing = engine.missing {
          note("\(engine.name): not installed: \(missing)")
        } else {
          note("\(engine.name): \(engine.version ?? engine.path ?? "")")
        }
      }
    case .program(let name, let number, let count):
      place = "\(number)/\(count) "
      if !isTerminal { note("\(place)\(name)") }
    case .step(let text, let left):
      if isTerminal {
        Diagnostics.write("\r\u{1b}[K\(fitting("\(bar(left: left))\(place)\(text)"))")
      }
    case .row(let row, let timing):
      note("\(row.program), \(row.engine): \(row.words(timing))")
    case .progress: break
    }
  }

  /// What of `text` fits on a line: what wraps cannot be erased.
  private func fitting(_ text: String) -> String {
    let width = Int(apus_terminal_width(2))
    return width > 1 ? String(text.prefix(width - 1)) : text
  }

  /// Erases the bar.
  func end() { if isTerminal { Diagnostics.write("\r\u{1b}[K") } }

  /// How far it has come, and how long it will take.
  private func bar(left: Double?) -> String {
    guard let left else { return "" }
    let spent = (ContinuousClock.now - start) / .seconds(1)
    let width = Int(apus_terminal_width(2))
    let length = width > 0 ? min(20, width / 5) : 20
    let filled = min(Int(Double(length) * spent / (spent + left)), length)
    let whole = Int(left.rounded())
    let time = whole >= 90 ? "\((whole + 30) / 60) min" : "\(whole) s"
    return "[\(String(repeating: "#", count: filled))"
      + "\(String(repeating: "-", count: length - filled))] \(time) left  "
  }
}
