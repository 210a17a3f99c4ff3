// The order of a benchmark: which engines are there, modules built, programs compiled,
// warmed up, compared and measured in turns.
//
// One thing at a time: whatever ran beside a measured process would be measured too. No
// engine's failure keeps another from its samples.

internal import CLinux
internal import FoundationEssentials
internal import Glibc

/// Measures a suite.
public struct Runner {
  /// What to do, and how often.
  public struct Options: Hashable, Sendable {
    public var runs = 10
    public var warmups = 1
    public var seed: UInt64
    /// Seconds that a run or a compile may take.
    public var timeout = 60.0
    /// Keep programs on one processor.
    public var isPinned = true
    public var baseline: String?
    /// What an interrupted run has measured, to go on from.
    public var previous: BenchmarkResults?
    /// Where artefacts stay; nowhere if nil.
    public var keep: String?
    /// The `apus` that engines mean by `{apus}`.
    public var apus: String

    public init(apus: String, seed: UInt64) {
      self.apus = apus
      self.seed = seed
    }
  }

  /// Something to tell the user.
  public enum Event: Sendable {
    /// How engines were found.
    case engines([BenchmarkResults.EngineRecord])
    /// `program` is about to be measured.
    case program(String, number: Int, count: Int)
    /// What is done now, and the seconds left, if that can be said.
    case step(String, left: Double?)
    /// A row is complete.
    case row(BenchmarkResults.Row, Timing)
    /// All that is known so far, to be kept: a process may end at any time.
    case progress(BenchmarkResults)
  }

  let suite: Suite
  let engines: [Engine]
  let options: Options
  let report: (Event) -> Void
  let workbench: Workbench
  private var generator: SeededGenerator
  var results: BenchmarkResults
  var estimate: TimeLeft

  /// - Parameters:
  ///   - engines: in the order in which tables show them.
  ///   - report: called with what happens, as it happens.
  public init(
    suite: Suite, engines: [Engine], options: Options, report: @escaping (Event) -> Void
  ) throws(BenchmarkError) {
    guard let first = engines.first else { throw BenchmarkError("there is no engine to run") }
    for (index, engine) in engines.enumerated()
    where engines[..<index].contains(where: { $0.name == engine.name }) {
      throw BenchmarkError("there are two engines '\(engine.name)'; one of them needs another name")
    }
    let baseline = options.baseline ?? first.name
    guard engines.contains(where: { $0.name == baseline }) else {
      throw BenchmarkError("the baseline '\(baseline)' is none of the engines")
    }
    self.suite = suite
    self.engines = engines
    self.options = options
    self.report = report
    try options.previous?.checkContinuation(
      suite: suite, engines: engines, options: options, baseline: baseline)
    workbench = try Workbench(kept: options.keep)
    generator = SeededGenerator(seed: options.seed)
    let processor = options.isPinned ? apus_last_processor() : -1
    let pinned = processor >= 0 ? Int(processor) : nil
    estimate = TimeLeft(programs: suite.programs.count, runs: options.runs)
    results = BenchmarkResults(
      created: Date.now.ISO8601Format(),
      suite: .init(
        name: suite.name, description: suite.description, programs: suite.programs.count),
      settings: .init(
        runs: options.runs, warmups: options.warmups, seed: options.seed,
        timeout: options.timeout, processor: pinned,
        memoryFloor: MeasuredProcess.memoryFloor, hasCounters: HardwareCounters.areThere),
      machine: .current(processor: pinned), baseline: baseline)
  }

  /// Measures everything, or what comes before the user's wish to end.
  public mutating func run() throws(BenchmarkError) -> BenchmarkResults {
    let present = findEngines()
    report(.engines(results.engines))
    guard !present.isEmpty || InterruptRequest.isMade else {
      let reasons = results.engines.map { "\($0.name): \($0.missing ?? "")" }
      throw BenchmarkError("no engine is installed (\(reasons.joined(separator: "; ")))")
    }
    findBuilds(for: present.map(\.0))
    try takeUp()
    if results.startup.isEmpty { measureStartup(try emptyProgram(), present) }
    keep()
    let known = Set(results.programs.map(\.name))
    for (number, program) in suite.programs.enumerated()
    where !known.contains(program.name) && !InterruptRequest.isMade {
      report(.program(program.name, number: number + 1, count: suite.programs.count))
      try measure(program, present)
      keep()
    }
    results.isComplete = !InterruptRequest.isMade
    update()
    return results
  }

  /// Tells what there is, so that it outlives this process.
  private mutating func keep() {
    update()
    report(.progress(results))
  }

  private mutating func update() {
    results.machine.end = .now(processor: results.settings.processor)
    results.settings.memoryFloor = MeasuredProcess.memoryFloor
  }

