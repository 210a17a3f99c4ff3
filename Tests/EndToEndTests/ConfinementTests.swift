// What the kernel keeps a program from: the second wall, tried by code that is past the first.
//
// The hostile code is Tests/RuntimeTests/hostile/hostile.c, in place of a host call.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: HostileProgram.canRun, "clang-19, lld or musl is missing"))
struct ConfinementTests {
  private static let SIGSYS: Int32 = 31

  @Test(arguments: [
    "socket", "execve", "fork", "kill", "ptrace", "prctl", "old-open", "other-number",
    "map", "map-code", "map-over", "commit", "commit-code", "change-code",
    "read",
  ])
  func `a call that the program does not need ends it`(call: String) throws {
    let program = try HostileProgram(imports: "", options: [])
    let result = try program.run([call, "/etc/passwd"])
    #expect(result.signal == Self.SIGSYS, "\(result)")
    #expect(result.output.isEmpty, "\(result)")
  }

  @Test func `the calls of another architecture are refused`() throws {
    let program = try HostileProgram(imports: "", options: [])
    let result = try program.run(["other-architecture"])
    // A kernel without them raises a fault.
    #expect(result.signal == Self.SIGSYS || result.status == 139, "\(result)")
  }

  @Test func `what the program needs it may do`() throws {
    let program = try HostileProgram(imports: "", options: [])
    let result = try program.run(["nothing"])
    #expect(result.status == 0 && result.output == "result 0\n", "\(result)")
  }

  @Test(
    arguments: [
      ("map", "result 1\n", nil), ("commit", "result 0\n", nil), ("map-code", "", SIGSYS),
      ("map-over", "", SIGSYS), ("commit-code", "", SIGSYS), ("change-code", "", SIGSYS),
    ] as [(String, String, Int32?)])
  func `memory that can grow is never code`(call: String, output: String, signal: Int32?) throws {
    let program = try HostileProgram(imports: "", options: [], grows: true)
    let result = try program.run([call])
    #expect(result.output == output && result.signal == signal, "\(result)")
  }

