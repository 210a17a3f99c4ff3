// The code generator as a process of its own.
//
// LLVM ends its process on errors it does not expect and takes what memory it wants;
// apart from the command line it can do neither harm, and the command line starts
// without loading it. Request: one JSON object on standard input. Answer: one JSON
// object a line on standard output, the code in the file that the request names.

internal import FoundationEssentials
internal import Glibc
public import Program
internal import SystemPackage
internal import Wasm

/// What the code generator is asked for.
public struct CodegenRequest: Codable, Hashable, Sendable {
  /// A module by the name that others import it as.
  public struct Input: Codable, Hashable, Sendable {
    public var name: String
    public var path: String
    /// What messages call the file.
    public var displayName: String

    public init(name: String, path: String, displayName: String) {
      self.name = name
      self.path = path
      self.displayName = displayName
    }
  }

  /// In the order of instantiation, the main module last; or one script.
  public var modules: [Input]
  /// Whether the input is a script.
  public var isScript: Bool
  public var options: CompileOptions
  public var emission: Emission
  public var allowUnresolved: Bool
  /// The export to run instead of `_start`.
  public var invoke: String?
  /// The file that the code goes to.
  public var output: String
  /// What the executable says of itself.
  public var manifest: String?

  public init(
    modules: [Input], options: CompileOptions, emission: Emission, allowUnresolved: Bool,
    invoke: String?, output: String, isScript: Bool = false, manifest: String? = nil
  ) {
    self.modules = modules
    self.isScript = isScript
    self.options = options
    self.emission = emission
    self.allowUnresolved = allowUnresolved
    self.invoke = invoke
    self.output = output
    self.manifest = manifest
  }
}

/// What the code generator reports while it works.
public enum CodegenEvent: Codable, Hashable, Sendable {
  case phase(name: String, nanoseconds: Int64)
  case note(String)
  case failure(Failure)
}

extension CodegenEvent {
  /// Writes the event to standard output.
  public func send() {
    guard var line = try? JSONEncoder().encode(self) else { return }
    line.append(UInt8(ascii: "\n"))
    _ = try? FileDescriptor.standardOutput.writeAll(line)
  }

  init?(line: String) {
    guard let event = try? JSONDecoder().decode(Self.self, from: Data(line.utf8)) else {
      return nil
    }
    self = event
  }
}

extension CodegenRequest {
  /// The request that standard input carries.
  public static func receive() throws(Failure) -> CodegenRequest {
    let input = try MappedFile("-").bytes.withBuffer { Data($0) }
    do {
      return try JSONDecoder().decode(Self.self, from: input)
    } catch {
      throw Failure(
        "apus-codegen is run by apus; it reads a request from standard input", status: .usage)
    }
  }
}

/// Runs the code generator.
struct Codegen {
  var executable: FilePath

  /// Has `request` carried out.
  func run(
    _ request: CodegenRequest, in scratch: ScratchFolder, observer: CompileObserver,
    limit: Duration? = nil
  ) async throws(Failure) {
    let input = scratch.file("request")
    let log = scratch.file("log")
    let contents: ModuleBytes
    do { contents = ModuleBytes(copying: try JSONEncoder().encode(request)) } catch {
      throw Failure("cannot encode the request: \(error)", status: .limit)
    }
    try OutputFile(input.string).replace(with: contents, executable: false, durable: false)
    let failure = Latest<Failure>()
    let outcome = try await runTool(executable, [], input: input, log: log, limit: limit) {
      line in
      switch CodegenEvent(line: line) {
      case .phase(let name, let nanoseconds): observer.ended(name, .nanoseconds(nanoseconds))
      case .note(let text): observer.noted(text)
      case .failure(let value): failure.set(value)
      case nil: break
      }
    }
    if let failure = failure.value { throw failure }
    guard outcome != .exited(0) else { return }
    let file = request.modules.last?.displayName
    // What LLVM says when it gives up.
    let reason = firstLine(of: log).map { ": \($0)" } ?? ""
    switch outcome {
    case .timedOut: throw Failure("code generation took too long", file: file, status: .limit)
    case .signalled(SIGKILL), .signalled(SIGXCPU):
      throw Failure("code generation ran out of memory or time", file: file, status: .limit)
    case .signalled(SIGBUS):
      throw Failure("an input file changed while it was being compiled", file: file)
    case .signalled(let signal):
      throw Failure(
        "internal error, signal \(signal) in code generation\(reason)", file: file, status: .limit)
    case .exited(let status):
      throw Failure(
        "internal error, status \(status) from code generation\(reason)", file: file,
        status: .limit)
    }
  }
}
