import Foundation
import TestSupport
import Testing

/// The official test suite, all of it, through the executables that users get.
@Suite(
  .serialized,
  .enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
struct ConformanceTests {
  /// What the compiler does not do yet; commands that need it are skipped, no others.
  private static let allowedReasons: Set<String> = [
    "exceptions", "garbage-collected objects", "the proposal custom-descriptors",
  ]

  @Test(arguments: [[], ["-O0"], ["--strict"]])
  func everyCommandPassesOrIsSkippedForWhatIsNotCompiled(options: [String]) throws {
    let suite = SharedFiles.root.appendingPathComponent("spec-testsuite").path
    let result = try ApusCommand.run(["wast", suite, "--json"] + options)
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    for script in report.scripts {
      for failure in script.failures.prefix(5) {
        Issue.record(
          "\(script.file):\(failure.line): expected \(failure.expected), got \(failure.actual)")
      }
      for skip in script.skips where !Self.allowedReasons.contains(skip.reason) {
        Issue.record("\(script.file):\(skip.lines[0]): skipped, \(skip.reason)")
      }
      #expect(script.commands == script.passed + script.failed + script.skipped)
    }
    #expect(result.status == (report.total.failed == 0 ? 0 : 1))
    let top = report.scripts.filter {
      URL(fileURLWithPath: $0.file).deletingLastPathComponent().path == suite
    }
    #expect(top.count >= 257)
    #expect(top.reduce(0) { $0 + $1.commands } >= 65_186)
    print(
      "conformance \(options): \(report.total.passed) of \(report.total.commands) commands passed, "
        + "\(report.total.skipped) skipped, \(Int(report.total.seconds)) s")
  }

  private struct Report: Decodable {
    struct Script: Decodable {
      struct Failure: Decodable {
        var line: Int
        var expected: String
        var actual: String
      }
      struct Skip: Decodable {
        var reason: String
        var lines: [Int]
      }
      var file: String
      var commands: Int
      var passed: Int
      var failed: Int
      var skipped: Int
      var failures: [Failure]
      var skips: [Skip]
    }
    struct Total: Decodable {
      var commands: Int
      var passed: Int
      var failed: Int
      var skipped: Int
      var seconds: Double
    }
    var scripts: [Script]
    var total: Total
  }
}
