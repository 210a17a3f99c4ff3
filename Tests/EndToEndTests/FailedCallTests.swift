// System calls that fail: whatever the kernel refuses, a program ends with a message before its
// guest runs, or its guest learns of it. Never a signal, and never a guest that is less confined
// or limited than it was made to be.
//
// strace makes them fail. It cannot once the filter holds, which would see its change; what a
// guest does is tried without confinement.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Strace.isThere, "strace is missing"))
struct FailedCallTests {
  /// Says that it runs, grows, opens, reads and lists. A step that fails is none of its matter,
  /// but what succeeded must hold.
  private static let text = """
    (module
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "path_open"
        (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_readdir"
        (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (memory (export "memory") 1 8)
      (table $t 1 1000000 funcref)
      (data (i32.const 0) "file\\n")
      (func $grow (param $by i32) (local $old i32)
        (local.set $old (memory.size))
        (if (i32.eq (memory.grow (local.get $by)) (i32.const -1))
          (then (if (i32.ne (memory.size) (local.get $old)) (then (unreachable)))))
        (i32.store8 (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 1)) (i32.const 1)))
      (func (export "_start") (local $i i32)
        (i32.store (i32.const 32) (i32.const 0)) (i32.store (i32.const 36) (i32.const 5))
        (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 48)))
        (call $grow (i32.const 1))
        (drop (table.grow $t (ref.null func) (i32.const 70000)))
        (drop (table.get $t (i32.sub (table.size $t) (i32.const 1))))
        ;; More descriptors than the first table of them holds.
        (loop $more
          (i32.store (i32.const 16) (i32.const 99))
          (drop (call $open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 1)
            (i64.const 66) (i64.const 0) (i32.const 0) (i32.const 16)))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $more (i32.lt_u (local.get $i) (i32.const 20))))
        (i32.store (i32.const 32) (i32.const 1024)) (i32.store (i32.const 36) (i32.const 100))
        (drop (call $read (i32.load (i32.const 16)) (i32.const 32) (i32.const 1) (i32.const 48)))
        (drop (call $stat (i32.load (i32.const 16)) (i32.const 128)))
        (drop (call $close (i32.load (i32.const 16))))
        (drop (call $readdir (i32.const 3) (i32.const 2048) (i32.const 4096) (i64.const 0)
          (i32.const 48)))
        (drop (call $random (i32.const 512) (i32.const 100)))
        (call $grow (i32.const 4))
        (call $grow (i32.const 3))))
    """

  private static let options = ["--dir", ".", "--timeout", "60s", "--max-memory", "1MiB"]

  private func compile(_ options: [String]) throws -> Executable {
    try ApusCommand.compile(Array(Self.text.utf8), Self.options + options)
  }

  /// Calls without which a program would be something else than it says.
  private static let vital: Set = [
    "open", "mprotect", "prctl", "landlock_create_ruleset", "landlock_add_rule",
    "landlock_restrict_self", "seccomp", "sigaltstack", "rt_sigaction", "setitimer",
  ]

  @Test(arguments: [[], ["--bounds-checks", "explicit"]])
  func `R5: a program whose start fails says so and runs no guest`(options: [String]) throws {
    let program = try compile(options)
    let calls = try Strace.calls(of: program)
    let filter = try #require(calls.firstIndex { $0.name == "seccomp" })
    for call in calls[...filter] {
      let result = try Strace.run(program, failing: call, error: "ENOMEM")
      if result.status == 0, !Self.vital.contains(call.name) {
        #expect(result.output == "file\n", "\(call): \(result)")
        continue
      }
      #expect(result.signal == nil && result.status == 1, "\(call): \(result)")
      #expect(result.errors.hasPrefix("error: cannot "), "\(call): \(result)")
      #expect(result.output.isEmpty, "\(call): \(result)")
    }
  }

  @Test(arguments: [[], ["--bounds-checks", "explicit"]])
  func `R5: a call that fails later is an errno or -1`(options: [String]) throws {
    let program = try compile(options + ["--no-confine"])
    let calls = try Strace.calls(of: program)
    let start = try #require(calls.firstIndex { $0.name == "setitimer" })
    #expect(calls[start...].contains { $0.name == "mmap" })
    for call in calls[(start + 1)...] {
      let result = try Strace.run(program, failing: call, error: "ENOMEM")
      #expect(result.status == 0 && result.errors.isEmpty, "\(call): \(result)")
    }
  }

