// Programs in six source languages do what their native builds do.
//
// The programs, their runs and their outputs stand in `Tests/Programs`; this file builds
// each to Wasm, compiles it and runs it.

import Foundation
import TestSupport
import Testing

struct LanguageTests {
  @Test(.enabled(if: Language.c.canRun, "clang-19 or wasi-libc is missing"))
  func `programs in C`() throws { try Language.c.check() }

  @Test(.enabled(if: Language.cpp.canRun, "clang++-19 or libc++ for wasm32 is missing"))
  func `programs in C++`() throws { try Language.cpp.check() }

  @Test(.enabled(if: Language.rust.canRun, "a rustc with wasm32-wasi is missing"))
  func `programs in Rust`() throws { try Language.rust.check() }

  @Test(.enabled(if: Language.go.canRun, "a Go with wasip1 is missing"))
  func `programs in Go`() throws { try Language.go.check() }

  @Test(.enabled(if: Language.zig.canRun, "Zig is missing"))
  func `programs in Zig`() throws { try Language.zig.check() }

  @Test(.enabled(if: Language.swift.canRun, "Embedded Swift for wasm32 is missing"))
  func `programs in Embedded Swift`() throws { try Language.swift.check() }
}

/// A source language of the test programs.
enum Language: String, CaseIterable {
  case c, cpp, rust, go, zig, swift

  private static let folder = SharedFiles.packageRoot.appendingPathComponent("Tests/Programs")

  /// One run of a program, as `programs.json` states it.
  private struct Run: Decodable {
    var language: String
    var program: String
    var arguments: [String]?
    var environment: [String: String]?
    var directory: Bool?
    var exit: Int32?
    var output: String?
    var errors: String?
  }

  /// Whether the compiler is there, or must be.
  var canRun: Bool { SharedFiles.isRequired || isInstalled }

  /// `build.sh` answers 77 where the compiler is missing; anything else is the test's matter.
  private var isInstalled: Bool {
    guard let folder = try? TemporaryFolder() else { return false }
    return (try? build(into: folder.path).status) != 77
  }

  private func build(into folder: String) throws -> ProcessResult {
    try runProcess("/bin/sh", [Self.folder.path + "/build.sh", rawValue, folder])
  }

  /// Builds, compiles and runs every program of the language.
  func check() throws {
    let modules = try TemporaryFolder()
    let built = try build(into: modules.path)
    try #require(built.status == 0, "\(built)")
    let input = try String(
      contentsOf: Self.folder.appendingPathComponent("input.txt"), encoding: .utf8)
    let list = try Data(contentsOf: Self.folder.appendingPathComponent("programs.json"))
    let runs = try JSONDecoder().decode([Run].self, from: list).filter { $0.language == rawValue }
    var programs: [String] = []
    for run in runs where !programs.contains(run.program) { programs.append(run.program) }
    for program in programs {
      let executable = modules.file(program)
      let environment = runs.filter { $0.program == program }.flatMap { $0.environment ?? [:] }
      let grants = environment.sorted { $0.key < $1.key }.flatMap {
        ["--env", "\($0.key)=\($0.value)"]
      }
      let usesFolder = runs.contains { $0.program == program && $0.directory == true }
      let compiled = try ApusCommand.run(
        ["compile", executable + ".wasm", "-o", executable] + grants
          + (usesFolder ? ["--dir", "."] : []))
      try #require(compiled.status == 0, "\(program): \(compiled)")
      for run in runs where run.program == program {
        try check(run, executable: executable, input: input)
      }
    }
  }

  private func check(_ run: Run, executable: String, input: String) throws {
    let folder = try TemporaryFolder()
    let result = try runProcess(
      executable, run.arguments ?? [], input: input, directory: folder.path,
      environment: ["SECRET": "must not be seen"], limit: .seconds(60))
    let name = "\(rawValue)/\(run.program) \(run.arguments ?? [])"
    #expect(result.status == run.exit ?? 0 && result.signal == nil, "\(name): \(result.errors)")
    #expect(result.output == (try run.output ?? expected(run.program)), "\(name)")
    if let errors = run.errors {
      #expect(result.errors.contains(errors), "\(name): \(result.errors)")
    } else {
      #expect(result.errors.isEmpty, "\(name): \(result.errors)")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty,
      "\(name) leaves nothing behind")
  }

  private func expected(_ program: String) throws -> String {
    let shared = Self.folder.appendingPathComponent("\(program).expected")
    let own = Self.folder.appendingPathComponent("\(rawValue)/\(program).expected")
    let url = FileManager.default.fileExists(atPath: shared.path) ? shared : own
    return try String(contentsOf: url, encoding: .utf8)
  }
}
