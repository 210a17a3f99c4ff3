// `apus run`: compile into the cache, or find it there, and become the program.

import ArgumentParser
import Driver
import Glibc

struct RunCommand: StagedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a module, compiled for this machine.",
    usage: "apus run [<options>] <module> [<arguments> ...]",
    discussion: """
      The executable is kept in $XDG_CACHE_HOME/apus (~/.cache/apus), so that the next run of the \
      same module starts at once. What follows the module goes to the program as it is, options \
      included.

      EXAMPLES:
        apus run app.wasm
        apus run --dir .::/work --env LANG app.wasm --help input.txt

      \(ExitStatus.help)

      Once the program runs, the status is the program's own; a trap ends it with 134.
      """)

  @OptionGroup var options: CompileOptionGroup

  @Flag(help: "Compile even if the cache has the executable.")
  var noCache = false

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp(
      "The module, or - for standard input, then the program's arguments.", valueName: "module"))
  var words: [String] = []

  func begin() throws -> @Sendable () async throws -> Void {
    let (module, guestArguments) = try splitWords()
    // argv[0], the grants up to "--", and the guest's arguments (apus_abi.h).
    let policy = try options.readPolicy()
    let arguments = [module] + options.grants(policy) + ["--"] + guestArguments

    let times = PhaseTimes()
    let toolchain = try Toolchain.current()
    var job = try times.observing().measure("read") { () throws(Failure) in
      try options.job(module: module, cpu: "native", policy)
    }
    job.options.readsGrantsFromArguments = true

    let cache = Cache.user { name in getenv(name).map { String(cString: $0) } }
    let key = try CacheKey(job, toolchain: toolchain)
    if !noCache, let path = cache?.find(key) {
      if options.verbose { Diagnostics.write("cached  \(path)\n") }
      try Execution.replaceProcess(with: path, arguments: arguments)
    }

    return { [job, verbose = options.verbose] in
      let progress = ProgressLine(enabled: !verbose)
      defer { progress.stop() }
      let observer = times.observing(progress.observer)
      let executable = try await Pipeline(toolchain: toolchain, observer: observer).compile(job)
      progress.stop()
      if verbose { Diagnostics.write(times.table) }
      // A cache that cannot be written does not keep the program from running.
      if let path = try? cache?.insert(executable, as: key) {
        try Execution.replaceProcess(with: path, arguments: arguments)
      }
      if verbose { Diagnostics.warn("no usable cache; the executable is not kept") }
      try Execution.replaceProcess(with: executable, arguments: arguments)
    }
  }

  /// The module and what follows it. The parser leaves both alone, and with them
  /// options that it does not know.
  private func splitWords() throws -> (module: String, guestArguments: ArraySlice<String>) {
    var words = words[...]
    if words.first == "--" {
      words.removeFirst()
    } else if let word = words.first, word.hasPrefix("-"), word != "-" {
      if word == "--help" || word == "-h" { throw CleanExit.helpRequest(self) }
      // Fails, and suggests what may have been meant.
      do { _ = try CompileOptionGroup.parse([word]) } catch {
        throw ValidationError(CompileOptionGroup.message(for: error))
      }
    }
    guard let module = words.first else {
      throw ValidationError("Missing expected argument '<module>'")
    }
    return (module, words.dropFirst())
  }
}
