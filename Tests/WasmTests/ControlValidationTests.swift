import TestSupport
import Testing
import Wasm

/// The rules of control instructions, each accepted and rejected.
@Suite struct ControlValidationTests {
  @Test func blocks() {
    expectValid {
      $0("block", .empty)
      $0("end")
    }
    expectValid([], [.i32]) {
      $0("block", .value(.i32))
      $0("i32.const", 1)
      $0("end")
    }
    // Type 2 is [i32] -> [i32].
    expectValid([.i32], [.i32]) {
      $0("local.get", 0)
      $0("loop", .type(2))
      $0("end")
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [], in end", [], [.i32])
    {
      $0("block", .value(.i32))
      $0("end")
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [i64], in end") {
      $0("block", .value(.i32))
      $0("i64.const", 1)
      $0("end")
      $0("drop")
    }
    expectInvalid("type mismatch: block requires [] but stack has [i32], at the end of a block") {
      $0("block", .empty)
      $0("i32.const", 1)
      $0("end")
    }
    expectInvalid(
      "type mismatch: block requires [] but stack has [i32], at the end of the function"
    ) {
      $0("i32.const", 1)
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has") {
      $0("block", .type(2))
    }
    expectInvalid("unknown type 99") { $0("block", .type(99)) }
    // A block does not see the operands below it.
    expectInvalid("type mismatch: instruction requires a value but stack has [], in drop") {
      $0("i32.const", 1)
      $0("block", .empty)
      $0("drop")
      $0("end")
    }
  }

  @Test func conditionals() {
    expectValid([.i32], [.i64]) {
      $0("local.get", 0)
      $0("if", .value(.i64))
      $0("i64.const", 1)
      $0("else")
      $0("i64.const", 2)
      $0("end")
    }
    expectValid([.i32]) {
      $0("local.get", 0)
      $0("if", .empty)
      $0("end")
    }
    // Type 2 is [i32] -> [i32]: what it takes is what it yields.
    expectValid([.i32], [.i32]) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("if", .type(2))
      $0("end")
    }
    expectInvalid("type mismatch: an if without else must yield what it takes", [], [.i64]) {
      $0("i32.const", 1)
      $0("if", .value(.i64))
      $0("i64.const", 1)
      $0("end")
    }
    expectInvalid(
      "type mismatch: instruction requires [i64] but stack has [i32], in else", [], [.i64]
    ) {
      $0("i32.const", 1)
      $0("if", .value(.i64))
      $0("i32.const", 1)
      $0("else")
      $0("i64.const", 1)
      $0("end")
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [i64], in if") {
      $0("i64.const", 1)
      $0("if", .empty)
      $0("end")
    }
    for opening in ["block", "loop"] {
      expectRejected(
        .malformed, "END opcode expected",
        module {
          $0(opening, .empty)
          $0("else")
          $0("end")
        })
    }
    expectRejected(
      .malformed, "END opcode expected",
      module {
        $0("i32.const", 1)
        $0("if", .empty)
        $0("else")
        $0("else")
        $0("end")
      })
    expectRejected(.malformed, "END opcode expected", module { $0("else") })
  }

  @Test func branches() {
    // A branch to a loop takes its parameters, to others their results.
    expectValid([.i32], [.i64]) {
      $0("block", .value(.i64))
      $0("i64.const", 1)
      $0("br", 0)
      $0("end")
      $0("i32.const", 0)
      $0("loop", .type(2))
      $0("br", 0)
      $0("end")
      $0("drop")
    }
    expectValid([.i32], [.i64]) {
      $0("i64.const", 1)
      $0("local.get", 0)
      $0("br_if", 0)
    }
    expectInvalid("unknown label 1") { $0("br", 1) }
    expectInvalid("unknown label 7") {
      $0("i32.const", 1)
      $0("br_if", 7)
    }
    expectInvalid("type mismatch: instruction requires [i64] but stack has [], in br", [], [.i64]) {
      $0("br", 0)
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [f32], in br_if") {
      $0("f32.const", 1)
      $0("br_if", 0)
    }
    expectInvalid(
      "type mismatch: instruction requires [f32] but stack has [f64], in return", [], [.f32]
    ) {
      $0("f64.const", 1)
      $0("return")
    }
  }

