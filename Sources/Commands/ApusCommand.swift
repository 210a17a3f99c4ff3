// The command `apus`: its verbs, and how each run ends.

public import ArgumentParser
import Driver
import Glibc

/// The command line of Apus.
public struct ApusCommand: AsyncParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Compiles WebAssembly modules ahead of time into native executables.",
    discussion: """
      EXAMPLE:
        apus compile app.wasm -o app && ./app

      \(ExitStatus.help)

      apus run ends with the status of the program that it runs.
      """,
    version: Version.current,
    subcommands: [
      CompileCommand.self, RunCommand.self, ValidateCommand.self, InspectCommand.self,
    ])

  public init() {}

  /// Runs the command line of this process and ends it.
  public static func start() async -> Never {
    Interruption.install()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      Glibc.exit(ExitStatus.success.rawValue)
    } catch let failure as Failure {
      Diagnostics.report(failure)
      Glibc.exit(failure.status.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}

/// Which Apus this is.
enum Version {
  static let current = "0.1.0"
}