  @Test func `files outside the granted folders are refused where paths are resolved`() throws {
    let folder = try TemporaryFolder()
    try Data("inside\n".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    let program = try HostileProgram(
      imports: HostileProgram.pathOpen, options: ["--dir", folder.path])
    let notes = try program.run(["nothing"], confine: "verbose").errors
    guard notes.contains("files are restricted to granted directories: 1") else {
      #expect(notes.contains("Landlock has version 0"), "\(notes)")
      return
    }
    #expect(try program.run(["read", "/etc/passwd"]).output == "result -13\n")
    #expect(try program.run(["create", "/tmp/apus-escaped"]).output == "result -13\n")
    #expect(!FileManager.default.fileExists(atPath: "/tmp/apus-escaped"))
    #expect(try program.run(["print", folder.file("file")]).output == "inside\nresult 0\n")
    #expect(!(try program.run(["create", folder.file("new")]).output.hasPrefix("result -")))
    #expect(try program.run(["socket"]).signal == Self.SIGSYS)
  }

  @Test func `W5: a folder granted for reading is not written to by the kernel either`() throws {
    let folder = try TemporaryFolder()
    try Data("inside\n".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    let program = try HostileProgram(
      imports: HostileProgram.pathOpen, options: ["--dir", folder.path + ":ro"])
    let notes = try program.run(["nothing"], confine: "verbose").errors
    guard notes.contains("files are restricted") else {
      #expect(notes.contains("Landlock has version 0"), "\(notes)")
      return
    }
    #expect(!(try program.run(["read", folder.file("file")]).output.hasPrefix("result -")))
    #expect(try program.run(["create", folder.file("file")]).output == "result -13\n")
    #expect(try program.run(["create", folder.file("new")]).output == "result -13\n")
  }

  @Test func `without a granted folder no file can be named`() throws {
    let program = try HostileProgram(imports: HostileProgram.pathOpen, options: [])
    #expect(try program.run(["read", "/etc/passwd"]).signal == Self.SIGSYS)
  }

  @Test func `--no-confine confines nothing`() throws {
    let program = try HostileProgram(imports: "", options: ["--no-confine"])
    let result = try program.run(["read", "/etc/passwd"])
    #expect(result.status == 0 && !result.output.hasPrefix("result -"), "\(result)")
  }

  @Test func `APUS_CONFINE=log reports the call and makes it`() throws {
    let program = try HostileProgram(imports: "", options: [])
    let result = try program.run(["socket"], confine: "log")
    #expect(result.status == 0 && result.output.hasPrefix("result "), "\(result)")
    #expect(
      result.errors.contains(
        "confinement: the system call socket (41) is not one that this program may make\n"),
      "\(result)")
    #expect(try program.run(["nothing"], confine: "off").status == 1)
  }

  @Test func `B4: nothing is both writable and executable at the end`() throws {
    let program = try HostileProgram(
      imports: HostileProgram.pathOpen, options: ["--dir", "/proc"], grows: true)
    let maps = try program.run(["print", "/proc/self/maps"]).output
    #expect(maps.contains("r-xp") && maps.contains("rw-p"), "\(maps)")
    #expect(!maps.contains("wx"), "\(maps)")
  }

  @Test func `B4: a program makes the calls of its filter only`() throws {
    let strace = "/usr/bin/strace"
    try #require(FileManager.default.isExecutableFile(atPath: strace) || !SharedFiles.isRequired)
    guard FileManager.default.isExecutableFile(atPath: strace) else { return }
    let program = try HostileProgram(imports: "", options: [])
    let trace = try runProcess(strace, ["-f", program.path, "nothing"]).errors
    let lines = trace.split(separator: "\n")
    let filter = try #require(lines.firstIndex { $0.hasPrefix("seccomp(") }, "\(trace)")
    let calls = lines[(filter + 1)...].compactMap { line in
      line.firstIndex(of: "(").map { String(line[..<$0]) }
    }
    #expect(calls == ["writev", "exit_group"], "\(trace)")
  }
}

/// An executable whose `sched_yield` is hostile.
private struct HostileProgram {
  static let pathOpen = """
    (import "wasi_snapshot_preview1" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    """

  let path: String
  private let folder: TemporaryFolder

  /// Whether the tools are there, or must be.
  static var canRun: Bool {
    SharedFiles.isRequired
      || FileManager.default.fileExists(atPath: "/usr/include/x86_64-linux-musl")
  }

  init(imports: String, options: [String], grows: Bool = false) throws {
    folder = try TemporaryFolder()
    path = folder.file("program")
    // Every import has a call, though none is reached, so that all are linked.
    let zeros = "(i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)"
    let uses =
      imports.isEmpty
      ? ""
      : """
      (drop (call $read \(zeros)))
      (drop (call $open \(zeros) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0)
        (i32.const 0)))
      """
    let text = """
      (module
        (import "wasi_snapshot_preview1" "sched_yield" (func $yield (result i32)))
        (import "wasi_snapshot_preview1" "fd_write"
          (func $write (param i32 i32 i32 i32) (result i32)))
        \(imports)
        (memory (export "memory") 1)
        (func (export "_start")
          \(grows ? "(drop (memory.grow (i32.const 16)))" : "")
          (if (call $yield) (then (drop (call $write \(zeros))) \(uses)))))
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("guest.wat")))
    let object = folder.file("guest.o")
    let compiled = try ApusCommand.run(
      ["compile", folder.file("guest.wat"), "--emit", "obj", "-o", object] + options)
    try #require(compiled.status == 0, "\(compiled)")
    let root = SharedFiles.packageRoot
    let runtime = root.appendingPathComponent(".build/lib/apus/x86_64-linux-musl").path
    let script = root.appendingPathComponent("Tests/RuntimeTests/hostile/link.sh").path
    let linked = try runProcess("/bin/sh", [script, object, runtime, path])
    try #require(linked.status == 0, "\(linked)")
  }

  func run(_ arguments: [String], confine: String? = nil) throws -> ProcessResult {
    try runProcess(
      path, arguments, environment: confine.map { ["APUS_CONFINE": $0] } ?? [:],
      limit: .seconds(20))
  }
}
