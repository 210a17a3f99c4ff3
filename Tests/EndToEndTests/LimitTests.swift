// Limits of a program: each ends it, or refuses, in its own way.

import Foundation
import TestSupport
import Testing

struct LimitTests {
  private static let endless = "(module (func (export \"_start\") (loop (br 0))))"
  /// Grows until it cannot, and exits with how many pages it then has.
  private static let growing = """
    (module
      (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (memory (export "memory") 2)
      (func (export "_start")
        (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
        (call $exit (memory.size))))
    """
  private static let counting = """
    (module (func (export "f") (param i32) (result i32) (local i32)
      (loop
        (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
      (local.get 1)))
    """

  private func program(_ text: String, _ options: [String]) throws -> Executable {
    let folder = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("module.wat")))
    let path = folder.file("module")
    let result = try ApusCommand.run(
      ["compile", folder.file("module.wat"), "-o", path] + options)
    try #require(result.status == 0, "\(result)")
    return Executable(path: path, folder: folder)
  }

  @Test func `the time limit ends an endless loop`() throws {
    let result = try program(Self.endless, ["--timeout", "200ms"]).run()
    #expect(result.status == 124 && result.errors == "error: the time limit is exceeded\n")
    #expect(result.time < .seconds(10))
  }

  /// Programs that wait for what never comes, and one whose threads spin.
  private static let waiting = [
    "poll": """
    (module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (i32.store (i32.const 16) (i32.const 1))
        (i64.store (i32.const 24) (i64.const 3600000000000))
        (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))))
    """,
    "read": """
    (module
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 8))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))
    """,
    "accept": """
    (module
      (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start") (drop (call $accept (i32.const 3) (i32.const 0) (i32.const 0)))))
    """,
    "atomic wait": """
    (module (memory 1 1 shared)
      (func (export "_start")
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
    """,
    "threads": """
    (module
      (import "env" "memory" (memory 1 1 shared))
      (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
      (export "memory" (memory 0))
      (func (export "wasi_thread_start") (param $id i32) (param $argument i32)
        (loop (br_if 0 (i32.eqz (local.get $argument))))
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
      (func (export "_start")
        (drop (call $spawn (i32.const 0)))
        (drop (call $spawn (i32.const 1)))
        (drop (call $spawn (i32.const 0)))
        (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))
    """,
  ]

  @Test(arguments: waiting.keys.sorted())
  func `the time limit ends a program that waits`(what: String) throws {
    let program = try program(
      try #require(Self.waiting[what]),
      ["--timeout", "200ms"] + (what == "accept" ? ["--tcp-listen", "127.0.0.1:0"] : []))
    // Standard input that neither ends nor brings anything.
    let result = try runProcess(
      "/bin/sh",
      ["-c", #"mkfifo "$1"; exec "$0" <>"$1""#, program.path, program.folder.file("fifo")],
      limit: .seconds(20))
    #expect(result.status == 124 && result.signal == nil, "\(result)")
    #expect(result.errors == "error: the time limit is exceeded\n")
    #expect(result.time >= .milliseconds(200) && result.time < .seconds(10))
  }

  @Test(arguments: ["-O0", "-O2"])
  func `fuel ends an endless loop`(level: String) throws {
    let result = try program(Self.endless, [level, "--fuel", "1000000"]).run()
    #expect(result.status == 123 && result.errors.hasPrefix("error: all fuel consumed\n"))
  }

  @Test func `fuel is counted alike at every level`() throws {
    // A turn of the loop costs 1 and its 9 instructions, the call 1 and the last instruction.
    func least(_ level: String) throws -> Int {
      var (low, high) = (1, 4096)
      while low < high {
        let middle = (low + high) / 2
        let run = try program(
          Self.counting, ["--invoke", "f", level, "--fuel", "\(middle)"]
        ).run(["100"])
        if run.status == 0 { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let expected = try least("-O0")
    #expect(expected == 100 * 10 + 2)
    #expect(try least("-O2") == expected)
  }

  @Test func `memories do not grow beyond their limit`() throws {
    let grown = try program(Self.growing, ["--max-memory", "640KiB"]).run()
    #expect(grown.status == 10, "\(grown)")
    let refused = try program(Self.growing, ["--max-memory", "64KiB"]).run()
    #expect(refused.status == 122, "\(refused)")
    #expect(refused.errors == "error: the linear memories exceed the memory limit\n")
  }

  @Test func `memories together have one limit`() throws {
    let text = "(module (memory 3) (memory 3) (func (export \"_start\")))"
    #expect(try program(text, ["--max-memory", "384KiB"]).run().status == 0)
    let refused = try program(text, ["--max-memory", "320KiB"]).run()
    #expect(refused.status == 122, "\(refused)")
    #expect(refused.errors == "error: the linear memories exceed the memory limit\n")
  }

  @Test func `descriptors have a limit`() throws {
    let text = """
      (module
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "path_open"
          (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 0) ".")
        (global $count (mut i32) (i32.const 0))
        (func $again (result i32)
          (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 1)
            (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 8))))
        (func (export "_start")
          (loop
            (if (call $again) (then
              (global.set $count (i32.add (global.get $count) (i32.const 1)))
              (br 1))))
          (call $exit (global.get $count))))
      """
    #expect(try program(text, ["--dir", "/", "--max-fds", "16"]).run().status == 12)
    let refused = try program(text, ["--dir", "/", "--max-fds", "3"]).run()
    #expect(refused.status == 121, "\(refused)")
    let streams = try program(text, ["--max-fds", "2"]).run()
    #expect(streams.status == 121, "\(streams)")
    #expect(streams.errors == "error: the standard streams exceed the limit of descriptors\n")
    let sockets = try program(
      Self.accepting, ["--max-fds", "3", "--tcp-listen", "127.0.0.1:0"]
    ).run()
    #expect(sockets.status == 121, "\(sockets)")
  }

  private static let accepting = """
    (module
      (import "wasi_snapshot_preview1" "sock_accept"
        (func $accept (param i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start") (drop (call $accept (i32.const 3) (i32.const 0) (i32.const 0)))))
    """

  @Test func `the stack has a limit`() throws {
    let text = "(module (func $f (export \"_start\") (call $f) (call $f)))"
    let result = try program(text, ["--max-stack", "64KiB"]).run()
    #expect(result.status == 134 && result.errors.contains("call stack exhausted"))
  }

  @Test func `apus run takes limits as well`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("m.wat")
    try Data(Self.endless.utf8).write(to: URL(fileURLWithPath: file))
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_CACHE_HOME"] = folder.path
    func run(_ options: [String]) throws -> Int32 {
      try ApusCommand.run(["run"] + options + [file], environment: environment).status
    }
    #expect(try run(["--timeout", "300ms"]) == 124)
    #expect(try run(["--fuel", "5000"]) == 123)
    #expect(try run(["--fuel", "7000"]) == 123)
    #expect(try run(["--fuel", "0"]) == 64)
  }
}
