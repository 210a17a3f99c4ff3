// One engine with one program: how it is compiled and run, and what has come of it.
//
// The order of things, and the comparison of outputs, are the runner's.

internal import CLinux
internal import Glibc

/// An engine that is there, with a program it may run.
struct Contestant {
  let engine: Engine
  let program: Suite.Program
  /// Where the engine's tools are.
  let tools: Template
  /// The folder for its artefact and its outputs.
  let folder: String
  var row: BenchmarkResults.Row
  /// The module it gets; nil for native code.
  var module: String?
  /// What the run that warms up printed.
  var printed: [UInt8]?

  init(
    engine: Engine, program: Suite.Program, tools: Template, folder: String, module: String?
  ) {
    self.engine = engine
    self.program = program
    self.tools = tools
    self.folder = folder
    self.module = module
    row = BenchmarkResults.Row(program: program.name, engine: engine.name)
    Workbench.makeEmptyFolder(scratch)
  }

  /// Whether it still takes part.
  var isSound: Bool { row.problem == nil }

  mutating func fail(_ kind: BenchmarkResults.Problem.Kind, _ message: String) {
    guard row.problem == nil else { return }
    let space = kind == .unsupported ? nil : Workbench.complaint(ofSpaceIn: folder)
    row.problem = .init(
      kind: kind, message: ([message] + [space].compactMap(\.self)).joined(separator: "; "))
  }

  private var output: String { "\(folder)/artefact" }
  private var printedFile: String { "\(folder)/output" }
  private var log: String { "\(folder)/log" }
  private var marks: String { "\(folder)/marks" }
  private var scratch: String { "\(folder)/scratch" }

  private var template: Template {
    var template = tools
    template.texts["output"] = output
    template.texts["scratch"] = scratch
    if let module { template.texts["module"] = module }
    template.lists["arguments"] = program.arguments
    if case .sources(let sources, let flags, let native, _) = program.code {
      template.lists["sources"] = sources
      template.lists["flags"] = flags + native
    }
    template.lists["directories"] = program.directories.flatMap { directory in
      Template(texts: ["host": directory.host, "guest": directory.guest]).fill(engine.directory)
    }
    return template
  }

  /// Compiles once. A failure becomes the row's problem.
  mutating func compile(limit: Double) {
    var sum = BenchmarkResults.Sample(wall: 0, user: 0, system: 0, peakMemory: 0)
    // Nothing of an earlier compile may save this one work, such as a cache.
    unlink(output)
    Workbench.makeEmptyFolder(scratch)
    for step in engine.compile {
      let (end, sample) = MeasuredProcess(
        arguments: template.fill(step), folder: folder, output: log, errors: log, limit: limit
      ).run()
      sum.wall += sample.wall
      sum.user += sample.user
      sum.system += sample.system
      sum.peakMemory = max(sum.peakMemory, sample.peakMemory)
      switch end {
      case .exited(0): continue
      case .interrupted: return
      case .timedOut: return fail(.timedOut, "compiling took more than \(seconds(limit))")
      case .notStarted(let reason): return fail(.notStarted, reason)
      case .exited(let status):
        return fail(
          .notCompiled, Workbench.lastLine(log) ?? "the compiler ended with status \(status)")
      case .signalled(let signal):
        return fail(.notCompiled, "the compiler was ended by \(signalName(signal))")
      }
    }
    row.compiles.append(sum)
    row.artefactSize = Workbench.size(template.fill(engine.artefact))
  }

  /// Runs once. A failure becomes the row's problem.
  ///
  /// - Parameter isWarmUp: its time does not count, so its memory may be looked at.
  /// - Returns: nil if it failed, or the user wants no more.
  mutating func run(
    limit: Double, isWarmUp: Bool = false
  ) -> (sample: BenchmarkResults.Sample, printed: [UInt8])? {
    let isMarked = program.timed == .marks
    // Nothing of an earlier run may be taken for this one's.
    if isMarked { unlink(marks) }
    var (end, sample) = MeasuredProcess(
      arguments: template.fill(engine.run), folder: program.folder,
      input: program.input ?? "/dev/null", output: printedFile, errors: log,
      marks: isMarked ? marks : nil, limit: limit, counts: !isWarmUp,
      watchesMemory: isWarmUp
    ).run()
    switch end {
    case .exited(0): break
    case .interrupted: return nil
    case .timedOut:
      fail(.timedOut, "it ran for more than \(seconds(limit))")
      return nil
    case .notStarted(let reason):
      fail(.notStarted, reason)
      return nil
    case .exited(let status):
      let line = Workbench.lastLine(log).map { ": \($0)" } ?? ""
      fail(.failed, "it ended with status \(status)\(line)")
      return nil
    case .signalled(let signal):
      fail(.crashed, "it was ended by \(signalName(signal))")
      return nil
    }
    if isMarked {
      guard let line = Workbench.firstLine(marks), let word = line.split(separator: " ").first,
        let nanoseconds = UInt64(word)
      else {
        fail(.noMarks, "it reported no time between bench.start and bench.end")
        return nil
      }
      sample.marked = Double(nanoseconds) / 1e9
    }
    return (sample, Workbench.contents(printedFile) ?? [])
  }

  /// What the last run printed to standard error.
  var complaints: [UInt8] { Workbench.contents(log) ?? [] }
}

/// `SIGSEGV`, or the number.
private func signalName(_ signal: Int32) -> String {
  sigabbrev_np(signal).map { "SIG\(String(cString: $0))" } ?? "signal \(signal)"
}
