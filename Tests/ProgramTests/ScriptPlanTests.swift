// What becomes of a script's commands before anything runs.

import Testing
import Wasm

@testable import Program

struct ScriptPlanTests {
  private func plan(_ text: String, features: FeatureSet = .all) -> ScriptPlan {
    ScriptPlan(
      WastScript.parse(ModuleBytes(copying: text.utf8)), features: features, judgesModules: true)
  }

  /// Outcomes as short words; `run` for commands that run.
  private func fates(_ text: String, features: FeatureSet = .all) -> [String] {
    plan(text, features: features).commands.map { command in
      switch command.fate {
      case .decided(.passed): "passed"
      case .decided(.failed(_, let actual)): "failed: \(actual)"
      case .decided(.skipped(let reason)): "skipped: \(reason)"
      case .running: "run"
      }
    }
  }

  @Test func `commands that need no program are decided`() {
    let fates = fates(
      #"""
      (assert_malformed (module quote "(func") "unexpected token")
      (assert_malformed (module binary "\00asm") "unexpected end")
      (assert_invalid (module (func (result i32))) "type mismatch")
      (assert_invalid (module (func)) "type mismatch")
      (assert_invalid (module (func (result i32))) "unknown local")
      (assert_unlinkable (module (import "a" "b" (func))) "unknown import")
      (assert_unlinkable (module (import "spectest" "print" (memory 1))) "incompatible import type")
      (assert_unlinkable (module (import "spectest" "memory" (memory 1 1))) "incompatible")
      (assert_unlinkable (module (func)) "unknown import")
      """#)
    #expect(
      fates.map { $0.prefix { $0 != ":" } } == [
        "passed", "passed", "passed", "failed", "failed", "passed", "passed", "passed", "failed",
      ])
    #expect(fates[3] == "failed: the module is valid")
    #expect(fates[4].hasPrefix("failed: invalid: type mismatch"))
  }

  @Test func `a form that cannot be read is one command that fails`() {
    let fates = fates(
      """
      (module (func (export "f")))
      (assert_return (invoke 5))
      (frobnicate "x")
      (assert_return (invoke "f"))
      """)
    #expect(fates.map { $0.prefix { $0 != ":" } } == ["run", "failed", "failed", "run"])
  }

  @Test func `what needs an instance that failed fails, and names are resolved in time`() {
    let fates = fates(
      """
      (invoke "f")
      (module $A (func (export "f")))
      (register "a" $A)
      (module $B (import "a" "f" (func)) (export "g" (func 0)))
      (module $A (func (export "h")))
      (invoke "h") (invoke "f") (invoke $B "g") (invoke $C "g")
      (module (import "a" "h" (func)))
      (invoke "x")
      (get $B "g")
      (invoke $B "g" (i32.const 1))
      """)
    #expect(
      fates == [
        "failed: no module", "run", "passed", "run", "run", "run", "failed: the instance has none",
        "run", #"failed: no module "$C""#, "failed: unknown import", "failed: its module failed",
        "failed: the instance has none", "failed: the instance has none",
      ])
  }

  @Test func `definitions are instantiated by name, each time anew`() throws {
    let plan = plan(
      """
      (module definition $M (memory (export "m") 1))
      (module instance $A $M)
      (module instance $B $M)
      (module instance)
      (module instance $C $N)
      """)
    #expect(plan.program?.instances.count == 3)
    guard case .decided(.passed) = plan.commands[0].fate,
      case .decided(.failed) = plan.commands[4].fate
    else { return #expect(Bool(false)) }
  }

  @Test func `the host module is there item by item, and only where it is used`() throws {
    let plan = plan(
      """
      (module (memory 1))
      (module (import "spectest" "global_i32" (global i32)) (import "spectest" "memory" (memory 1)))
      (module (import "spectest" "memory" (memory 1)))
      """)
    let program = try #require(plan.program)
    #expect(program.instances.map(\.name) == ["", "spectest", "spectest", "", ""])
    #expect(program.instances[4].memories == [ItemBinding(instance: 2, index: 0)])
  }

  @Test func `an import that must have grown is checked when it is instantiated`() throws {
    let plan = plan(
      """
      (module $A (memory (export "m") 1 5) (table (export "t") 1 funcref))
      (register "a" $A)
      (module (import "a" "m" (memory 3)) (import "a" "t" (table 1 funcref)))
      (assert_unlinkable (module (import "a" "t" (table 2 funcref))) "incompatible import type")
      (assert_unlinkable (module (import "a" "m" (memory 1 4))) "incompatible import type")
      """)
    guard case .script(let script)? = plan.program?.entry else {
      return #expect(Bool(false))
    }
    #expect(
      script.targets == [
        .instantiate(instance: 0, sizes: []),
        .instantiate(instance: 1, sizes: [SizeRequirement(.memory(0), minimum: 3)]),
        .instantiate(instance: 2, sizes: [SizeRequirement(.table(0), minimum: 2)]),
      ])
    #expect(script.streams[0].commands.count == 3)
  }

  @Test func `what is not compiled is skipped with its name, but judged and linked`() {
    let fates = fates(
      """
      (module $A (tag (export "t") (param i32)) (global (export "g") i32 (i32.const 1)))
      (register "a" $A)
      (module (import "a" "g" (global i32)))
      (assert_return (get "g") (i32.const 1))
      (assert_unlinkable (module (import "a" "t" (tag))) "incompatible import type")
      (module (func (export "f")))
      (assert_return (invoke "f"))
      """)
    #expect(
      fates == [
        "skipped: exceptions", "skipped: exceptions", "skipped: exceptions", "skipped: exceptions",
        "passed", "run", "run",
      ])
  }

  @Test func `modules of features that are off are skipped`() {
    let fates = fates("(module (func (drop (v128.const i64x2 0 0))))", features: .wasm1)
    #expect(fates.count == 1 && fates[0].hasPrefix("skipped: "))
  }

  @Test func `threads have streams and numbers of their own`() throws {
    let plan = plan(
      """
      (module $M (func (export "f")))
      (thread $T (shared (module $M)) (invoke $M "f") (invoke $N "f"))
      (wait $T)
      (wait $T)
      """)
    guard case .script(let script)? = plan.program?.entry else {
      return #expect(Bool(false))
    }
    #expect(plan.commands.count == 6)
    #expect(script.streams.map(\.commands.count) == [3, 1])
    #expect(script.streams[1].first != 0)
    #expect(script.streams[0].commands[1] == .start(stream: 1))
    #expect(script.streams[0].commands[2] == .wait(stream: 1))
  }

  @Test func `a script of fields is one module`() {
    #expect(fates(#"(func) (memory 0) (func (export "f"))"#) == ["run", "passed", "passed"])
    #expect(fates("(func) (module)").map { $0.prefix(6) } == ["failed", "run"])
  }

  @Test func `outcomes follow the log, and what is missing from it is a failure`() {
    let plan = plan(
      """
      (module (func (export "f") (result i32) i32.const 7))
      (assert_return (invoke "f") (i32.const 7))
      (assert_return (invoke "f") (i32.const 8))
      """)
    let one = "01000000000000000000000000000000"
    let seven = "07000000000000000000000000000000"
    let log = ScriptLog(Array("0 returned \(one)\n1 returned \(seven)\n".utf8))
    #expect(
      plan.outcomes(log, ending: "the program was ended by signal 11") == [
        .passed, .passed,
        .failed(expected: "(i32.const 8)", actual: "the program was ended by signal 11"),
      ])
    let failed = ScriptLog(Array("0 trapped unreachable\n1 returned \(seven)\n".utf8))
    #expect(
      plan.outcomes(failed, ending: nil)[1]
        == .failed(expected: "(i32.const 7)", actual: "its module was not instantiated"))
  }
}
