// Threads as the proposal wasi-threads has them: `wasi.thread-spawn`, instances of their
// own over a shared memory, and the end of the process by any of them.

import TestSupport
import Testing

struct ThreadTests {
  /// A module with a shared memory. `thread` is the body of `wasi_thread_start`, with the
  /// locals `$id` and `$argument`; `start` that of `_start`.
  ///
  /// Bytes 0 to 63 are the tests' own; `$wait n` returns once the word at 0 has reached n.
  private func module(thread: String, start: String, more: String = "") -> [UInt8] {
    Array(
      """
      (module
        (import "env" "memory" (memory 1 4 shared))
        (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (import "wasi_snapshot_preview1" "fd_write"
          (func $write (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_renumber" (func $renumber (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_readdir"
          (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
          (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (export "memory" (memory 0))
        (global $mine (mut i32) (i32.const 5))
        \(more)
        (func $add (param $by i32)
          (drop (i32.atomic.rmw.add (i32.const 0) (local.get $by)))
          (drop (memory.atomic.notify (i32.const 0) (i32.const -1))))
        (func $wait (param $until i32) (local $seen i32)
          (loop $again
            (local.set $seen (i32.atomic.load (i32.const 0)))
            (if (i32.lt_u (local.get $seen) (local.get $until))
              (then
                (drop (memory.atomic.wait32 (i32.const 0) (local.get $seen) (i64.const -1)))
                (br $again)))))
        (func $forever (loop $again
          (drop (memory.atomic.wait32 (i32.const 60) (i32.const 0) (i64.const -1)))
          (br $again)))
        (func $check (param $holds i32) (if (i32.eqz (local.get $holds)) (then (unreachable))))
        (func (export "wasi_thread_start") (param $id i32) (param $argument i32) (local $i i32)
          \(thread))
        (func (export "_start") (local $i i32)
          \(start)))
      """.utf8)
  }

  private func run(_ module: [UInt8], _ options: [String] = []) throws -> ProcessResult {
    let executable = try ApusCommand.compile(module, options)
    return try executable.run(directory: executable.folder.path, limit: .seconds(60))
  }

  @Test(arguments: [[], ["-O0"], ["--bounds-checks", "explicit"]])
  func `threads share memory, and globals, segments and start functions are their own`(
    options: [String]
  ) throws {
    let result = try run(
      module(
        thread: """
          ;; A new instance: the global as it starts, and the segment not dropped.
          (call $check (i32.eq (global.get $mine) (i32.const 6)))
          (memory.init $bytes (i32.add (i32.const 1024) (local.get $argument))
            (i32.const 0) (i32.const 1))
          (data.drop $bytes)
          (call $check (i32.gt_s (local.get $id) (i32.const 0)))
          (loop $count
            (global.set $mine (i32.add (global.get $mine) (i32.const 1)))
            (call $add (i32.const 1))
            (br_if $count (i32.lt_u (global.get $mine) (i32.const 1006))))
          """,
        start: """
          (call $check (i32.eq (global.get $mine) (i32.const 6)))
          (data.drop $bytes)
          (loop $more
            (call $check (i32.gt_s (call $spawn (local.get $i)) (i32.const 0)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 8))))
          (call $wait (i32.const 8000))
          (call $check (i32.eq (global.get $mine) (i32.const 6)))
          (call $check (i32.eq (i32.atomic.load (i32.const 32)) (i32.const 9)))
          (call $check
            (i64.eq (i64.load (i32.const 1024)) (i64.const 0x7878787878787878)))
          """,
        more: """
          (data $bytes "x")
          (func $initialise
            (drop (i32.atomic.rmw.add (i32.const 32) (i32.const 1)))
            (global.set $mine (i32.add (global.get $mine) (i32.const 1))))
          (start $initialise)
          """), options)
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
  }

  @Test func `a program may start any number of threads one after the other`() throws {
    let result = try run(
      module(
        thread: "(call $add (i32.const 1))",
        start: """
          (loop $more
            (call $check (i32.gt_s (call $spawn (i32.const 0)) (i32.const 0)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (call $wait (local.get $i))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 20000))))
          """))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
  }

