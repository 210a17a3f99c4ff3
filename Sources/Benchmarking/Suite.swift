// A suite: programs, what they read, and what they must print.
//
// A TOML file whose keys docs/benchmarking.md lists, or modules named one by one. Paths
// start from the suite's folder. Knows nothing of engines.

internal import FoundationEssentials

/// Programs to measure.
public struct Suite: Hashable, Sendable {
  public var name: String
  public var description: String?
  /// Commands that build a module from sources, for each variant.
  public var build: [Variant: [String]]
  public var programs: [Program]

  /// Which instructions a module built from sources may use.
  public enum Variant: String, Codable, Hashable, Sendable, CaseIterable {
    case wasm
    case simd = "wasm-simd"
  }

  /// One program.
  public struct Program: Hashable, Sendable {
    public var name: String
    public var about: String?
    public var code: Code
    public var arguments: [String] = []
    /// The file that is its standard input; nothing if nil.
    public var input: String?
    public var directories: [Directory] = []
    /// The file with all that it prints.
    public var expected: String?
    /// The file with all that it prints to standard error.
    public var expectedErrors: String?
    public var timed = Timing.process
    /// Where it is started.
    public var folder: String
  }

  /// Where a program comes from.
  public enum Code: Hashable, Sendable {
    case module(String)
    case sources([String], flags: [String], nativeFlags: [String], wasmFlags: [String])
  }

  /// A folder of the host, and what the program calls it.
  public struct Directory: Hashable, Sendable {
    public var host: String
    public var guest: String
  }

  /// How modules are built from C where a suite does not say.
  public static let defaultBuild: [Variant: [String]] = [
    .wasm: [
      "clang-19", "--target=wasm32-wasi", "-O3", "-ffp-contract=off", "-Wl,--strip-debug",
      "{flags}", "{sources}", "-lm", "-o", "{output}",
    ],
    .simd: [
      "clang-19", "--target=wasm32-wasi", "-O3", "-msimd128", "-ffp-contract=off",
      "-Wl,--strip-debug", "{flags}", "{sources}", "-lm", "-o", "{output}",
    ],
  ]

  /// Whether a program can be compiled natively.
  public var hasSources: Bool {
    programs.contains {
      if case .sources = $0.code { true } else { false }
    }
  }

  /// Reads the file at `path`.
  public init(path: String) throws(BenchmarkError) {
    try self.init(TOMLFile(path: path))
  }

  /// Modules as a suite, named by their files.
  public init(modules: [String]) throws(BenchmarkError) {
    name = "modules"
    build = Self.defaultBuild
    programs = []
    var count: [String: Int] = [:]
    for path in modules {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw BenchmarkError("cannot be read", file: path)
      }
      if isFolder { throw BenchmarkError("is a folder, not a module", file: path) }
      let file = path.split(separator: "/").last.map(String.init) ?? path
      // Results stand in folders of these names, which `.` and `..` must not be.
      let isPlain = file.hasSuffix(".wasm") && !file.hasPrefix(".")
      let stem = isPlain ? String(file.dropLast(5)) : file
      count[stem, default: 0] += 1
      let number = count[stem].flatMap { $0 > 1 ? "-\($0)" : nil } ?? ""
      let folder = FileManager.default.currentDirectoryPath
      programs.append(
        Program(name: stem + number, code: .module(absolute(path, in: folder)), folder: folder))
    }
  }

  init(_ file: TOMLFile) throws(BenchmarkError) {
    let top = file.top
    try top.check(["name", "description", "build", "program"])
    name = try top.requiredString("name")
    description = try top.string("description")
    build = Self.defaultBuild
    if let section = try file.section("build") {
      try section.check(Variant.allCases.map(\.rawValue))
      for variant in Variant.allCases {
        guard let command = try section.strings(variant.rawValue) else { continue }
        try Template.check(
          command, known: ["flags", "sources", "output", "folder"], section, variant.rawValue)
        build[variant] = command
      }
    }
    let folder = absolute(file.folder, in: FileManager.default.currentDirectoryPath)
    programs = []
    for section in try file.sections("program") {
      let program = try Self.program(section, folder: folder)
      guard !programs.contains(where: { $0.name == program.name }) else {
        throw section.error("there are two programs '\(program.name)'", at: "name")
      }
      programs.append(program)
    }
    if programs.isEmpty { throw top.error("there is no [[program]]") }
  }

  private static func program(
    _ section: TOMLFile.Section, folder: String
  ) throws(BenchmarkError) -> Program {
    try section.check([
      "name", "about", "sources", "flags", "native-flags", "wasm-flags", "module", "arguments",
      "stdin", "directories", "expected", "expected-errors", "timed",
    ])
    let name = try section.requiredString("name")
    // It becomes the name of files.
    guard name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+".contains($0)) }),
      !name.hasPrefix("."), name.utf8.count <= 80
    else { throw section.wrong("name", "letters, digits and - _ . + only") }

    func file(_ path: String, _ key: String) throws(BenchmarkError) -> String {
      let path = absolute(path, in: folder)
      guard FileManager.default.fileExists(atPath: path) else {
        throw section.error("there is no file \(path)", at: key)
      }
      return path
    }

    let code: Code
    if let module = try section.string("module") {
      for key in ["sources", "flags", "native-flags", "wasm-flags"] where section.has(key) {
        throw section.error("a program has either a module or \(key)", at: key)
      }
      code = .module(try file(module, "module"))
    } else if let sources = try section.strings("sources"), !sources.isEmpty {
      var paths: [String] = []
      for source in sources { paths.append(try file(source, "sources")) }
      code = .sources(
        paths, flags: try section.strings("flags") ?? [],
        nativeFlags: try section.strings("native-flags") ?? [],
        wasmFlags: try section.strings("wasm-flags") ?? [])
    } else {
      throw section.error("the program '\(name)' has neither sources nor a module")
    }

    var program = Program(name: name, code: code, folder: folder)
    program.about = try section.string("about")
    program.arguments = try section.strings("arguments") ?? []
    if let input = try section.string("stdin") { program.input = try file(input, "stdin") }
    if let path = try section.string("expected") { program.expected = try file(path, "expected") }
    if let path = try section.string("expected-errors") {
      program.expectedErrors = try file(path, "expected-errors")
    }
    if let timed = try section.string("timed") {
      guard let timing = Timing(rawValue: timed) else {
        throw section.wrong("timed", "\"process\" or \"marks\"")
      }
      program.timed = timing
    }
    for text in try section.strings("directories") ?? [] {
      let parts = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else {
        throw section.wrong("directories", "a list of HOST or HOST::GUEST")
      }
      let host = try file(String(parts[0]), "directories")
      program.directories.append(Directory(host: host, guest: String(parts[parts.count - 1])))
      // Native programs find their files where those of a guest are.
      if parts.last == "." { program.folder = host }
    }
    return program
  }
}

/// `path` from `folder`, unless it is absolute; without `.` and `..` where that is sure.
func absolute(_ path: String, in folder: String) -> String {
  let full = path.hasPrefix("/") ? path : "\(folder)/\(path)"
  var parts: [Substring] = []
  for part in full.split(separator: "/") where part != "." {
    if part == "..", let last = parts.last, last != ".." {
      parts.removeLast()
    } else {
      parts.append(part)
    }
  }
  return "/" + parts.joined(separator: "/")
}
