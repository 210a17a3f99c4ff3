// `apus run`: the cache, the grants, and arguments that are none of our business.

import Foundation
import TestSupport
import Testing

@Suite struct RunTests {
  let folder: TemporaryFolder
  let module: String
  let cache: String

  init() throws {
    folder = try TemporaryFolder()
    module = try writeFile(Self.echo, to: folder.file("echo.wasm"))
    cache = folder.file("cache/apus")
  }

  private func run(_ arguments: [String], _ variables: [String: String] = [:]) throws
    -> ProcessResult
  {
    try ApusCommand.run(
      ["run"] + arguments,
      environment: environment(
        ["XDG_CACHE_HOME": folder.file("cache")].merging(variables) { $1 }))
  }

  /// Prints its arguments, each ended by a NUL, as WASI lays them out.
  private static let echo: [UInt8] = {
    var builder = ModuleBuilder()
    let two = builder.type([.i32, .i32], [.i32])
    let four = builder.type([.i32, .i32, .i32, .i32], [.i32])
    let none = builder.type([], [])
    let wasi = "wasi_snapshot_preview1"
    builder.import(wasi, "args_sizes_get", .function(two))
    builder.import(wasi, "args_get", .function(two))
    builder.import(wasi, "fd_write", .function(four))
    builder.memory(1)
    builder.function(none, export: "_start") {
      $0("i32.const", 0)
      $0("i32.const", 12)
      $0("call", 0)
      $0("drop")
      $0("i32.const", 4096)
      $0("i32.const", 8192)
      $0("call", 1)
      $0("drop")
      // One vector: what args_get wrote, as long as args_sizes_get said.
      $0("i32.const", 8)
      $0("i32.const", 8192)
      $0("i32.store", 2, 0)
      $0("i32.const", 1)
      $0("i32.const", 8)
      $0("i32.const", 1)
      $0("i32.const", 16)
      $0("call", 2)
      $0("drop")
    }
    return builder.build()
  }()

  @Test func argumentsReachTheGuestUntouched() throws {
    let arguments = ["--help", "-O9", "--", "--dir", "x y", "", "-"]
    let result = try run(["--dir", folder.path, module] + arguments)
    #expect(result.status == 0, "\(result)")
    #expect(
      result.output.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
        == [module] + arguments + [""])
    #expect(try run(["--", module, "a"]).output == "\(module)\0a\0")
  }

  @Test func secondRunFindsTheFirst() throws {
    #expect(try run(["-v", module]).errors.contains("optimize"))
    let entries = try names(in: cache)
    #expect(entries.count == 1)
    let second = try run(["-v", "--env", "A=B", module, "x"])
    #expect(second.errors.hasPrefix("cached  "))
    #expect(second.output == "\(module)\0x\0")
    // Another level is another executable.
    #expect(try run(["-v", "-O0", module]).errors.contains("optimize"))
    #expect(try names(in: cache).count == 2)
    #expect(try run(["-v", "--no-cache", module]).errors.contains("optimize"))
  }

  /// Hazard T5.
  @Test func damagedEntriesAreReplaced() throws {
    #expect(try run([module]).status == 0)
    let entry = cache + "/" + (try #require(try names(in: cache).first))
    let whole = try readFile(entry)
    var damaged = whole
    damaged[whole.count / 2] ^= 1
    for bytes in [[], Array(whole.prefix(1000)), damaged] {
      try writeFile(bytes, to: entry)
      let result = try run(["-v", module, "x"])
      #expect(result.output == "\(module)\0x\0")
      #expect(result.errors.contains("optimize"))
      #expect(try readFile(entry) == whole)
    }
  }

  @Test func runsWithoutAPlaceForTheCache() throws {
    let result = try run([module, "x"], ["XDG_CACHE_HOME": "/proc/none"])
    #expect(result.status == 0, "\(result)")
    #expect(result.output == "\(module)\0x\0")
  }

  @Test func concurrentRunsShareTheCache() async throws {
    try await withThrowingTaskGroup(of: ProcessResult.self) { group in
      for _ in 0..<8 { group.addTask { try run([module, "x"]) } }
      for try await result in group { #expect(result.output == "\(module)\0x\0", "\(result)") }
    }
    #expect(try names(in: cache).count == 1)
  }

  @Test func statusIsTheGuests() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], []), export: "_start") { $0("unreachable") }
    let trap = try writeFile(builder.build(), to: folder.file("trap.wasm"))
    let result = try run([trap])
    #expect(result.status == 134)
    #expect(result.errors.contains("unreachable"))
  }

  @Test func mistakesAreUsageErrors() throws {
    let unknown = try run(["--strct", module])
    #expect(unknown.status == 64)
    #expect(unknown.errors.contains("--strict"))
    #expect(try run([]).status == 64)
    #expect(try run([folder.file("none.wasm")]).status == 1)
    let help = try run(["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("EXAMPLES:"))
  }
}