  @Test func `too many threads at once are refused, not fatal`() throws {
    let result = try run(
      module(
        thread: "(call $forever)",
        start: """
          (block $refused
            (loop $more
              (br_if $refused (i32.lt_s (call $spawn (i32.const 0)) (i32.const 0)))
              (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (br_if $more (i32.lt_u (local.get $i) (i32.const 5000))))
            (unreachable))
          (call $check (i32.gt_u (local.get $i) (i32.const 16)))
          """), ["--stack-size", "64KiB"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
  }

  @Test func `the first thread's return, and any thread's exit, end the process`() throws {
    let spawn = "(drop (call $spawn (i32.const 0)))"
    let returned = try run(module(thread: "(call $forever)", start: spawn))
    #expect(returned.status == 0, "\(returned)")
    let exited = try run(
      module(thread: "(call $exit (i32.const 42))", start: spawn + "(call $forever)"))
    #expect(exited.status == 42, "\(exited)")
  }

  @Test func `a trap of any thread ends the process with its message and backtrace`() throws {
    let start = "(drop (call $spawn (i32.const 0))) (call $forever)"
    let bounds = try run(
      module(
        thread: "(call $middle)", start: start,
        more: """
          (func $inner (drop (i32.load (i32.const -4))))
          (func $middle (call $inner))
          """), ["-O0"])
    #expect(bounds.status == 134, "\(bounds)")
    #expect(
      bounds.errors == """
        error: out of bounds memory access
          #0 inner
          #1 middle
          #2 wasi_thread_start
          #3 (thread)

        """, "\(bounds)")
    let exhausted = try run(
      module(
        thread: "(drop (call $deep (local.get $id)))", start: start,
        more: """
          (func $deep (param i32) (result i32)
            (i32.add (call $deep (i32.add (local.get 0) (i32.const 1))) (local.get 0)))
          """))
    #expect(exhausted.status == 134, "\(exhausted)")
    #expect(exhausted.errors.hasPrefix("error: call stack exhausted\n  #0 deep\n"), "\(exhausted)")
  }

  @Test(arguments: ["(unreachable)", "(drop (i32.load (i32.const -4)))"])
  func `where several threads trap at once, one reports`(trap: String) throws {
    let executable = try ApusCommand.compile(
      module(
        thread: "(call $add (i32.const 1)) (call $wait (i32.const 8)) \(trap)",
        start: """
          (loop $more
            (drop (call $spawn (i32.const 0)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 8))))
          (call $wait (i32.const 8)) \(trap)
          """))
    for _ in 0..<20 {
      let result = try executable.run()
      #expect(result.status == 134 && result.signal == nil, "\(result)")
      #expect(result.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }.count == 1)
    }
  }

  @Test func `descriptors may be used, closed and renumbered by all threads at once`() throws {
    // Each thread opens the granted folder 500 times under whatever number is free, reads
    // and writes by numbers that others close, and closes what it opened.
    let result = try run(
      module(
        thread: """
          (loop $more
            (drop (call $open (i32.const 3) (i32.const 0) (i32.const 64) (i32.const 1)
              (i32.const 0) (i64.const 0x4000) (i64.const 0) (i32.const 0)
              (i32.add (i32.const 4096) (i32.mul (local.get $argument) (i32.const 16)))))
            (drop (call $readdir (i32.add (i32.const 4) (i32.rem_u (local.get $i) (i32.const 4)))
              (i32.add (i32.const 8192) (i32.mul (local.get $argument) (i32.const 256)))
              (i32.const 256) (i64.const 0) (i32.const 4160)))
            (drop (call $renumber (i32.const 5) (i32.const 6)))
            (drop (call $write (i32.add (i32.const 4) (i32.rem_u (local.get $i) (i32.const 3)))
              (i32.const 96) (i32.const 1) (i32.const 4160)))
            (drop (call $close (i32.add (i32.const 4) (i32.rem_u (local.get $i) (i32.const 6)))))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 2000))))
          (call $add (i32.const 1))
          """,
        start: """
          (i32.store8 (i32.const 64) (i32.const 46))
          (loop $more
            (drop (call $spawn (local.get $i)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 6))))
          (call $wait (i32.const 6))
          """), ["--dir", "."])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
  }

  @Test func `threads that grow a table at once each get elements of their own`() throws {
    let result = try run(
      module(
        thread: """
          (loop $more
            (call $check (i32.ne (table.grow $t (ref.null func) (i32.const 1)) (i32.const -1)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 20000))))
          (call $add (i32.const 1))
          """,
        start: """
          (loop $more
            (drop (call $spawn (i32.const 0)))
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $i) (i32.const 8))))
          (call $wait (i32.const 8))
          (call $check (i32.eq (table.size $t) (i32.const 160003)))
          """, more: "(table $t 3 200000 funcref)"))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
  }

  @Test func `a program that cannot start threads is refused when it is linked`() throws {
    let spawn = "(import \"wasi\" \"thread-spawn\" (func (param i32) (result i32)))"
    func refusal(_ fields: String) throws -> String {
      do {
        _ = try ApusCommand.compile(Array("(module \(spawn) \(fields))".utf8))
        return ""
      } catch let failure as CompileFailure { return failure.result.errors }
    }
    #expect(
      try refusal("(memory 1 1 shared)").contains("exports no function \"wasi_thread_start\""))
    #expect(
      try refusal("(memory 1) (func (export \"wasi_thread_start\") (param i32 i32))")
        .contains("a memory is not shared"))
  }
}
