// The road of a script of the official test suite: planned here, compiled to an
// executable as users' modules are, and run.
//
// Knows nothing of how outcomes are shown.

internal import Glibc
public import Program
internal import Synchronization
internal import SystemPackage
internal import Wasm

/// A script to run.
public struct ScriptJob: Sendable {
  public var file: MappedFile
  public var options: CompileOptions
  public var target: Target
  /// How long its executable may run, and how long it may be compiled.
  public var limit: Duration

  public init(
    file: MappedFile, options: CompileOptions, target: Target = .x86_64LinuxMusl, limit: Duration
  ) {
    self.file = file
    self.options = options
    self.target = target
    self.limit = limit
  }
}

/// What became of a script.
public struct ScriptResult: Sendable {
  /// For each command, the line that it begins in and how it ended.
  public var commands: [(line: Int, outcome: ScriptOutcome)]

  public init(commands: [(line: Int, outcome: ScriptOutcome)]) { self.commands = commands }
}

/// Runs scripts.
public struct ScriptRunner: Sendable {
  public var pipeline: Pipeline

  public init(pipeline: Pipeline) { self.pipeline = pipeline }

  /// Runs a script. What cannot be compiled or run is a failure of its commands.
  public func run(_ job: ScriptJob) async -> ScriptResult {
    let observer = pipeline.observer
    let start = ContinuousClock.now
    let script = WastScript.parse(job.file.bytes)
    let plan = ScriptPlan(script, features: job.options.features, judgesModules: true)
    observer.ended("parse, validate, judge", ContinuousClock.now - start)
    let lines = LineBuffer()
    var ending: String?
    if plan.program != nil {
      do throws(Failure) {
        ending = try await execute(job) { lines.append($0) }
      } catch {
        ending = error.message
      }
    }
    let log = ScriptLog(lines.bytes)
    let outcomes = plan.outcomes(log, ending: ending)
    return ScriptResult(
      commands: zip(plan.commands, outcomes).map { (line: $0.line, outcome: $1) })
  }

  /// Compiles and runs the program of a script; returns why it stopped early, if it did.
  private func execute(
    _ job: ScriptJob, onLine: @escaping @Sendable (String) -> Void
  ) async throws(Failure) -> String? {
    let toolchain = pipeline.toolchain
    let codegen = Codegen(executable: try toolchain.codegen())
    let linker = Linker(
      linker: try toolchain.linker(), runtime: try toolchain.runtime(for: job.target))
    let scratch = try ScratchFolder()
    let code = scratch.file("module.o")
    let program = scratch.file("program")
    let log = scratch.file("log")
    let request = CodegenRequest(
      modules: [
        CodegenRequest.Input(
          name: "", path: try pipeline.path(of: job.file, in: scratch),
          displayName: job.file.name)
      ],
      options: job.options, emission: .object, allowUnresolved: false, invoke: nil,
      output: code.string, isScript: true)
    try await codegen.run(request, in: scratch, observer: pipeline.observer, limit: job.limit)
    var start = ContinuousClock.now
    try await linker.link(
      object: code, output: program, keepSymbols: false, isScript: true, log: log)
    pipeline.observer.ended("link executable", ContinuousClock.now - start)
    start = .now
    let outcome = try await runTool(program, [], log: log, limit: job.limit, onLine: onLine)
    pipeline.observer.ended("run", ContinuousClock.now - start)
    switch outcome {
    case .exited(0): return nil
    case .exited(let status):
      return "the program ended with status \(status)" + reason(in: log)
    case .signalled(let signal):
      return "the program was ended by signal \(signal)" + reason(in: log)
    case .timedOut: return "the program did not end in time"
    }
  }

  private func reason(in log: FilePath) -> String { firstLine(of: log).map { ": \($0)" } ?? "" }
}

/// Lines as they come, from any thread.
private final class LineBuffer: Sendable {
  private let storage = Mutex<[UInt8]>([])

  var bytes: [UInt8] { storage.withLock { $0 } }

  func append(_ line: String) {
    storage.withLock { bytes in
      bytes.append(contentsOf: line.utf8)
      bytes.append(UInt8(ascii: "\n"))
    }
  }
}
