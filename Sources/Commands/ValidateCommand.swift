// `apus validate`: is each file a valid module?

import ArgumentParser
import Driver

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check that modules are valid.",
    discussion: """
      Prints nothing for a valid module, and the first error with its place for one that is \
      not. Every file is checked.

      EXAMPLES:
        apus validate app.wasm lib.wat
        apus validate --features wasm2 --disable simd app.wasm

      \(ExitStatus.help)
      """)

  @OptionGroup(title: "Features") var features: FeatureOptionGroup

  @Argument(help: ArgumentHelp("The modules; - for standard input.", valueName: "modules"))
  var modules: [String]

  func run() throws {
    var worst: ExitStatus?
    for module in modules {
      do {
        _ = try MappedFile(module).validModule(features: features.set)
      } catch {
        Diagnostics.report(error)
        // A rejected module outweighs one that is too big to tell.
        if worst != .failure { worst = error.status }
      }
    }
    if let worst { throw ExitCode(worst.rawValue) }
  }
}
