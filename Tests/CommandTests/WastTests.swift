import Foundation
import TestSupport
import Testing

/// `apus wast` on scripts made for it.
struct WastTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs `apus wast` on a script.
  private func run(
    _ script: String, _ options: [String] = [], name: String = "a.wast"
  ) throws -> ProcessResult {
    try writeFile(Array(script.utf8), to: folder.file(name))
    return try ApusCommand.run(["wast", folder.file(name)] + options)
  }

  private static let modes: [[String]] = [
    [], ["-O0"], ["--strict"], ["--bounds-checks", "explicit"],
  ]

  @Test(arguments: modes)
  func resultsOfEveryTypePass(options: [String]) throws {
    let result = try run(
      """
      (module $m
        (global (export "g") (mut i64) (i64.const 5))
        (global (export "c") f32 (f32.const 1.5))
        (func (export "swap") (param i32 f64) (result f64 i32) local.get 1 local.get 0)
        (func (export "three") (param i64 v128 f32) (result f32 v128 i64)
          local.get 2 local.get 1 local.get 0)
        (func (export "nan") (param f32) (result f32) (f32.add (local.get 0) (f32.const nan)))
        (func $f (export "ref") (param funcref) (result funcref i32)
          (ref.func $f) (ref.is_null (local.get 0)))
        (func (export "extern") (param externref) (result externref) local.get 0)
        (func (export "bump") (global.set 0 (i64.add (global.get 0) (i64.const 1)))))
      (assert_return (invoke "swap" (i32.const -7) (f64.const 0x1p-1074)) (f64.const 0x1p-1074)
        (i32.const -7))
      (assert_return (invoke "three" (i64.const 1) (v128.const i32x4 1 2 3 4) (f32.const -0))
        (f32.const -0) (v128.const i64x2 0x2_0000_0001 0x4_0000_0003) (i64.const 1))
      (assert_return (invoke "nan" (f32.const nan:0x200000)) (f32.const nan:arithmetic))
      (assert_return (invoke "ref" (ref.null func)) (ref.func) (i32.const 1))
      (assert_return (invoke "extern" (ref.extern 7)) (ref.extern 7))
      (assert_return (invoke "extern" (ref.null extern)) (ref.null extern))
      (invoke "bump")
      (assert_return (get "g") (i64.const 6))
      (assert_return (get $m "c") (f32.const 1.5))
      """, options + ["--enable", "simd"])
    #expect(result.output.hasSuffix("10 passed\n1 scripts, 10 commands: 10 passed, ") == false)
    #expect(result.output.contains("10 commands: 10 passed, "), "\(result)")
    #expect(result.status == 0)
  }

  @Test func instancesShareAcrossFailedInstantiations() throws {
    let result = try run(
      """
      (module $a (memory (export "m") 1) (table (export "t") 4 funcref)
        (type $i (func (result i32)))
        (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
        (func (export "call") (param i32) (result i32) (call_indirect (type $i) (local.get 0))))
      (register "a" $a)
      (assert_trap
        (module (import "a" "m" (memory 1)) (import "a" "t" (table 4 funcref))
          (func $seven (result i32) (i32.const 7))
          (elem (i32.const 1) $seven)
          (data (i32.const 16) "x")
          (data (i32.const 65536) "y"))
        "out of bounds memory access")
      (assert_return (invoke $a "load" (i32.const 16)) (i32.const 120))
      (assert_return (invoke $a "call" (i32.const 1)) (i32.const 7))
      (assert_trap (invoke $a "call" (i32.const 2)) "uninitialized element 2")
      (assert_trap (module (func $f unreachable) (start $f)) "unreachable")
      (module $b (import "a" "m" (memory 1)) (data (i32.const 17) "z")
        (func (export "grow") (result i32) (memory.grow (i32.const 2))))
      (assert_return (invoke $a "load" (i32.const 17)) (i32.const 122))
      (assert_unlinkable (module (import "a" "m" (memory 3))) "incompatible import type")
      (assert_return (invoke $b "grow") (i32.const 1))
      (module (import "a" "m" (memory 3)))
      """)
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("12 commands: 12 passed, "), "\(result)")
  }

  @Test(arguments: modes)
  func trapsAndExhaustionEndTheCallOnly(options: [String]) throws {
    let again = String(
      repeating: """
        (assert_exhaustion (invoke "forever") "call stack exhausted")
        (assert_trap (invoke "load" (i32.const 65536)) "out of bounds memory access")
        (assert_trap (invoke "div" (i32.const 1) (i32.const 0)) "integer divide by zero")

        """, count: 700)
    let result = try run(
      """
      (module (memory 1) (global $n (mut i32) (i32.const 0))
        (func $f (export "forever") (result i32) (i32.add (call $f) (i32.const 1)))
        (func (export "load") (param i32) (result i32)
          (global.set $n (i32.add (global.get $n) (i32.const 1)))
          (i32.load (local.get 0)))
        (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
        (func (export "count") (result i32) (global.get $n)))
      \(again)
      (assert_return (invoke "count") (i32.const 700))
      """, options)
    #expect(result.status == 0, "\(result.output.prefix(500))")
    #expect(result.output.contains("2102 commands: 2102 passed, "))
  }

  @Test func failuresNameLineExpectedAndActual() throws {
    let result = try run(
      """
      (module (func (export "f") (result i32) (i32.const 1)) (func (export "t") unreachable))
      (assert_return (invoke "f") (i32.const 2))

      (assert_trap (invoke "f") "unreachable")
      (assert_return (invoke "t"))
      (assert_invalid (module) "type mismatch")
      (assert_return (invoke "f") (i32.const 1))
      """)
    #expect(result.status == 1)
    #expect(
      result.output.hasPrefix(
        """
        \(folder.file("a.wast"))  2 passed, 4 failed
          line 2: expected (i32.const 2), got (i32.const 1)
          line 4: expected trap: unreachable, got (i32.const 1)
          line 5: expected no result, got trap: unreachable
          line 6: expected invalid: type mismatch, got the module is valid
        1 scripts, 6 commands: 2 passed, 4 failed, 
        """), "\(result)")
  }

  @Test func whatIsNotCompiledIsSkippedWithItsName() throws {
    let script = """
      (module (tag $e) (func (export "f")))
      (assert_exception (invoke "f"))
      (module (func (export "g")))
      (invoke "g")
      """
    let result = try run(script, ["--features", "wasm3", "-v"])
    #expect(result.status == 0)
    #expect(result.output.contains("2 passed, 2 skipped (2 exceptions)"), "\(result)")
    #expect(result.output.contains("skipped for exceptions: lines 1 2"), "\(result)")
    let off = try run("(module (memory 1) (memory 1))", ["--disable", "multi-memory"])
    #expect(off.status == 0)
    #expect(off.output.contains("1 skipped (1 "), "\(off)")
    #expect(off.output.contains("(1 the feature multi-memory)"), "\(off)")
  }

  @Test func jsonHoldsEveryCommand() throws {
    let result = try run(
      """
      (module (func (export "f") (result i32) (i32.const 1)))
      (assert_return (invoke "f") (i32.const 2))
      (assert_invalid (module (memory 1) (memory 1)) "x")
      """, ["--json", "--disable", "multi-memory"])
    #expect(result.status == 1)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    let scripts = try #require(report["scripts"] as? [[String: Any]])
    let total = try #require(report["total"] as? [String: Any])
    #expect(total["commands"] as? Int == 3)
    #expect(total["passed"] as? Int == 1)
    #expect(total["failed"] as? Int == 2 || total["skipped"] as? Int == 1)
    let failures = try #require(scripts[0]["failures"] as? [[String: Any]])
    #expect(failures[0]["line"] as? Int == 2)
    #expect(failures[0]["expected"] as? String == "(i32.const 2)")
    #expect(failures[0]["actual"] as? String == "(i32.const 1)")
  }

  @Test func aProgramThatDoesNotEndFailsWhatIsLeft() throws {
    let result = try run(
      """
      (module (func (export "f")) (func (export "spin") (loop (br 0))))
      (invoke "f")
      (invoke "spin")
      (invoke "f")
      """, ["--timeout", "2"])
    #expect(result.status == 1)
    #expect(result.output.contains("2 passed, 2 failed"), "\(result)")
    #expect(
      result.output.contains("line 3: expected return, got the program did not end in time"),
      "\(result)")
  }

  @Test func aProgramThatDiesFailsWhatIsLeft() throws {
    // More memory than any address space has: the program cannot start.
    let result = try run(
      """
      (module (memory i64 0x100_0000_0000) (func (export "f")))
      (invoke "f")
      (assert_invalid (module (func (result i32))) "type mismatch")
      """, ["--features", "wasm3"])
    #expect(result.status == 1)
    #expect(result.output.contains("1 passed, 2 failed"), "\(result)")
    #expect(result.output.contains("line 1: expected instantiation, got "), "\(result)")
  }

  @Test func threadsRunAndShare() throws {
    let result = try run(
      """
      (module $m (memory (export "m") 1 1 shared)
        (func (export "get") (result i32) (i32.atomic.load (i32.const 0))))
      (thread $t (shared (module $m))
        (register "m" $m)
        (module (import "m" "m" (memory 1 1 shared))
          (func $f (export "forever") (result i32) (i32.add (call $f) (i32.const 1)))
          (func (export "trap") (drop (i32.load (i32.const 65536))))
          (func (export "run") (i32.atomic.store (i32.const 0) (i32.const 42))))
        (assert_exhaustion (invoke "forever") "call stack exhausted")
        (assert_trap (invoke "trap") "out of bounds memory access")
        (invoke "run"))
      (wait $t)
      (assert_return (invoke $m "get") (i32.const 42))
      """, ["--features", "wasm2", "--enable", "threads"])
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("9 commands: 9 passed, "), "\(result)")
  }

  @Test func foldersAreSearchedAndScriptsShownInOrder() throws {
    let nested = folder.file("suite/proposals/threads")
    try FileManager.default.createDirectory(atPath: nested, withIntermediateDirectories: true)
    let shared = """
      (module (memory 1 1 shared))
      (assert_invalid (module (memory 1) (memory 1)) "multiple memories")
      """
    try writeFile(Array(shared.utf8), to: nested + "/m.wast")
    try writeFile(Array("(module)".utf8), to: folder.file("suite/b.wast"))
    try writeFile(Array("(module) (module)".utf8), to: folder.file("suite/a.wast"))
    let unknown = folder.file("suite/proposals/telepathy")
    try FileManager.default.createDirectory(atPath: unknown, withIntermediateDirectories: true)
    try writeFile(Array("(module) (think)".utf8), to: unknown + "/t.wast")
    let result = try ApusCommand.run(
      ["wast", folder.file("suite"), "--features", "wasm3", "--jobs", "3"])
    #expect(result.status == 0, "\(result)")
    let names = result.output.split(separator: "\n").map { line in
      line.prefix { $0 != " " }.split(separator: "/").last.map(String.init) ?? ""
    }
    #expect(names == ["a.wast", "b.wast", "t.wast", "m.wast", "4"])
    #expect(result.output.contains("2 skipped (2 the proposal telepathy)"))
  }

  @Test func usageErrors() throws {
    #expect(try ApusCommand.run(["wast"]).status == 64)
    #expect(try ApusCommand.run(["wast", "--jobs", "0", "x"]).status == 64)
    #expect(try ApusCommand.run(["wast", folder.file("none.wast")]).status == 1)
    #expect(try ApusCommand.run(["wast", folder.path]).status == 1)
  }
}
