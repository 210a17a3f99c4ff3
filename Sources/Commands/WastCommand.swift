// `apus wast`: runs scripts of the official test suite through the code path of users'
// modules.

import ArgumentParser
import Driver
import Foundation
import Program
import Synchronization
import Wasm

struct WastCommand: StagedCommand {
  static let configuration = CommandConfiguration(
    commandName: "wast",
    abstract: "Run scripts of the official test suite.",
    discussion: """
      Each script is compiled to one executable, with its modules linked statically, and run. A \
      command of a script passes, fails, or is skipped for a reason that is named. The status is \
      0 if nothing failed.

      Scripts below a folder proposals/NAME may use that feature, those in a folder legacy the \
      old instructions for exceptions.

      EXAMPLES:
        apus wast i32.wast
        apus wast --strict --jobs 4 testsuite/
        apus wast --json testsuite/ > report.json
      """)

  @Option(
    name: .customShort("O", allowingJoined: true),
    help: ArgumentHelp("Optimisation: 0, 1, 2, 3, or s for size.", valueName: "level"),
    transform: optimizationLevel)
  var optimization = OptimizationLevel.O2

  @Flag(help: "Keep every access of linear memory in its place, even one whose value is not used.")
  var strict = false

  @Flag(help: "Give relaxed vector instructions the results that are the same on every processor.")
  var deterministic = false

  @Option(
    help: ArgumentHelp(
      "How accesses beyond a memory are found: guard-pages, or explicit.", valueName: "how"))
  var boundsChecks = BoundsChecks.guardPages

  @Option(
    help: ArgumentHelp(
      "The processor to compile for, as for apus compile.", valueName: "cpu"))
  var targetCpu = CompileOptions().cpu

  @OptionGroup(title: "Features") var features: FeatureOptionGroup

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("How many scripts are run at a time. Default: one for each processor."))
  var jobs: Int?

  @Option(
    help: ArgumentHelp(
      "How long a script may be compiled, and how long it may run.", valueName: "seconds"))
  var timeout = 60

  @Flag(help: "Print JSON; its keys do not change.")
  var json = false

  @Flag(
    name: .shortAndLong,
    help: "List every failure, the lines of what is skipped, and the times of the phases.")
  var verbose = false

  @Argument(help: ArgumentHelp("Scripts, or folders of them.", valueName: "scripts"))
  var paths: [String]

  func validate() throws {
    if let jobs, !(1...128).contains(jobs) { throw ValidationError("--jobs is from 1 to 128") }
    guard timeout > 0 else { throw ValidationError("--timeout is at least 1") }
  }

  func begin() throws -> @Sendable () async throws -> Void {
    let inputs = try WastInput.find(paths, features: features.set)
    return { try await run(inputs) }
  }

  private func run(_ inputs: [WastInput]) async throws {
    let start = ContinuousClock.now
    let times = PhaseSums()
    let runner = ScriptRunner(
      pipeline: Pipeline(toolchain: try .current(), observer: times.observer))
    let progress = WastProgress(count: inputs.count, enabled: !json)
    let width = min(inputs.map(\.path.count).max() ?? 0, 60)
    var report = WastReport()
    try await withThrowingTaskGroup(of: (Int, WastReport.Script).self) { group in
      var next = 0
      func start(_ group: inout ThrowingTaskGroup<(Int, WastReport.Script), any Error>) {
        guard next < inputs.count else { return }
        let index = next
        next += 1
        group.addTask { (index, try await script(inputs[index], runner)) }
      }
      for _ in 0..<(jobs ?? ProcessInfo.processInfo.activeProcessorCount) { start(&group) }
      // Shown in order, whichever ends first.
      var done: [Int: WastReport.Script] = [:]
      while let (index, script) = try await group.next() {
        start(&group)
        done[index] = script
        progress.ended(script)
        while let script = done.removeValue(forKey: report.scripts.count) {
          report.append(script)
          if json { continue }
          progress.erase()
          try StandardOutput.write(script.text(width: width, verbose: verbose).utf8)
        }
      }
    }
    progress.erase()
    report.total.seconds = (ContinuousClock.now - start) / .seconds(1)
    try finish(report, times)
  }

  /// Runs one script.
  private func script(
    _ input: WastInput, _ runner: ScriptRunner
  ) async throws -> WastReport.Script {
    let file = try MappedFile(input.path)
    guard let features = input.features else {
      let reason = "the proposal \(input.proposal ?? "")"
      let forms = WastScript.parse(file.bytes).forms
      return WastReport.Script(
        file: input.path, forms.map { ($0.line, .skipped(reason: reason)) })
    }
    var options = CompileOptions()
    options.features = features
    options.optimization = optimization
    options.strict = strict
    options.deterministic = deterministic
    options.boundsChecks = boundsChecks
    options.cpu = targetCpu
    let job = ScriptJob(file: file, options: options, limit: .seconds(timeout))
    return WastReport.Script(file: input.path, await runner.run(job).commands)
  }

  private func finish(_ report: WastReport, _ times: PhaseSums) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      var data = try encoder.encode(report)
      data.append(UInt8(ascii: "\n"))
      try StandardOutput.write(data)
    } else {
      try StandardOutput.write(report.totalText.utf8)
      if verbose { try StandardOutput.write(times.text.utf8) }
    }
    if report.total.failed > 0 { throw ExitCode(ExitStatus.failure.rawValue) }
  }
}

/// The line that says how far a run has come. Silent where standard error is no terminal.
private final class WastProgress: Sendable {
  private struct State {
    var ended = 0
    var failed = 0
  }
  private let state = Mutex(State())
  private let count: Int
  private let enabled: Bool

  init(count: Int, enabled: Bool) {
    self.count = count
    let terminal = getenv("TERM").map { String(cString: $0) } ?? "dumb"
    self.enabled = enabled && isatty(2) == 1 && terminal != "dumb"
  }

  /// A script is over.
  func ended(_ script: WastReport.Script) {
    guard enabled else { return }
    state.withLock { state in
      state.ended += 1
      state.failed += script.failed
      let failed = state.failed > 0 ? ", \(state.failed) failed" : ""
      Diagnostics.write("\r\u{1b}[Kapus: \(state.ended) of \(count) scripts\(failed) …")
    }
  }

  /// Erases the line, until the next script is over.
  func erase() { if enabled { Diagnostics.write("\r\u{1b}[K") } }
}

/// The times of phases, added up over all scripts.
private final class PhaseSums: Sendable {
  private let phases = Mutex<[(name: String, time: Duration)]>([])

  var observer: CompileObserver {
    CompileObserver { name, time in
      self.phases.withLock { phases in
        if let index = phases.firstIndex(where: { $0.name == name }) {
          phases[index].time += time
        } else {
          phases.append((name, time))
        }
      }
    }
  }

  /// A line for each phase.
  var text: String {
    phases.withLock { $0 }.map { name, time in
      let tenths = Int((time / .milliseconds(100)).rounded())
      return "  \(name): \(tenths / 10).\(tenths % 10) s\n"
    }.joined()
  }
}