  @Test func branchTables() {
    expectValid([.i32]) {
      $0("block", .empty)
      $0("local.get", 0)
      $0("br_table", 0, 1, 0, 1)
      $0("end")
    }
    expectInvalid("unknown label 5", [.i32]) {
      $0("local.get", 0)
      $0("br_table", 0, 5, 0)
    }
    expectInvalid("unknown label 5", [.i32]) {
      $0("local.get", 0)
      $0("br_table", 0, 5)
    }
    expectInvalid("type mismatch: the labels of br_table take 0 and 1 values", [.i32], [.i32]) {
      $0("block", .empty)
      $0("i32.const", 1)
      $0("local.get", 0)
      $0("br_table", 0, 1)
      $0("end")
      $0("i32.const", 1)
    }
    expectInvalid(
      "type mismatch: instruction requires [i32] but stack has [i64], in br_table", [.i32], [.i32]
    ) {
      $0("block", .value(.i64))
      $0("i64.const", 1)
      $0("local.get", 0)
      $0("br_table", 0, 1)
      $0("end")
      $0("drop")
      $0("i32.const", 1)
    }
    // Unreachable operands match labels of different types, reachable ones cannot.
    expectValid([.i32], [.i32]) {
      $0("block", .value(.i64))
      $0("unreachable")
      $0("br_table", 0, 1)
      $0("end")
      $0("drop")
      $0("i32.const", 1)
    }
  }

  @Test func calls() {
    expectValid([], [.i64]) {
      $0("i32.const", 1)
      $0("call", 0)
    }
    expectInvalid("unknown function 9") { $0("call", 9) }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [f32], in call") {
      $0("f32.const", 1)
      $0("call", 0)
      $0("drop")
    }
    expectValid([], [.i64]) {
      $0("i32.const", 1)
      $0("i32.const", 0)
      $0("call_indirect", 1, 0)
    }
    expectInvalid("unknown type 77") {
      $0("i32.const", 0)
      $0("call_indirect", 77, 0)
    }
    expectInvalid("unknown table 4") {
      $0("i32.const", 0)
      $0("call_indirect", 1, 4)
    }
    expectInvalid("type mismatch: call_indirect expects a table of funcref, found one of externref")
    {
      $0("i32.const", 0)
      $0("call_indirect", 0, 1)
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [i64], in call_indirect")
    {
      $0("i64.const", 0)
      $0("call_indirect", 0, 0)
    }
  }

  @Test func tailCalls() {
    expectValid([], [.i64]) {
      $0("i32.const", 1)
      $0("return_call", 0)
    }
    expectValid([], [.i64]) {
      $0("i32.const", 1)
      $0("i32.const", 1)
      $0("return_call_indirect", 1, 0)
      // The rest cannot be reached.
      $0("f32.add")
      $0("drop")
    }
    expectInvalid("type mismatch: return_call must yield the caller's results", [], [.i32]) {
      $0("i32.const", 1)
      $0("return_call", 0)
    }
    expectInvalid(
      "type mismatch: instruction requires [i32] but stack has [], in return_call", [], [.i64]
    ) {
      $0("return_call", 0)
    }
    expectInvalid("unknown function 9") { $0("return_call", 9) }
    expectInvalid(
      "type mismatch: return_call_indirect must yield the caller's results", [], [.i32]
    ) {
      $0("i32.const", 1)
      $0("i32.const", 1)
      $0("return_call_indirect", 1, 0)
    }
  }

  @Test("M9 unreachable code is polymorphic, but not untyped")
  func unreachableCode() {
    for stop in ["unreachable", "return", "br"] {
      expectValid([], []) {
        $0("block", .value(.i32))
        if stop == "br" { $0("i32.const", 1) }
        $0(stop, 0)
        $0("i32.add")
        $0("end")
        $0("drop")
      }
    }
    expectInvalid("type mismatch: instruction requires [i32] but stack has [f32], in i32.add") {
      $0("unreachable")
      $0("f32.const", 1)
      $0("i32.add")
      $0("drop")
    }
    expectInvalid("type mismatch: block requires") {
      $0("unreachable")
      $0("i32.const", 1)
    }
    expectInvalid("type mismatch: instruction requires a value but stack has") {
      $0("block", .empty)
      $0("unreachable")
      $0("end")
      $0("drop")
    }
    expectInvalid("unknown local 12") {
      $0("unreachable")
      $0("local.get", 12)
    }
    expectInvalid("type mismatch: instruction requires a value but stack has") {
      $0("unreachable")
      $0("block", .empty)
      $0("drop")
      $0("end")
    }
    // After a conditional branch the operands have the label's types.
    expectInvalid(
      "type mismatch: instruction requires [f32] but stack has [i32], in f32.abs", [], [.i32]
    ) {
      $0("unreachable")
      $0("br_if", 0)
      $0("f32.abs")
      $0("unreachable")
    }
  }
}
