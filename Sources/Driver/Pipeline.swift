// The road from modules to a file of code or an executable.
//
// Knows the order of the stages and what each leaves for the next; the stages
// themselves are elsewhere.

public import Program
internal import SystemPackage
public import Wasm

/// What a compile makes.
public enum OutputKind: Hashable, Sendable {
  case executable
  case code(Emission)

  /// As `--emit` names them.
  public static let names = ["exe"] + Emission.allCases.map(\.rawValue)

  public init?(name: String) {
    if name == "exe" {
      self = .executable
    } else if let emission = Emission(rawValue: name) {
      self = .code(emission)
    } else {
      return nil
    }
  }

  /// What the names of such files end with.
  public var suffix: String {
    switch self {
    case .executable: ""
    case .code(.object): ".o"
    case .code(.assembly): ".s"
    case .code(.llvmIR): ".ll"
    case .code(.bitcode): ".bc"
    }
  }
}

/// A module to compile, and the name that others import it as.
public struct ModuleInput: Sendable {
  public var name: String
  public var file: MappedFile

  public init(name: String, file: MappedFile) {
    self.name = name
    self.file = file
  }
}

/// Everything that determines what a compile makes.
public struct CompileJob: Sendable {
  /// In the order of instantiation, the main module last.
  public var modules: [ModuleInput]
  public var options: CompileOptions
  public var output: OutputKind
  public var target: Target
  public var allowUnresolved = false
  /// The export to run instead of `_start`.
  public var invoke: String?
  /// Leave the names of functions in an executable, for debuggers and profilers.
  public var keepSymbols = false

  public init(
    modules: [ModuleInput], options: CompileOptions = CompileOptions(),
    output: OutputKind = .executable, target: Target = .x86_64LinuxMusl
  ) {
    self.modules = modules
    self.options = options
    self.output = output
    self.target = target
  }
}

/// Compiles jobs.
public struct Pipeline: Sendable {
  public var toolchain: Toolchain
  public var observer: CompileObserver

  public init(toolchain: Toolchain, observer: CompileObserver = .none) {
    self.toolchain = toolchain
    self.observer = observer
  }

  /// Carries out `job`.
  ///
  /// - Returns: the contents of the file it makes.
  public func compile(_ job: CompileJob) async throws(Failure) -> ModuleBytes {
    // What is missing is found before time is spent.
    let codegen = Codegen(executable: try toolchain.codegen())
    var linker: Linker?
    var emission = Emission.object
    switch job.output {
    case .executable:
      linker = Linker(
        linker: try toolchain.linker(), runtime: try toolchain.runtime(for: job.target))
    case .code(let chosen): emission = chosen
    }

    let scratch = try ScratchFolder()
    let code = scratch.file("module.o")
    let request = CodegenRequest(
      modules: try job.modules.map { input throws(Failure) in
        CodegenRequest.Input(
          name: input.name, path: try path(of: input.file, in: scratch),
          displayName: input.file.name)
      },
      options: job.options, emission: emission, allowUnresolved: job.allowUnresolved,
      invoke: job.invoke, output: code.string,
      manifest: linker == nil ? nil : try ExecutableManifest(job).encoded())
    try await codegen.run(request, in: scratch, observer: observer)
    for input in job.modules { try input.file.checkUnchanged() }
    guard let linker else { return try MappedFile(code.string).bytes }

    let program = scratch.file("program")
    let start = ContinuousClock.now
    try await linker.link(
      object: code, output: program, keepSymbols: job.keepSymbols, log: scratch.file("log"))
    observer.ended("link executable", ContinuousClock.now - start)
    return try MappedFile(program.string).bytes
  }

  /// Where the code generator can read `file`.
  func path(of file: MappedFile, in scratch: ScratchFolder) throws(Failure) -> String {
    if file.status != nil { return file.name }
    let copy = scratch.file("stdin.wasm")
    try OutputFile(copy.string).replace(with: file.bytes, executable: false, durable: false)
    return copy.string
  }
}
