// The programs of the core suite print what is expected: natively, from either compiler, and
// as Wasm, with vectors and without.
//
// Their sources and their outputs stand in `benchmarks/core`. Here they run at the sizes of
// `small.txt`: how long the full ones take is no matter of a test.

import Foundation
import TestSupport
import Testing

struct BenchmarkProgramTests {
  @Test(arguments: CoreSuite.Build.allCases.filter(\.canRun))
  func `every program prints what is expected`(_ build: CoreSuite.Build) throws {
    let folder = try TemporaryFolder()
    let built = try build.run(into: folder.path)
    try #require(built.status == 0, "\(built)")
    for program in try CoreSuite.programs() {
      let executable = folder.file(program.name)
      guard !build.levels.isEmpty else {
        try program.check(executable, "\(build)")
        continue
      }
      for level in build.levels {
        let compiled = try ApusCommand.run(
          ["compile", executable + ".wasm", "-o", executable, level])
        try #require(compiled.status == 0, "\(program.name): \(compiled)")
        try program.check(executable, "\(build) \(level)")
      }
    }
  }

  @Test func `every program has a size, a row of the suite and its outputs`() throws {
    let sized = try CoreSuite.programs().map(\.name)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: CoreSuite.folder.appendingPathComponent("programs").path)
    #expect(sized.sorted() == files.map { String($0.prefix { $0 != "." }) }.sorted())
    let suite = try CoreSuite.text("../core.toml").split(separator: "\n")
    for file in files {
      let name = file.prefix { $0 != "." }
      let rows = [
        "name = \"\(name)\"", "sources = [\"core/programs/\(file)\"]",
        "expected = \"core/expected/\(name).txt\"",
      ]
      for row in rows { #expect(suite.contains(row[...]), "core.toml lacks \(row)") }
      let output = try CoreSuite.text("expected/\(name).txt")
      #expect(output.hasPrefix("\(name) ") && output.hasSuffix("\n"), "\(output)")
      #expect(output.count { $0 == "\n" } == 1, "\(output)")
    }
  }
}

/// The programs that `apus bench` measures.
enum CoreSuite {
  static let folder = SharedFiles.packageRoot.appendingPathComponent("benchmarks/core")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// The programs of `small.txt`, each with its size for tests.
  static func programs() throws -> [Program] {
    try text("small.txt").split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let words = line.split(separator: " ").map(String.init)
      try #require(words.count == 2, "\(line)")
      return Program(
        name: words[0], size: words[1], output: try text("expected/\(words[0]).small.txt"))
    }
  }

  struct Program {
    var name: String
    var size: String
    var output: String

    func check(_ executable: String, _ build: String) throws {
      let result = try runProcess(executable, [size], limit: .seconds(60))
      #expect(result.status == 0 && result.signal == nil, "\(name), \(build): \(result)")
      #expect(result.output == output, "\(name), \(build)")
      #expect(result.errors.isEmpty, "\(name), \(build): \(result.errors)")
    }
  }

  /// What `build.sh` makes of them.
  enum Build: String, CaseIterable {
    case clang, gcc, wasm
    case simd = "wasm-simd"

    /// The levels to compile modules at; executables need none.
    var levels: [String] {
      switch self {
      case .clang, .gcc: []
      case .wasm: ["-O2", "-O0"]
      case .simd: ["-O2"]
      }
    }

    /// Whether the compiler is there, or must be. `build.sh` answers 77 where it is missing;
    /// anything else is the test's matter.
    var canRun: Bool {
      if SharedFiles.isRequired { return true }
      guard let folder = try? TemporaryFolder() else { return false }
      return (try? run(into: folder.path, ["queens"]).status) != 77
    }

    func run(into folder: String, _ programs: [String] = []) throws -> ProcessResult {
      let script = CoreSuite.folder.appendingPathComponent("build.sh").path
      return try runProcess("/bin/sh", [script, rawValue, folder] + programs)
    }
  }
}
