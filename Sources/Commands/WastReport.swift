// What `apus wast` shows, as data.
//
// The names of the properties are the keys of `--json`, which scripts rely on: add, do
// not rename.

import Program

/// The outcome of a run of scripts.
struct WastReport: Encodable {
  struct FailedCommand: Encodable {
    var line: Int
    var expected: String
    var actual: String
  }

  struct SkippedCommands: Encodable {
    var reason: String
    var lines: [Int]
  }

  struct Script: Encodable {
    var file: String
    /// Every command is one of the three.
    var commands: Int
    var passed: Int
    var failed: Int
    var skipped: Int
    var failures: [FailedCommand]
    var skips: [SkippedCommands]

    init(file: String, _ commands: [(line: Int, outcome: ScriptOutcome)]) {
      self.file = file
      self.commands = commands.count
      failures = []
      skips = []
      for (line, outcome) in commands {
        switch outcome {
        case .passed: break
        case .failed(let expected, let actual):
          failures.append(FailedCommand(line: line, expected: expected, actual: actual))
        case .skipped(let reason):
          if let index = skips.firstIndex(where: { $0.reason == reason }) {
            skips[index].lines.append(line)
          } else {
            skips.append(SkippedCommands(reason: reason, lines: [line]))
          }
        }
      }
      failed = failures.count
      skipped = skips.reduce(0) { $0 + $1.lines.count }
      passed = commands.count - failed - skipped
    }
  }

  struct Total: Encodable {
    var scripts = 0
    var commands = 0
    var passed = 0
    var failed = 0
    var skipped = 0
    /// Number of commands by reason.
    var skipReasons: [String: Int] = [:]
    var seconds = 0.0
  }

  var scripts: [Script] = []
  var total = Total()

  /// Adds the outcome of a script.
  mutating func append(_ script: Script) {
    scripts.append(script)
    total.scripts += 1
    total.commands += script.commands
    total.passed += script.passed
    total.failed += script.failed
    total.skipped += script.skipped
    for skip in script.skips { total.skipReasons[skip.reason, default: 0] += skip.lines.count }
  }
}
