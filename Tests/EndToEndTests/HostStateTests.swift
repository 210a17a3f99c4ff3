// What surrounds a program, and what it leaves: little stack, little address space, core
// dumps.

import Foundation
import TestSupport
import Testing

struct HostStateTests {
  /// Calls of WASI by name: the types of the parameters, and arguments that are harmless.
  private static let calls: [String: (parameters: String, arguments: String)] = [
    "fd_write": ("i32 i32 i32 i32", "(i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)"),
    "fd_read": ("i32 i32 i32 i32", "(i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)"),
    "clock_time_get": ("i32 i64 i32", "(i32.const 1) (i64.const 0) (i32.const 16)"),
    "random_get": ("i32 i32", "(i32.const 16) (i32.const 16)"),
    "fd_filestat_get": ("i32 i32", "(i32.const 1) (i32.const 64)"),
    "fd_readdir": (
      "i32 i32 i32 i64 i32",
      "(i32.const 3) (i32.const 256) (i32.const 256) (i64.const 0) (i32.const 8)"
    ),
    "path_open": (
      "i32 i32 i32 i32 i32 i64 i64 i32 i32",
      """
      (i32.const 3) (i32.const 0) (i32.const 600) (i32.const 3) (i32.const 0) (i64.const 0)
      (i64.const 0) (i32.const 0) (i32.const 8)
      """
    ),
    "poll_oneoff": (
      "i32 i32 i32 i32", "(i32.const 700) (i32.const 256) (i32.const 1) (i32.const 8)"
    ),
  ]

  private func program(_ text: String, _ options: [String] = []) throws -> Executable {
    let folder = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("module.wat")))
    let path = folder.file("module")
    let result = try ApusCommand.run(["compile", folder.file("module.wat"), "-o", path] + options)
    try #require(result.status == 0, "\(result)")
    return Executable(path: path, folder: folder)
  }

  /// Calls itself without end, and a function of WASI each time. Frames hold `kept` numbers.
  private func recursion(_ name: String, kept: Int) throws -> Executable {
    let (parameters, arguments) = try #require(Self.calls[name])
    let slots = (0..<kept).map { (local: $0 + 1, address: 1024 + 8 * $0) }
    let locals = Array(repeating: "i64", count: kept).joined(separator: " ")
    let text = """
      (module
        (import "wasi_snapshot_preview1" "\(name)" (func $wasi (param \(parameters)) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 600) "x/y")
        (func $f (param i32) (result i32) (local \(locals))
          \(slots.map { "(local.set \($0.local) (i64.load (i32.const \($0.address))))" }.joined())
          (drop (call $wasi \(arguments)))
          (drop (call $f (i32.add (local.get 0) (i32.const 1))))
          \(slots.map { "(i64.store (i32.const \($0.address)) (local.get \($0.local)))" }.joined())
          (local.get 0))
        (func (export "_start") (drop (call $f (i32.const 0)))))
      """
    return try program(text, ["--dir", ".", "--max-stack", "256KiB"])
  }

  @Test(arguments: calls.keys.sorted())
  func `R7: a host call that finds too little stack is exhaustion`(name: String) throws {
    // Other frames leave another rest.
    for kept in [0, 5, 40] {
      let result = try recursion(name, kept: kept).run()
      #expect(result.status == 134, "\(kept): \(result.status)")
      #expect(result.errors.hasPrefix("error: call stack exhausted\n"), "\(kept)")
    }
  }

  @Test(arguments: ["64", "unlimited"])
  func `R8: the shell's limit of the stack changes nothing`(limit: String) throws {
    let program = try recursion("clock_time_get", kept: 0)
    let result = try runProcess(
      "/bin/sh", ["-c", "ulimit -S -s \(limit) 2>/dev/null; exec \"$0\"", program.path],
      limit: .seconds(20))
    #expect(result.status == 134 && result.errors.hasPrefix("error: call stack exhausted\n"))
  }

  /// Below what an executable itself takes, the kernel does not start it.
  @Test func `R5: a program that gets too little address space says so`() throws {
    let program = try program(
      "(module (memory (export \"memory\") 1) (func (export \"_start\")))")
    var starts = 0
    for kibibytes in [2_000, 5_000, 10_000, 100_000, 8_000_000, 8_400_000, 9_000_000, 20_000_000] {
      let result = try runProcess(
        "/bin/sh", ["-c", "ulimit -v \(kibibytes); exec \"$0\"", program.path],
        limit: .seconds(20))
      if result.status == 0 {
        starts += 1
        continue
      }
      #expect(result.signal == nil && result.status == 1, "\(kibibytes): \(result)")
      #expect(result.errors.hasPrefix("error: cannot "), "\(kibibytes): \(result)")
    }
    #expect((1...3).contains(starts))
  }

  @Test func `R12: core dumps leave linear memory out`() throws {
    // What it grew by, once and again, as what it started with.
    let endless = """
      (module
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\\08\\00\\00\\00\\01\\00\\00\\00\\n")
        (func (export "_start")
          (drop (memory.grow (i32.const 10)))
          (drop (memory.grow (i32.const 5)))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))
          (loop (br 0))))
      """
    // Addresses, and the flags below them, of all that lies in the first GiB of the memory.
    let script = """
      "$0" >"$1" & for turn in $(seq 100); do [ -s "$1" ] && break; sleep 0.1; done
      sed -n 's/^Max core file size *//p' /proc/$!/limits
      sed -n '/^[0-9a-f]\\{8\\}-/s/ .*//p; /^VmFlags/p' /proc/$!/smaps; kill $!
      """
    for options in [[], ["--bounds-checks", "explicit"]] {
      let program = try program(endless, options)
      let result = try runProcess(
        "/bin/sh", ["-c", script, program.path, program.folder.file("started")],
        limit: .seconds(20))
      // A limit of 1 keeps the kernel from starting a program for the dump as well. Who may have
      // no more than 0 cannot have it.
      let limits = result.output.prefix { $0 != "\n" }.split(separator: " ").prefix(2)
      #expect([["1", "1"], ["0", "0"]].contains(Array(limits)), "\(result)")
      var end: UInt64 = 0x1000_0000
      var mapping: [UInt64] = []
      for line in result.output.split(separator: "\n") {
        if !line.hasPrefix("VmFlags") {
          mapping = line.split(separator: "-").compactMap { UInt64($0, radix: 16) }
        } else if mapping.first == end {
          #expect(line.split(separator: " ").contains("dd"), "\(options): \(mapping) \(line)")
          end = mapping[1]
          mapping = []
        }
      }
      #expect(end >= 0x1000_0000 + 16 * 65536, "\(options): \(result)")
    }
  }
}