  // MARK: Engines

  /// Engines that are there, with their tools.
  private mutating func findEngines() -> [(Engine, Template)] {
    var present: [(Engine, Template)] = []
    for engine in engines {
      var record = BenchmarkResults.EngineRecord(
        name: engine.name, about: engine.about, compile: engine.compile, run: engine.run)
      switch engine.locate(apus: options.apus) {
      case .missing(let reason): record.missing = reason
      case .found(let tools):
        record.path = tools.texts["engine"]
        record.missing = findVersion(engine, tools, &record)
        if record.missing == nil { present.append((engine, tools)) }
      }
      results.engines.append(record)
    }
    return present
  }

  /// Asks for the version.
  ///
  /// - Returns: why the engine cannot be used.
  private func findVersion(
    _ engine: Engine, _ tools: Template, _ record: inout BenchmarkResults.EngineRecord
  ) -> String? {
    guard !engine.version.isEmpty else { return nil }
    let log = "\(workbench.folder("version", engine.name))/version"
    let (end, _) = MeasuredProcess(
      arguments: tools.fill(engine.version), folder: workbench.path, output: log,
      errors: "\(log).errors", limit: min(options.timeout, 20)
    ).run()
    if end == .interrupted { return nil }
    if case .notStarted(let reason) = end { return reason }
    guard end == .exited(0) else {
      return Workbench.lastLine("\(log).errors") ?? "its version command fails"
    }
    record.version = Workbench.firstLine(log)
    return nil
  }

  /// Says how modules are built, and by which compiler.
  private mutating func findBuilds(for engines: [Engine]) {
    guard suite.hasSources else { return }
    var builds: [BenchmarkResults.BuildRecord] = []
    for variant in Suite.Variant.allCases
    where engines.contains(where: { $0.kind == .wasm && $0.variant == variant }) {
      let command = suite.build[variant] ?? []
      let log = "\(workbench.folder("version", variant.rawValue))/version"
      let (end, _) = MeasuredProcess(
        arguments: [command.first ?? "", "--version"], folder: workbench.path, output: log,
        limit: min(options.timeout, 20)
      ).run()
      let version = end == .exited(0) ? Workbench.firstLine(log) : nil
      builds.append(.init(variant: variant, command: command, version: version))
    }
    results.builds = builds
  }

  // MARK: One program

  private mutating func measure(
    _ program: Suite.Program, _ present: [(Engine, Template)]
  ) throws(BenchmarkError) {
    var record = BenchmarkResults.ProgramRecord(
      name: program.name, about: program.about, timed: program.timed)
    let modules = buildModules(of: program, for: present.map(\.0))
    if case .success(let path)? = modules[.wasm] ?? modules[.simd] {
      record.moduleSize = Workbench.size(path)
    }
    results.programs.append(record)
    func contents(_ path: String) throws(BenchmarkError) -> [UInt8] {
      guard let bytes = Workbench.contents(path) else {
        throw BenchmarkError("cannot be read", file: path)
      }
      return bytes
    }
    let expected = try program.expected.map(contents)
    let errors = try program.expectedErrors.map(contents)

    var contestants: [Contestant] = []
    for (engine, tools) in present {
      contestants.append(contestant(engine, tools, program, modules))
    }
    compile(&contestants)
    warmUp(&contestants, expected, errors)
    take(options.runs, &contestants)
    estimate.programEnded()
    for contestant in contestants {
      results.rows.append(contestant.row)
      report(.row(contestant.row, program.timed))
    }
  }

  private func contestant(
    _ engine: Engine, _ tools: Template, _ program: Suite.Program,
    _ modules: [Suite.Variant: Result<String, BenchmarkError>]
  ) -> Contestant {
    var contestant = Contestant(
      engine: engine, program: program, tools: tools,
      folder: workbench.folder(program.name, engine.name), module: nil)
    switch (engine.kind, program.code) {
    case (.native, .module):
      contestant.fail(.unsupported, "native code needs sources, and there is a module only")
    case (.native, .sources): break
    case (.wasm, _):
      switch modules[engine.variant] {
      case .success(let path): contestant.module = path
      case .failure(let error): contestant.fail(.notBuilt, error.message)
      case nil: break
      }
    }
    if program.timed == .marks, !engine.hasMarks {
      contestant.fail(.unsupported, "the engine does not tell the time between marks")
    }
    return contestant
  }

