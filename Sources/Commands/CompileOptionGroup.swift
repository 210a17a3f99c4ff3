// The options that `compile` and `run` share, and the job they describe.

import ArgumentParser
import Driver
import Program

/// Options about the code that is made.
struct CompileOptionGroup: ParsableArguments {
  @Option(
    name: .customShort("O", allowingJoined: true),
    help: ArgumentHelp("Optimisation: 0, 1, 2, 3, or s for size.", valueName: "level"),
    transform: optimizationLevel)
  var optimization = OptimizationLevel.O2

  @Option(
    help: ArgumentHelp("The system to compile for.", valueName: "target"))
  var target = Target.x86_64LinuxMusl

  @OptionGroup(title: "Features") var features: FeatureOptionGroup

  @Option(
    help: ArgumentHelp(
      "Link another module, for imports from NAME; repeatable.", valueName: "NAME=FILE"))
  var link: [LinkedModule] = []

  @Flag(help: "Imports that nothing provides trap when they are called.")
  var allowUnresolved = false

  @Flag(help: "Keep every access of linear memory in its place, even one whose value is not used.")
  var strict = false

  @Flag(help: "Relaxed vector instructions give the same results on every processor.")
  var deterministic = false

  @Option(
    help: ArgumentHelp(
      "How accesses beyond a memory are found: guard-pages, or explicit where virtual memory is "
        + "limited (ulimit -v).", valueName: "how"))
  var boundsChecks = BoundsChecks.guardPages

  @OptionGroup(title: "Limits") var limits: LimitOptionGroup

  @Option(
    help: ArgumentHelp(
      "Take grants and limits from a TOML file; those of the command line come on top.",
      valueName: "file"))
  var policy: String?

  @Option(
    name: [.customLong("max-stack"), .customLong("stack-size")],
    help: ArgumentHelp("Size of the guest's stack, such as 512KiB or 1GiB.", valueName: "size"))
  var stackSize: ByteSize?

  @Option(
    help: ArgumentHelp(
      "Grant a folder, seen as GUEST (the same name if left out), with :ro for reading only; "
        + "repeatable.",
      valueName: "HOST[::GUEST][:ro]"))
  var dir: [DirectoryGrant] = []

  @Option(
    help: ArgumentHelp(
      "Grant an environment variable: set it, or pass it through; repeatable.",
      valueName: "NAME[=VALUE]"))
  var env: [EnvironmentGrant] = []

  @Option(
    help: ArgumentHelp(
      "Grant a socket that listens at this address, such as 127.0.0.1:8080; repeatable.",
      valueName: "ADDRESS:PORT"))
  var tcpListen: [ListenAddress] = []

  @Option(
    help: ArgumentHelp(
      "Grant a listening socket that the process inherits; repeatable.", valueName: "number"))
  var listenFd: [ListenDescriptor] = []

  @Option(
    help: ArgumentHelp(
      "Call this export with the program's arguments and print its results.", valueName: "name"))
  var invoke: String?

  @Flag(
    inversion: .prefixedNo,
    help: "Have the kernel keep the program to the files and system calls that it needs.")
  var confine = true

  @Flag(name: .shortAndLong, help: "Print the phases with their times.")
  var verbose = false

  func validate() throws {
    guard Self.stackSizes.contains(stackSize?.bytes ?? CompileOptions().stackSize) else {
      throw ValidationError("the guest's stack has from 64KiB to 64GiB")
    }
  }

  private static let stackSizes: ClosedRange<UInt64> = (64 << 10)...(64 << 30)

  /// The folders, variables and sockets granted, and the limits, as `apus_abi.h` describes
  /// them.
  func grants(_ policy: Policy) -> [String] {
    let directories = (policy.directories + dir).map(\.grant)
    let variables = (policy.variables + env).map(\.grant)
    let sockets =
      (policy.addresses + tcpListen).map(\.grant) + (policy.descriptors + listenFd).map(\.grant)
    let grants = directories + variables + sockets + limits.over(policy.limits).grants
    return grants.flatMap(\.words)
  }

  /// What the policy states. It may be standard input: to be read once.
  func readPolicy() throws(Failure) -> Policy {
    guard let policy else { return Policy() }
    return try Policy(path: policy)
  }

  /// The job that the options, a policy and the module at `path` make.
  func job(module path: String, cpu: String, _ policy: Policy) throws(Failure) -> CompileJob {
    var modules: [ModuleInput] = []
    for library in link {
      modules.append(ModuleInput(name: library.name, file: try MappedFile(library.path)))
    }
    modules.append(ModuleInput(name: "", file: try MappedFile(path)))
    var options = CompileOptions()
    options.features = features.set
    options.optimization = optimization
    options.cpu = cpu
    options.boundsChecks = boundsChecks
    options.strict = strict
    options.deterministic = deterministic
    let stack = stackSize?.bytes ?? policy.stack ?? options.stackSize
    guard Self.stackSizes.contains(stack) else {
      throw Failure("the guest's stack has from 64KiB to 64GiB", file: self.policy)
    }
    options.stackSize = stack
    options.countsFuel = limits.over(policy.limits).fuel != nil
    options.confinement = confine && policy.confine ?? true
    var job = CompileJob(modules: modules, options: options, target: target)
    job.allowUnresolved = allowUnresolved
    job.invoke = invoke
    return job
  }
}

/// The level that `2` or `O2` stands for.
@Sendable func optimizationLevel(_ text: String) throws -> OptimizationLevel {
  guard let level = OptimizationLevel(rawValue: text.hasPrefix("O") ? text : "O\(text)") else {
    throw ValidationError("there is no level '\(text)'; the levels are 0, 1, 2, 3 and s")
  }
  return level
}

extension BoundsChecks: ExpressibleByArgument {}

extension Target: ExpressibleByArgument {}

extension LinkedModule: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension DirectoryGrant: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension EnvironmentGrant: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension ListenAddress: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension ListenDescriptor: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension ByteSize: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }

  public var defaultValueDescription: String {
    bytes % (1 << 20) == 0 ? "\(bytes >> 20)MiB" : "\(bytes)"
  }
}

extension OutputKind: ExpressibleByArgument {
  public init?(argument: String) { self.init(name: argument) }

  public var defaultValueDescription: String { "exe" }

  public static var allValueStrings: [String] { names }
}
