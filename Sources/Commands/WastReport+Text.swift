// A report of scripts for people: a line for each, the failures below it, and the total.

import Driver

extension WastReport.Script {
  /// How many failures are shown unless all are asked for.
  private static let failureLimit = 20

  /// The lines about this script.
  func text(width: Int, verbose: Bool) -> String {
    var text = printable(file)
    text += String(repeating: " ", count: max(width - text.count, 0))
    text += "  " + WastReport.counts(passed, failed, skipped)
    if !skips.isEmpty {
      text +=
        " (\(skips.map { "\($0.lines.count) \(printable($0.reason))" }.joined(separator: ", ")))"
    }
    text += "\n"
    let shown = verbose ? failures.count : Self.failureLimit
    for failure in failures.prefix(shown) {
      text += "  line \(failure.line): expected \(printable(failure.expected)), got "
      text += "\(printable(failure.actual))\n"
    }
    if failures.count > shown { text += "  and \(failures.count - shown) more\n" }
    guard verbose else { return text }
    for skip in skips {
      let lines = skip.lines.map { "\($0)" }.joined(separator: " ")
      text += "  skipped for \(printable(skip.reason)): lines \(lines)\n"
    }
    return text
  }
}

extension WastReport {
  /// The last line.
  var totalText: String {
    let tenths = Int((total.seconds * 10).rounded())
    var text = "\(total.scripts) scripts, \(total.commands) commands: "
    text += Self.counts(total.passed, total.failed, total.skipped)
    if !total.skipReasons.isEmpty {
      let reasons = total.skipReasons.sorted { $0.key < $1.key }
      text += " (\(reasons.map { "\($0.value) \(printable($0.key))" }.joined(separator: ", ")))"
    }
    return text + ", \(tenths / 10).\(tenths % 10) s\n"
  }

  static func counts(_ passed: Int, _ failed: Int, _ skipped: Int) -> String {
    var parts = ["\(passed) passed"]
    if failed > 0 { parts.append("\(failed) failed") }
    if skipped > 0 { parts.append("\(skipped) skipped") }
    return parts.joined(separator: ", ")
  }
}
