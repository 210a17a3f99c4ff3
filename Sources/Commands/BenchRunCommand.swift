// `apus bench run`, or `apus bench` alone: measures.

import ArgumentParser
import Benchmarking
import Driver
import Wasm

struct BenchRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure programs on engines.",
    discussion: """
      Programs are those of a suite, or modules that are named. Engines run in turns, in random \
      order, on one processor; what they print must be the same. Ctrl-C ends it, and keeps what \
      was measured. With -o, results are written after each program, so that nothing is lost if \
      the process is killed; --continue measures what is missing. The status is 1 if an engine \
      failed a program.

      EXAMPLES:
        apus bench app.wasm
        apus bench app.wasm --engine apus,node --runs 20
        apus bench --suite benchmarks/core.toml --baseline native -o results.json
        apus bench --suite benchmarks/core.toml -o results.json --continue
        apus bench --list

      \(ExitStatus.help)
      """)

  @Option(help: ArgumentHelp("The suite, a TOML file.", valueName: "file"))
  var suite: String?

  @Option(
    help: ArgumentHelp(
      "Engines by name, or files that describe one, with commas between. Default: all that are "
        + "installed but for variants.", valueName: "names"))
  var engine: [String] = []

  @Option(help: ArgumentHelp("The folder with descriptions of engines.", valueName: "folder"))
  var engines: String?

  @Option(
    help: ArgumentHelp("The engine that ratios refer to. Default: the first.", valueName: "name"))
  var baseline: String?

  @Option(help: "How often each engine runs each program.")
  var runs = 10

  @Option(help: "How many runs come before that and are not counted.")
  var warmups = 1

  @Option(help: "The seed of the order of runs. Default: a random one, which is printed.")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("How long a run or a compile may take, such as 60s.", valueName: "time"),
    transform: { text in
      guard let span = TimeSpan(text) else { throw ValidationError("a time is such as 60s") }
      return Double(span.nanoseconds) / 1e9
    })
  var timeout = 60.0

  @Flag(inversion: .prefixedNo, help: "Keep programs on one processor.")
  var pin = true

  @Option(help: ArgumentHelp("A folder that keeps modules and artefacts.", valueName: "folder"))
  var keep: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file for results, with every sample, as JSON.", valueName: "file"))
  var output: String?

  @Flag(
    name: .customLong("continue"),
    help: "Measure only the programs that the file of -o lacks, if a run was interrupted.")
  var isContinued = false

  @Flag(help: "Print the results as JSON instead of tables.")
  var json = false

  @Flag(help: "List the engines and whether they are installed.")
  var list = false

  @Argument(help: ArgumentHelp("Modules to measure.", valueName: "modules"))
  var modules: [String] = []

  func validate() throws {
    guard (1...1000).contains(runs) else { throw ValidationError("--runs is from 1 to 1000") }
    guard (1...100).contains(warmups) else { throw ValidationError("--warmups is from 1 to 100") }
    if list { return }
    if isContinued, output == nil {
      throw ValidationError("--continue needs the file to continue: -o")
    }
    guard (suite != nil) != !modules.isEmpty else {
      throw ValidationError("name either a suite with --suite, or modules")
    }
  }

  func run() throws {
    let executable = try Self.executable()
    if list {
      let known = try withFailures { () throws(BenchmarkError) in
        try chooseEngines(executable: executable, withNative: true)
      }
      return try StandardOutput.write(Engine.list(known, apus: executable).utf8)
    }
    let chosenSuite = try withFailures { () throws(BenchmarkError) -> Suite in
      if let suite { return try Suite(path: suite) }
      return try Suite(modules: modules)
    }
    let chosen = try withFailures { () throws(BenchmarkError) in
      try chooseEngines(executable: executable, withNative: chosenSuite.hasSources)
    }
    // Before anything is measured for nothing.
    let file = try output.map { try OutputFile($0) }
    var options = Runner.Options(
      apus: executable, seed: seed ?? UInt64.random(in: 0...UInt64(UInt32.max)))
    options.runs = runs
    options.warmups = warmups
    options.timeout = timeout
    options.isPinned = pin
    options.baseline = baseline
    options.keep = keep
    if isContinued, let output { options.previous = try benchmarkResults(MappedFile(output)) }

    let progress = BenchProgress()
    progress.note("seed \(options.seed)")
    InterruptRequest.install()
    var unwritten: Failure?
    let results = try withFailures { () throws(BenchmarkError) in
      var runner = try Runner(suite: chosenSuite, engines: chosen, options: options) { event in
        progress.show(event)
        guard case .progress(let results) = event, let file else { return }
        let failure = Self.write(results, to: file)
        if let failure, unwritten == nil {
          progress.note("warning: \(failure.message); measuring goes on, and it is tried again")
        }
        unwritten = failure
      }
      return try runner.run()
    }
    progress.end()
    // What was measured is shown even if it cannot be written.
    let data = try withFailures { () throws(BenchmarkError) in Array(try results.json()) }
    let failure = file.flatMap { Self.write(results, to: $0) }
    try StandardOutput.write(json ? data : Array(Summary(results).text.utf8))
    if let failure { throw failure }
    let problems = results.rows.compactMap(\.problem?.kind)
    if problems.contains(where: { $0 != .unsupported }) || !results.isComplete {
      throw ExitCode(ExitStatus.failure.rawValue)
    }
  }

  /// Writes `results`; what was there stays if that fails.
  private static func write(_ results: BenchmarkResults, to file: OutputFile) -> Failure? {
    do throws(BenchmarkError) {
      let data = ModuleBytes(copying: Array(try results.json()))
      do throws(Failure) { try file.replace(with: data, executable: false) } catch { return error }
    } catch { return Failure(error.message) }
    return nil
  }

  /// The engines that are named, or those that take part by default.
  ///
  /// - Parameter withNative: whether there is anything for those that compile sources.
  private func chooseEngines(
    executable: String, withNative: Bool
  ) throws(BenchmarkError) -> [Engine] {
    let names = engine.flatMap { $0.split(separator: ",").map(String.init) }
    let areFiles = !names.isEmpty && names.allSatisfy { $0.hasSuffix(".toml") }
    guard let folder = engines ?? Engine.folder(near: executable) ?? (areFiles ? "" : nil) else {
      throw BenchmarkError("there is no folder with engines near \(executable); name it: --engines")
    }
    let known = areFiles ? [] : try Engine.all(in: folder)
    if names.isEmpty {
      return list
        ? known
        : known.filter {
          $0.isDefault && (withNative || $0.kind != .native) && $0.isInstalled(apus: executable)
        }
    }
    var chosen: [Engine] = []
    for name in names {
      if name.hasSuffix(".toml") {
        chosen.append(try Engine(path: name))
      } else if let engine = known.first(where: { $0.name == name }) {
        chosen.append(engine)
      } else {
        throw BenchmarkError(
          "there is no engine '\(name)'; known are \(known.map(\.name).joined(separator: ", "))")
      }
    }
    return chosen
  }

  /// The file of this process.
  private static func executable() throws -> String {
    guard let path = Engine.ownExecutable else { throw Failure("cannot read /proc/self/exe") }
    return path
  }
}
