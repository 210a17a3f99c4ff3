// The options that limit what a program uses while it runs.

import ArgumentParser
import Driver

/// Limits, for `compile` to put into the executable and for `run` to give to it.
struct LimitOptionGroup: ParsableArguments {
  @Option(
    help: ArgumentHelp("Bytes of all linear memories, such as 64MiB.", valueName: "size"))
  var maxMemory: ByteSize?

  @Option(
    help: ArgumentHelp(
      "Open descriptors, with standard ones and granted folders.", valueName: "count"))
  var maxFds: UInt64?

  @Option(
    help: ArgumentHelp("Time from start to end, such as 500ms, 10s or 2m.", valueName: "time"))
  var timeout: TimeSpan?

  @Option(
    help: ArgumentHelp(
      "Instructions to execute, counted alike on every machine.", valueName: "count"))
  var fuel: UInt64?

  func validate() throws {
    guard maxFds != 0, fuel != 0, maxMemory?.bytes != 0 else {
      throw ValidationError("a limit is above 0")
    }
  }

  /// These limits, and those of a policy where there is none here.
  func over(_ policy: ExecutionLimits) -> ExecutionLimits {
    var limits = policy
    limits.memory = maxMemory?.bytes ?? limits.memory
    limits.descriptors = maxFds ?? limits.descriptors
    limits.nanoseconds = timeout?.nanoseconds ?? limits.nanoseconds
    limits.fuel = fuel ?? limits.fuel
    return limits
  }
}

extension TimeSpan: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