  @Test func `R5: a thread that cannot be started is refused to the guest`() throws {
    // All threads live until the end, so each needs a stack of its own.
    let text = """
      (module
        (import "env" "memory" (memory 1 4 shared))
        (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
        (export "memory" (memory 0))
        (func $wait (param $at i32) (param $until i32) (local $seen i32)
          (loop $again
            (local.set $seen (i32.atomic.load (local.get $at)))
            (if (i32.lt_u (local.get $seen) (local.get $until))
              (then
                (drop (memory.atomic.wait32 (local.get $at) (local.get $seen) (i64.const -1)))
                (br $again)))))
        (func (export "wasi_thread_start") (param i32 i32)
          (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
          (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))
          (call $wait (i32.const 4) (i32.const 1)))
        (func (export "_start") (local $turn i32) (local $started i32)
          (loop $more
            (if (i32.gt_s (call $spawn (i32.const 0)) (i32.const 0))
              (then (local.set $started (i32.add (local.get $started) (i32.const 1)))))
            (local.set $turn (i32.add (local.get $turn) (i32.const 1)))
            (br_if $more (i32.lt_u (local.get $turn) (i32.const 3))))
          (call $wait (i32.const 0) (local.get $started))
          (call $exit (i32.add (i32.const 20) (local.get $started)))))
      """
    let program = try ApusCommand.compile(
      Array(text.utf8), ["--no-confine", "--timeout", "60s"])
    let calls = try Strace.calls(of: program, status: 23)
    let start = try #require(calls.firstIndex { $0.name == "setitimer" })
    var refused = 0
    // How often a thread waits is a matter of luck.
    for call in calls[(start + 1)...] where call.name != "futex" {
      let result = try Strace.run(program, failing: call, error: "EAGAIN")
      #expect([22, 23].contains(result.status) && result.errors.isEmpty, "\(call): \(result)")
      #expect(result.signal == nil, "\(call): \(result)")
      refused += result.status == 22 ? 1 : 0
    }
    // For each of three: the mapping, the protection of its two stacks, the thread itself.
    #expect(refused == 12)
  }

  @Test(
    arguments: [
      ("prctl", 1, "EINVAL", "no_new_privs"),
      ("landlock_create_ruleset", 1, "EFAULT", "to say what it has of Landlock"),
      ("landlock_create_ruleset", 2, "EPERM", "a set of Landlock rules"),
      ("landlock_add_rule", 1, "EBADF", "a Landlock rule"),
      ("landlock_restrict_self", 1, "EPERM", "the Landlock rules"),
      ("seccomp", 1, "EACCES", "the filter of system calls"),
    ])
  func `a kernel that refuses to confine keeps the guest from running`(
    name: String, number: Int, error: String, what: String
  ) throws {
    let program = try compile([])
    let calls = try Strace.calls(of: program)
    guard let call = calls.first(where: { $0.name == name && $0.number == number }) else {
      // Without Landlock there is nothing to refuse.
      #expect(name.hasPrefix("landlock") && !calls.contains { $0.name == "landlock_add_rule" })
      return
    }
    let result = try Strace.run(program, failing: call, error: error)
    #expect(result.status == 1 && result.output.isEmpty, "\(result)")
    #expect(
      result.errors
        == "error: cannot confine the program: the kernel refuses \(what); compile with --no-confine "
        + "to do without\n", "\(result)")
  }

  @Test(
    arguments: [
      ("landlock_create_ruleset", "ENOSYS", "files are not restricted"),
      ("landlock_create_ruleset", "EOPNOTSUPP", "files are not restricted"),
      ("seccomp", "ENOSYS", "system calls are not filtered"),
    ])
  func `what a kernel lacks is left out, and verbose says so`(
    name: String, error: String, note: String
  ) throws {
    let program = try compile([])
    let call = try #require(try Strace.calls(of: program).first { $0.name == name })
    let quiet = try Strace.run(program, failing: call, error: error)
    #expect(quiet.status == 0 && quiet.output == "file\n" && quiet.errors.isEmpty, "\(quiet)")
    let verbose = try Strace.run(program, failing: call, error: error, confine: "verbose")
    #expect(verbose.status == 0 && verbose.output == "file\n", "\(verbose)")
    #expect(verbose.errors.contains(note), "\(verbose)")
  }
}

/// Running a program with a system call that fails.
private enum Strace {
  private static let path = "/usr/bin/strace"

  static var isThere: Bool {
    SharedFiles.isRequired || FileManager.default.isExecutableFile(atPath: path)
  }

  /// The nth call of a name.
  struct Call: CustomStringConvertible {
    var name: String
    var number: Int
    var description: String { "\(name) \(number)" }
  }

  /// Those of the C library before main, and those that are the end or the last words.
  private static let others: Set = [
    "execve", "arch_prctl", "set_tid_address", "exit_group", "write", "writev",
  ]

  /// The calls of a program in order.
  static func calls(of program: Executable, status: Int32 = 0) throws -> [Call] {
    let folder = try TemporaryFolder()
    let trace = folder.file("trace")
    let result = try runProcess(path, ["-o", trace, program.path], directory: folder.path)
    try #require(result.status == status, "\(result)")
    var seen: [String: Int] = [:]
    return try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n").compactMap {
      guard let end = $0.firstIndex(of: "(") else { return nil }
      let name = String($0[..<end])
      seen[name, default: 0] += 1
      return others.contains(name) ? nil : Call(name: name, number: seen[name] ?? 0)
    }
  }

  /// Runs it in an empty folder.
  static func run(
    _ program: Executable, failing call: Call, error: String, confine: String? = nil
  ) throws -> ProcessResult {
    let folder = try TemporaryFolder()
    let trace = folder.path + "-trace"
    defer { try? FileManager.default.removeItem(atPath: trace) }
    let result = try runProcess(
      path,
      [
        "-o", trace, "-e", "inject=\(call.name):error=\(error):when=\(call.number)", program.path,
      ], directory: folder.path, environment: confine.map { ["APUS_CONFINE": $0] } ?? [:],
      limit: .seconds(60))
    let calls = try String(contentsOfFile: trace, encoding: .utf8)
    #expect(calls.contains("(INJECTED)"), "\(call) did not fail")
    return result
  }
}