  /// The modules that `engines` need, each built once.
  private func buildModules(
    of program: Suite.Program, for engines: [Engine]
  ) -> [Suite.Variant: Result<String, BenchmarkError>] {
    var modules: [Suite.Variant: Result<String, BenchmarkError>] = [:]
    for variant in Suite.Variant.allCases
    where engines.contains(where: { $0.kind == .wasm && $0.variant == variant }) {
      switch program.code {
      case .module(let path): modules[variant] = .success(path)
      case .sources(let sources, let flags, _, let wasmFlags):
        report(.step("\(program.name): building \(variant.rawValue)", left: nil))
        let folder = workbench.folder(program.name)
        let output = "\(folder)/\(variant.rawValue).wasm"
        let template = Template(
          texts: ["output": output, "folder": program.folder],
          lists: ["sources": sources, "flags": flags + wasmFlags])
        let log = "\(folder)/\(variant.rawValue).log"
        let (end, _) = MeasuredProcess(
          arguments: template.fill(suite.build[variant] ?? []), folder: program.folder,
          output: log, errors: log, limit: options.timeout
        ).run()
        if case .exited(0) = end {
          modules[variant] = .success(output)
        } else if case .interrupted = end {
          return modules
        } else if case .timedOut = end {
          modules[variant] = .failure(
            BenchmarkError("building took more than \(seconds(options.timeout))"))
        } else if case .notStarted(let reason) = end {
          modules[variant] = .failure(BenchmarkError(reason))
        } else {
          let reason = Workbench.lastLine(log) ?? "the compiler failed"
          modules[variant] = .failure(BenchmarkError(reason))
        }
      }
    }
    return modules
  }

  /// Compiles with each engine in turns: until a second is spent on it, at most as often as
  /// it will run.
  private mutating func compile(_ contestants: inout [Contestant]) {
    for round in 0..<max(options.runs, 1) {
      for index in contestants.indices.shuffled(using: &generator) {
        if InterruptRequest.isMade { return }
        let contestant = contestants[index]
        let spent = contestant.row.compiles.reduce(0) { $0 + $1.wall }
        guard contestant.isSound, !contestant.engine.compile.isEmpty, round == 0 || spent < 1
        else { continue }
        report(
          .step("\(contestant.program.name): compiling, \(contestant.engine.name)", left: nil))
        contestants[index].compile(limit: options.timeout)
      }
    }
  }

  /// Runs each once or more without counting it, and compares what was printed.
  mutating func warmUp(
    _ contestants: inout [Contestant], _ expected: [UInt8]?, _ errors: [UInt8]? = nil
  ) {
    let processor = Pinning(results.settings.processor)
    defer { processor.release() }
    // Once at least: nobody's first output is believed.
    for _ in 0..<max(options.warmups, 1) {
      for index in contestants.indices.shuffled(using: &generator) where contestants[index].isSound
      {
        if InterruptRequest.isMade { return }
        let name = contestants[index].program.name
        report(.step("\(name): warming up, \(contestants[index].engine.name)", left: estimate.left))
        guard let (sample, printed) = contestants[index].run(limit: options.timeout, isWarmUp: true)
        else { continue }
        contestants[index].row.peakMemory = sample.peakMemory
        contestants[index].printed = printed
        if let errors,
          let difference = OutputCheck(expected: errors).difference(
            from: contestants[index].complaints, stream: " of standard error")
        {
          contestants[index].fail(.wrongOutput, difference)
          continue
        }
        estimate.warmed(name, contestants[index].engine.name, sample.wall)
      }
    }
    let reference = OutputCheck.reference(
      expected: expected,
      outputs: contestants.compactMap { contestant in
        contestant.printed.map { (contestant.engine.name, $0) }
      }, baseline: results.baseline)
    guard let reference else { return }
    for index in contestants.indices where contestants[index].isSound {
      guard let printed = contestants[index].printed else { continue }
      if let difference = reference.difference(from: printed) {
        contestants[index].fail(.wrongOutput, difference)
        estimate.dropped(contestants[index].engine.name)
      }
    }
  }

  /// Takes `count` samples of each, round by round, each round in a new order.
  mutating func take(_ count: Int, _ contestants: inout [Contestant]) {
    let processor = Pinning(results.settings.processor)
    defer { processor.release() }
    for round in 0..<count {
      for index in contestants.indices.shuffled(using: &generator) where contestants[index].isSound
      {
        if InterruptRequest.isMade { return }
        let (name, engine) = (contestants[index].program.name, contestants[index].engine.name)
        report(.step("\(name): run \(round + 1) of \(count), \(engine)", left: estimate.left))
        guard let (sample, printed) = contestants[index].run(limit: options.timeout) else {
          continue
        }
        guard printed == contestants[index].printed else {
          contestants[index].fail(
            .wrongOutput, "run \(round + 1) printed something else than the run before")
          continue
        }
        contestants[index].row.runs.append(sample)
        estimate.ran(engine)
      }
    }
  }
}
