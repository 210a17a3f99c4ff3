// Programs in C and Rust that use files, folders, clocks and standard input do what their
// native builds do: the same output, the same status, and they leave the same files.
//
// The programs stand in `Tests/Programs/host`. Each runs natively and twice as an executable
// of Apus, with openat2 and where the kernel lacks it, in folders of its own that begin alike.

import Foundation
import TestSupport
import Testing

@Suite(.serialized)
struct HostProgramTests {
  @Test(.enabled(if: HostPrograms.canRun("c"), "clang-19 or wasi-libc is missing"))
  func `C: files, folders, clocks and standard input`() throws {
    try check("c", ways: ["lines", "bytes", "odd", "numbers", "some", "copy", "look"])
  }

  @Test(.enabled(if: HostPrograms.canRun("rust"), "a rustc with wasm32-wasi is missing"))
  func `Rust: files, folders, clocks and standard input`() throws {
    try check("rust", ways: ["lines", "text", "bytes", "odd", "copy", "numbers"])
  }

  private func check(_ language: String, ways: [String]) throws {
    let programs = try HostPrograms(language)
    try programs.compare("files")
    try programs.compare("folders")
    let seconds = Int(Date().timeIntervalSince1970)
    try programs.compare("clocks", ["\(seconds)", "file"])
    for input in try HostPrograms.inputs(in: programs.folder) {
      for way in ways {
        try programs.compare("input", [way], input: input)
        // What a pipe is, and how much of it a reader leaves, differs from a file.
        try programs.compare("input", [way], input: input, piped: true)
      }
    }
  }
}

/// The programs of one language, built both ways.
private struct HostPrograms {
  let folder: TemporaryFolder
  private let launcher: String

  private static func build(
    _ options: [String], _ language: String, into path: String
  ) throws -> ProcessResult {
    let script = SharedFiles.packageRoot.appendingPathComponent("Tests/Programs/build.sh").path
    return try runProcess("/bin/sh", [script] + options + [language, path, "host/\(language)"])
  }

  /// Whether the compiler is there, or must be: `build.sh` answers 77 where it is missing.
  static func canRun(_ language: String) -> Bool {
    if SharedFiles.isRequired { return true }
    guard let folder = try? TemporaryFolder() else { return false }
    let script = SharedFiles.packageRoot.appendingPathComponent("Tests/Programs/build.sh").path
    // A folder without programs: only the compiler is looked for.
    return
      (try? runProcess("/bin/sh", [script, language, folder.path, folder.path]).status) != 77
  }

  init(_ language: String) throws {
    folder = try TemporaryFolder()
    launcher = folder.file("without_openat2")
    let built = [
      try Self.build([], language, into: folder.path),
      try Self.build(["--native"], language, into: folder.path),
      try runProcess(
        "/usr/bin/env",
        [
          "clang-19", "-O1", "-o", launcher,
          SharedFiles.packageRoot.appendingPathComponent("Tests/launchers/without_openat2.c").path,
        ]),
    ]
    for result in built { try #require(result.status == 0, "\(result)") }
    for program in ["files", "folders", "clocks", "input"] {
      let compiled = try ApusCommand.run(
        ["compile", folder.file(program + ".wasm"), "-o", folder.file(program + ".apus")]
          + ["--dir", "."])
      try #require(compiled.status == 0, "\(compiled)")
    }
  }

  /// Nothing, text without a last line feed, numbers, and 1 MB of every byte, in one line.
  static func inputs(in folder: TemporaryFolder) throws -> [String] {
    var state: UInt32 = 1
    let bytes = (0..<1_000_000).map { _ -> UInt8 in
      state = state &* 1_103_515_245 &+ 12345
      return UInt8(truncatingIfNeeded: state >> 16)
    }
    let contents: [(String, Data)] = [
      ("empty", Data()), ("text", Data("a 1\nzwölf\n\n\u{1F600} and -5".utf8)),
      ("numbers", Data("1 2\n-3\n\n40".utf8)), ("binary", Data(bytes)),
      ("line", Data(bytes.map { $0 == 10 ? 11 : $0 })),
    ]
    return try contents.map { name, data in
      let path = folder.file("input-" + name)
      try data.write(to: URL(fileURLWithPath: path))
      return path
    }
  }

  /// Runs a program in the three ways.
  func compare(
    _ program: String, _ arguments: [String] = [], input: String = "/dev/null",
    piped: Bool = false
  ) throws {
    let name = "\(program) \(arguments) < \(input)\(piped ? ", piped" : "")"
    let script =
      piped ? #"input=$1; shift; cat "$input" | "$@""# : #"input=$1; shift; exec "$@" <"$input""#
    func run(_ command: [String]) throws -> (result: ProcessResult, tree: [String]) {
      let place = try TemporaryFolder()
      let result = try runProcess(
        "/bin/sh", ["-c", script, "sh", input] + command + arguments, directory: place.path,
        limit: .seconds(60))
      return (result, try tree(place.path))
    }
    let native = try run([folder.file(program)])
    // Reading a stream resolves no path.
    for command in program == "input" ? [[]] : [[], [launcher]] {
      let ours = try run(command + [folder.file(program + ".apus")])
      let differences = zip(
        native.result.output.split(separator: "\n"), ours.result.output.split(separator: "\n")
      ).filter { $0 != $1 }.prefix(5)
      #expect(ours.result.output == native.result.output, "\(name): \(Array(differences))")
      #expect(ours.result.errors == native.result.errors, "\(name)")
      #expect(
        ours.result.status == native.result.status && ours.result.signal == native.result.signal,
        "\(name): \(ours.result.status)")
      #expect(ours.tree == native.tree, "\(name)")
    }
    #expect(native.result.signal == nil, "\(name)")
  }

  /// A line for each entry below a folder: its path, its type and its contents. Times that a
  /// program set are years back and count as well.
  private func tree(_ path: String) throws -> [String] {
    let files = FileManager.default
    return try files.subpathsOfDirectory(atPath: path).sorted().map { name in
      let full = path + "/" + name
      let attributes = try files.attributesOfItem(atPath: full)
      let type = attributes[.type] as? FileAttributeType
      var line = "\(name) \(type?.rawValue ?? "?")"
      if type == .typeSymbolicLink {
        line += " \(try files.destinationOfSymbolicLink(atPath: full))"
      } else if type == .typeRegular {
        let data = try Data(contentsOf: URL(fileURLWithPath: full))
        let hash = data.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
          ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
        line += " \(data.count) \(hash)"
      }
      let modified = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
      return modified < 1_500_000_000 ? "\(line) \(modified)" : line
    }
  }
}
