// An engine: how it is found, and how it compiles and runs a program.
//
// A TOML file whose keys docs/benchmarking.md lists. Nothing here is special to any
// engine, Apus included.

internal import FoundationEssentials
internal import Glibc

/// Something that runs programs.
public struct Engine: Hashable, Sendable {
  public var name: String
  public var about: String?
  public var kind: Kind
  /// Programs that commands name as `{NAME}`: for each, where it may be.
  public var tools: [Tool]
  public var version: [String]
  /// Commands one after the other; none if modules are run as they are.
  public var compile: [[String]]
  public var run: [String]
  /// The file or folder whose size is that of the artefact.
  public var artefact: String
  /// Words for each granted folder.
  public var directory: [String]
  public var variant: Suite.Variant
  /// Whether it tells the time between `bench.start` and `bench.end`.
  public var hasMarks: Bool
  /// Whether it takes part if no engines are named.
  public var isDefault: Bool
  /// The folder of the file.
  public var folder: String

  public enum Kind: String, Hashable, Sendable {
    /// Runs modules.
    case wasm
    /// Compiles sources.
    case native
  }

  public struct Tool: Hashable, Sendable {
    public var name: String
    /// `name` is looked up in `PATH`, `$NAME` in the environment, one with a slash from
    /// the engine's folder.
    public var candidates: [String]
  }

  /// Reads the file at `path`.
  public init(path: String) throws(BenchmarkError) {
    try self.init(TOMLFile(path: path))
  }

  init(_ file: TOMLFile) throws(BenchmarkError) {
    let top = file.top
    try top.check([
      "name", "about", "kind", "tools", "version", "compile", "run", "artefact", "directory",
      "variant", "marks", "default",
    ])
    folder = absolute(file.folder, in: FileManager.default.currentDirectoryPath)
    name = try top.requiredString("name")
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+".contains($0)) }),
      !name.hasPrefix("."), name.utf8.count <= 80
    else { throw top.wrong("name", "letters, digits and - _ . + only") }
    about = try top.string("about")
    guard let kind = Kind(rawValue: try top.requiredString("kind")) else {
      throw top.wrong("kind", "\"wasm\" or \"native\"")
    }
    self.kind = kind
    guard let section = try file.section("tools"), section.has("engine") else {
      throw top.error("there is no [tools] with an engine", at: "tools")
    }
    tools = []
    for name in section.keys {
      guard let candidates = try section.strings(name), !candidates.isEmpty else {
        throw section.wrong(name, "a list of names")
      }
      tools.append(Tool(name: name, candidates: candidates))
    }

    let names = tools.map(\.name) + ["folder"]
    version = try top.strings("version") ?? []
    if !version.isEmpty { try Template.check(version, known: names, top, "version") }
    compile = try top.lists("compile") ?? []
    let inputs = kind == .native ? ["sources", "flags"] : ["module"]
    for step in compile {
      try Template.check(
        step, known: names + inputs + ["output", "scratch", "directories"], top, "compile")
    }
    guard let run = try top.strings("run"), !run.isEmpty else { throw top.error("run is missing") }
    try Template.check(
      run,
      known: names + (kind == .wasm ? ["module"] : [])
        + ["output", "scratch", "directories", "arguments"], top, "run")
    self.run = run
    artefact = try top.string("artefact") ?? "{output}"
    try Template.check([artefact], known: ["output", "scratch"], top, "artefact")
    directory = try top.strings("directory") ?? []
    if !directory.isEmpty {
      try Template.check(directory, known: ["host", "guest"], top, "directory")
    }
    variant = .wasm
    if let text = try top.string("variant") {
      guard let value = Suite.Variant(rawValue: text) else {
        throw top.wrong("variant", "\"wasm\" or \"wasm-simd\"")
      }
      variant = value
    }
    if kind == .native, compile.isEmpty { throw top.error("compile is missing") }
    hasMarks = try top.flag("marks") ?? false
    isDefault = try top.flag("default") ?? true
  }

  /// The engines that the files of `folder` describe, sorted by name.
  public static func all(in folder: String) throws(BenchmarkError) -> [Engine] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw BenchmarkError("the folder of engines cannot be read", file: folder)
    }
    var engines: [Engine] = []
    for name in names.sorted() where name.hasSuffix(".toml") {
      let engine = try Engine(path: "\(folder)/\(name)")
      guard !engines.contains(where: { $0.name == engine.name }) else {
        throw BenchmarkError("there are two engines '\(engine.name)'", file: "\(folder)/\(name)")
      }
      engines.append(engine)
    }
    return engines.sorted { $0.name < $1.name }
  }

  /// Where the tools are.
  ///
  /// - Parameter apus: the file that `{apus}` stands for.
  /// - Returns: the places, or the name of the first tool that is nowhere.
  func locate(apus: String) -> Located {
    var template = Template(texts: ["folder": folder])
    for tool in tools {
      let found = tool.candidates.lazy.compactMap { find($0, apus: apus) }.first
      guard let found else {
        return .missing("\(tool.candidates.joined(separator: ", ")): not found")
      }
      template.texts[tool.name] = found
    }
    return .found(template)
  }

  enum Located {
    case found(Template)
    case missing(String)
  }

  private func find(_ candidate: String, apus: String) -> String? {
    if candidate == "{apus}" { return apus }
    if candidate.hasPrefix("$") {
      guard let value = getenv(String(candidate.dropFirst())) else { return nil }
      let path = String(cString: value)
      guard path.contains("/") else { return findProgram(path) }
      let full = absolute(path, in: FileManager.default.currentDirectoryPath)
      return access(full, R_OK) == 0 ? full : nil
    }
    if candidate.contains("/") {
      let path = absolute(candidate, in: folder)
      return access(path, R_OK) == 0 ? path : nil
    }
    return findProgram(candidate)
  }
}

/// Where `name` is: in a folder of `PATH`, unless it says where.
func findProgram(_ name: String) -> String? {
  if name.contains("/") {
    let path = absolute(name, in: FileManager.default.currentDirectoryPath)
    return access(path, X_OK) == 0 ? path : nil
  }
  let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
  for folder in folders.split(separator: ":") {
    let path = "\(folder)/\(name)"
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, access(path, X_OK) == 0 {
      return path
    }
  }
  return nil
}
