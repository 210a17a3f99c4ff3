// What lies around linear memories is never reached, and what a guest finds in its own is
// zero where nothing was written.

import Foundation
import TestSupport
import Testing

struct MemorySafetyTests {
  // MARK: R2

  /// Addresses and offsets of the sweep: hazard C17.
  private static let addresses: [UInt64] = [0, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff]
  private static let offsets: [UInt64] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
  private static let accesses: [(width: UInt64, load: String, store: String, value: String)] = [
    (1, "i32.load8_u", "i32.store8", "i32.const 7"),
    (2, "i32.load16_u", "i32.store16", "i32.const 7"),
    (4, "i32.load", "i32.store", "i32.const 7"), (8, "i64.load", "i64.store", "i64.const 7"),
    (16, "v128.load", "v128.store", "v128.const i64x2 7 7"),
  ]
  private static let bulkLength: UInt64 = 0x1_0001

  /// A program that makes one access: the number of its arguments says which. Also what each
  /// access spans, counted from its address.
  private func sweep(pages: UInt64) -> (text: String, ends: [UInt64]) {
    var functions: [String] = []
    var ends: [UInt64] = []
    for offset in Self.offsets {
      for access in Self.accesses {
        let place = "offset=\(offset) (local.get 0)"
        functions.append("(drop (\(access.load) \(place)))")
        functions.append("(\(access.store) \(place) (\(access.value)))")
        ends += [offset + access.width, offset + access.width]
      }
    }
    let length = "(i32.const \(Self.bulkLength))"
    functions += [
      "(memory.fill (local.get 0) (i32.const 1) \(length))",
      "(memory.copy (local.get 0) (i32.const 0) \(length))",
      "(memory.copy (i32.const 0) (local.get 0) \(length))",
    ]
    ends += [Self.bulkLength, Self.bulkLength, Self.bulkLength]
    let bytes = Self.addresses.map { address in
      (0..<4).map { "\\" + hexadecimal(UInt8(truncatingIfNeeded: address >> (8 * $0))) }.joined()
    }.joined()
    let text = """
      (module
        (import "wasi_snapshot_preview1" "args_sizes_get" (func $arguments (param i32 i32) (result i32)))
        (memory (export "memory") \(pages))
        (type $access (func (param i32)))
        (table funcref (elem \(functions.indices.map { "\($0 + 1)" }.joined(separator: " "))))
        \(functions.map { "(func (type $access) \($0))" }.joined(separator: "\n"))
        (data (i32.const 64) "\(bytes)")
        (func (export "_start") (local $case i32)
          (drop (call $arguments (i32.const 0) (i32.const 4)))
          (local.set $case (i32.sub (i32.load (i32.const 0)) (i32.const 1)))
          (call_indirect (type $access)
            (i32.load offset=64 (i32.shl (i32.rem_u (local.get $case) (i32.const 5)) (i32.const 2)))
            (i32.div_u (local.get $case) (i32.const 5)))))
      """
    return (text, ends)
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// Compiles and links with canary.c; the program needs APUS_CANARY.
  private func link(_ text: String, _ options: [String]) throws -> Executable {
    let folder = try TemporaryFolder()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("guest.wat")))
    let object = folder.file("guest.o")
    let compiled = try ApusCommand.run(
      ["compile", folder.file("guest.wat"), "--emit", "obj", "-o", object] + options)
    try #require(compiled.status == 0, "\(compiled)")
    let root = SharedFiles.packageRoot
    let path = folder.file("program")
    let linked = try runProcess(
      "/bin/sh",
      [
        root.appendingPathComponent("Tests/RuntimeTests/hostile/link.sh").path, object,
        root.appendingPathComponent(".build/lib/apus/x86_64-linux-musl").path, path, "canary.c",
      ])
    try #require(linked.status == 0, "\(linked)")
    return Executable(path: path, folder: folder)
  }

  /// The program that runs others beside canaries, and says how they ended.
  private func launcher(in folder: TemporaryFolder) throws -> String {
    let path = folder.file("canaries")
    let source = SharedFiles.packageRoot.appendingPathComponent("Tests/launchers/canaries.c").path
    let built = try runProcess(
      "/usr/bin/env", ["clang-19", "-D_GNU_SOURCE", "-O1", "-o", path, source])
    try #require(built.status == 0, "\(built)")
    return path
  }

  @Test(arguments: [1, 65536] as [UInt64], ["-O0", "-O2"])
  func `R2: no access touches what lies beside a memory`(pages: UInt64, level: String) throws {
    let (text, ends) = sweep(pages: pages)
    let program = try link(text, [level])
    let folder = try TemporaryFolder()
    let launcher = try launcher(in: folder)
    let result = try runProcess(
      launcher, [program.path, "\(ends.count * Self.addresses.count)"], limit: .seconds(120))
    let expected = ends.flatMap { end in
      Self.addresses.map { address in address + end <= pages << 16 ? "0 0" : "134 0" }
    }
    let lines = result.output.split(separator: "\n").map(String.init)
    #expect(lines.count == expected.count, "\(result.errors)")
    let wrong = zip(lines, expected).enumerated().filter { $1.0 != $1.1 }.map {
      "access \($0 / 5) at \(Self.addresses[$0 % 5]): \($1.0), not \($1.1)"
    }
    #expect(wrong.isEmpty, "\(wrong.count) accesses, the first: \(wrong.prefix(5))")
    // That the file shows a touch.
    for end in ["below", "above"] {
      let touched = try runProcess(
        launcher, [program.path, "1"], environment: ["APUS_TOUCH": end])
      #expect(touched.output.hasPrefix("0 ") && touched.output != "0 0\n", "\(touched)")
    }
  }

  // MARK: R11

  /// Calls with as many numbers as fit, to leave them in registers and on the stack, and then a
  /// function whose locals nothing has set.
  @Test(arguments: ["-O0", "-O2"])
  func `R11: locals, new pages and new elements of tables are zero`(level: String) throws {
    let types = ["i32", "i64", "f32", "f64", "v128"]
    func zeros(_ type: String, _ local: Int) -> String {
      switch type {
      case "i32": "(i64.extend_i32_u (local.get \(local)))"
      case "i64": "(local.get \(local))"
      case "f32": "(i64.extend_i32_u (i32.reinterpret_f32 (local.get \(local))))"
      case "f64": "(i64.reinterpret_f64 (local.get \(local)))"
      default:
        """
        (i64.or (i64x2.extract_lane 0 (local.get \(local))) (i64x2.extract_lane 1 (local.get \(local))))
        """
      }
    }
    let locals = (0..<40).map { types[$0 % types.count] }
    let sum = locals.enumerated().map { "(local.set 43 (i64.or (local.get 43) \(zeros($1, $0))))" }
    let text = """
      (module
        (memory (export "memory") 1 40)
        (table $functions 1 200000 funcref)
        (table $others 1 200000 externref)
        (func $soil (param i64 i64 i64 i64 i64 i64 f64 f64 f64 f64 f64 f64 f64 f64) (result i64)
          (if (result i64) (i64.eqz (local.get 0)) (then (local.get 1))
            (else (i64.add (local.get 5)
              (call $soil (i64.sub (local.get 0) (i64.const 1)) (i64.const -1) (i64.const -2)
                (i64.const -3) (i64.const -4) (i64.const -5)
                (local.get 7) (local.get 8) (local.get 9) (local.get 10) (local.get 11)
                (local.get 12) (local.get 13) (local.get 6))))))
        (func $locals (result i64)
          (local \(locals.joined(separator: " ")) funcref externref i32 i64)
          (if (i32.eqz (ref.is_null (local.get 40))) (then (unreachable)))
          (if (i32.eqz (ref.is_null (local.get 41))) (then (unreachable)))
          \(sum.joined(separator: "\n"))
          (local.get 43))
        (func $pages (local $at i32)
          (memory.fill (i32.const 0) (i32.const 0xff) (i32.shl (memory.size) (i32.const 16)))
          (local.set $at (i32.shl (memory.size) (i32.const 16)))
          (if (i32.eq (memory.grow (i32.const 13)) (i32.const -1)) (then (unreachable)))
          (loop $next
            (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (unreachable)))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $at) (i32.shl (memory.size) (i32.const 16))))))
        (func $elements (local $at i32)
          (local.set $at (table.size $functions))
          (drop (table.grow $functions (ref.null func) (i32.const 70000)))
          (drop (table.grow $others (ref.null extern) (i32.const 70000)))
          (loop $next
            (if (i32.eqz (ref.is_null (table.get $functions (local.get $at)))) (then (unreachable)))
            (if (i32.eqz (ref.is_null (table.get $others (local.get $at)))) (then (unreachable)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.lt_u (local.get $at) (table.size $functions)))))
        (func (export "check") (result i64)
          (drop (call $soil (i64.const 200) (i64.const -1) (i64.const -1) (i64.const -1)
            (i64.const -1) (i64.const -1) (f64.const nan) (f64.const nan) (f64.const nan)
            (f64.const nan) (f64.const nan) (f64.const nan) (f64.const nan) (f64.const nan)))
          (call $pages) (call $pages) (call $pages)
          (call $elements) (call $elements)
          (call $locals)))
      """
    let program = try ApusCommand.compile(Array(text.utf8), [level, "--invoke", "check"])
    let result = try program.run()
    #expect(result.status == 0 && result.output == "0\n", "\(result)")
  }

  /// Everything of the host's that a guest can ask for and that does not change by itself, into
  /// memory, and a hash of that.
  @Test func `R11: memory is the same in a hundred runs, wherever the host puts things`() throws {
    let layout = try String(contentsOfFile: "/proc/sys/kernel/randomize_va_space", encoding: .utf8)
    #expect(layout.hasPrefix("2"), "without randomised addresses this shows little")
    let text = """
      (module
        (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "clock_res_get" (func $resolution (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_prestat_get" (func $prestat (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_filestat_get" (func $filestat (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_readdir"
          (func $readdir (param i32 i32 i32 i64 i32) (result i32)))
        (import "wasi_snapshot_preview1" "path_open"
          (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "poll_oneoff"
          (func $poll (param i32 i32 i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 2 8)
        (table $table 1 1000 funcref)
        (data (i32.const 0) "file")
        (func (export "_start") (local $at i32) (local $hash i64)
          (drop (memory.grow (i32.const 4)))
          (drop (table.grow $table (ref.null func) (i32.const 100)))
          (drop (call $args (i32.const 16) (i32.const 1024)))
          (drop (call $environ (i32.const 256) (i32.const 2048)))
          (drop (call $resolution (i32.const 1) (i32.const 512)))
          (drop (call $fdstat (i32.const 1) (i32.const 544)))
          (drop (call $fdstat (i32.const 3) (i32.const 576)))
          (drop (call $prestat (i32.const 3) (i32.const 608)))
          (drop (call $filestat (i32.const 3) (i32.const 640)))
          (drop (call $open (i32.const 3) (i32.const 1) (i32.const 0) (i32.const 4) (i32.const 0)
            (i64.const -1) (i64.const 0) (i32.const 0) (i32.const 720)))
          (drop (call $filestat (i32.load (i32.const 720)) (i32.const 736)))
          (drop (call $readdir (i32.const 3) (i32.const 65536) (i32.const 4096) (i64.const 0)
            (i32.const 800)))
          ;; A clock that has run out.
          (i64.store (i32.const 8192) (i64.const 42))
          (i64.store (i32.const 8216) (i64.const 1))
          (drop (call $poll (i32.const 8192) (i32.const 8448) (i32.const 1) (i32.const 804)))
          (local.set $hash (i64.const 0xcbf29ce484222325))
          (loop $next
            (local.set $hash (i64.mul (i64.const 0x100000001b3)
              (i64.xor (local.get $hash) (i64.load (local.get $at)))))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br_if $next (i32.lt_u (local.get $at) (i32.const 327680))))
          (i64.store (i32.const 16) (local.get $hash))
          ;; As letters: no byte of it may be lost.
          (loop $letter
            (i32.store8 (i32.add (i32.const 64) (local.get $at))
              (i32.add (i32.const 65) (i32.wrap_i64 (i64.and (local.get $hash) (i64.const 15)))))
            (local.set $hash (i64.shr_u (local.get $hash) (i64.const 4)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br_if $letter (i64.ne (local.get $hash) (i64.const 0))))
          (i32.store (i32.const 32) (i32.const 327744))
          (i32.store (i32.const 36) (i32.sub (local.get $at) (i32.const 327680)))
          (drop (call $write (i32.const 1) (i32.const 32) (i32.const 1) (i32.const 40)))))
      """
    let program = try ApusCommand.compile(
      Array(text.utf8), ["--dir", ".", "--env", "A=b"])
    let folder = try TemporaryFolder()
    try Data("contents".utf8).write(to: URL(fileURLWithPath: folder.file("file")))
    // Listing the folder for the first time changes its time of access.
    #expect(try program.run(["one", "two"], directory: folder.path).status == 0)
    let result = try runProcess(
      "/bin/sh",
      ["-c", "for turn in $(seq 100); do \"$0\" one two || exit; echo; done", program.path],
      directory: folder.path)
    let hashes = result.output.split(separator: "\n")
    #expect(result.status == 0 && hashes.count == 100, "\(result)")
    #expect(Set(hashes).count == 1, "\(Set(hashes).sorted())")
  }
}
