// `apus compile`: a module to an executable.

import ArgumentParser
import Driver
import Program
import SystemPackage

struct CompileCommand: StagedCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Compile a module into a native executable.",
    discussion: """
      The executable needs nothing else to run. It may use what --dir, --env, --tcp-listen, \
      --listen-fd and --policy grant and nothing more; its arguments are all the guest's.

      EXAMPLES:
        apus compile app.wasm -o app
        apus compile app.wasm -O3 --target-cpu native --dir . --env HOME
        apus compile app.wat -o app
        apus compile main.wasm --link math=libmath.wasm -o main
        apus compile app.wasm --emit asm -o -

      \(ExitStatus.help)
      """)

  @Argument(help: ArgumentHelp("The module, or - for standard input.", valueName: "module"))
  var module: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write, or - for standard output. Default: the module's name without .wasm or "
        + ".wat, in the current folder.", valueName: "file"))
  var output: String?

  @Option(help: ArgumentHelp("What to make.", valueName: "kind"))
  var emit = OutputKind.executable

  @Option(
    help: ArgumentHelp(
      "The processor to compile for: x86-64, x86-64-v2, x86-64-v3, x86-64-v4, native, or a name "
        + "that LLVM knows.", valueName: "cpu"))
  var targetCpu = CompileOptions().cpu

  @Flag(help: "Keep the names of functions, for debuggers and profilers.")
  var keepSymbols = false

  @OptionGroup var options: CompileOptionGroup

  func begin() throws -> @Sendable () async throws -> Void { run }

  @Sendable private func run() async throws {
    let times = PhaseTimes()
    let progress = ProgressLine(enabled: !options.verbose)
    defer { progress.stop() }
    let observer = times.observing(progress.observer)

    let policy = try options.readPolicy()
    var job = try observer.measure("read") { () throws(Failure) in
      try options.job(module: module, cpu: targetCpu, policy)
    }
    job.output = emit
    job.options.grants = options.grants(policy)
    job.keepSymbols = keepSymbols
    let name = try outputName()
    let output =
      name == "-" ? nil : try OutputFile(name, inputs: job.modules.compactMap(\.file.status))

    let pipeline = Pipeline(toolchain: try .current(), observer: observer)
    let contents = try await pipeline.compile(job)
    try observer.measure("write") { () throws(Failure) in
      if let output {
        try output.replace(with: contents, executable: emit == .executable)
      } else {
        try contents.withBuffer { (bytes) throws(Failure) in try StandardOutput.write(bytes) }
      }
    }
    progress.stop()
    if options.verbose { Diagnostics.write(times.table) }
  }

  /// Where the output goes.
  private func outputName() throws -> String {
    if let output { return output }
    guard module != "-", let stem = FilePath(module).stem else {
      throw ValidationError("name the output file with -o")
    }
    let isModuleName = ["wasm", "wat"].contains(FilePath(module).extension)
    return (isModuleName ? stem : FilePath(module).lastComponent?.string ?? stem) + emit.suffix
  }
}
