// The command `apus`: its verbs, and how each run ends.

public import ArgumentParser
import Driver
import Glibc

/// The command line of Apus.
public struct ApusCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "apus",
    abstract: "Compiles WebAssembly modules ahead of time into native executables.",
    discussion: """
      EXAMPLE:
        apus compile app.wasm -o app && ./app

      \(ExitStatus.help)

      apus run ends with the status of the program that it runs.
      """,
    version: Release.version,
    subcommands: [
      CompileCommand.self, RunCommand.self, ValidateCommand.self, InspectCommand.self,
      PrintCommand.self, ParseCommand.self, WastCommand.self,
      VerifyCommand.self, BenchCommand.self,
    ])

  public init() {}

  /// Runs the command line of this process and ends it.
  public static func start() -> Never {
    Interruption.install()
    end {
      var command = try parseAsRoot()
      guard let staged = command as? any StagedCommand else { return try command.run() }
      let rest = try staged.begin()
      Task.detached {
        let result: Result<Void, any Error>
        do { result = .success(try await rest()) } catch { result = .failure(error) }
        end { try result.get() }
        Glibc.exit(ExitStatus.success.rawValue)
      }
      // The task ends the process.
      while true { pause() }
    }
    Glibc.exit(ExitStatus.success.rawValue)
  }

  /// Does `body`; ends the process if it fails.
  private static func end(_ body: () throws -> Void) {
    do {
      try body()
    } catch let failure as Failure {
      Diagnostics.report(failure)
      Glibc.exit(failure.status.rawValue)
    } catch {
      exit(withError: error)
    }
  }
}

/// A verb that runs other processes, after a part that can do without Swift's threads:
/// a cached program then starts in milliseconds, of which they would be a third.
protocol StagedCommand: ParsableCommand {
  /// Does the first part; returns the rest, if there is one to come back to.
  func begin() throws -> @Sendable () async throws -> Void
}
