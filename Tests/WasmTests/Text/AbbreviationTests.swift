// Every abbreviation of the text format, next to what it stands for.

import Testing
import Wasm

@Suite struct AbbreviationTests {
  @Test func modules() throws {
    try expectSame("", "(module)")
    try expectSame("(func) (memory 1)", "(module $m (func) (memory 1))")
    try expectSame("(module (func)) ;; end", "(func)")
  }

  @Test func inlineImportsAndExports() throws {
    for (short, long) in [
      ("func $f", "func $f"), ("table $f 1 funcref", "table $f 1 funcref"),
      ("memory $f 1 2", "memory $f 1 2"), ("global $f (mut i32)", "global $f (mut i32)"),
      ("tag $f (param i32)", "tag $f (param i32)"),
    ] {
      let kind = short.prefix { $0 != " " }
      let rest = short.dropFirst(kind.count + 3)
      try expectSame(
        "(\(kind) $f (export \"a\") (export \"b\") (import \"m\" \"n\")\(rest))",
        "(import \"m\" \"n\" (\(long))) (export \"a\" (\(kind) $f)) (export \"b\" (\(kind) 0))")
    }
    try expectSame(
      #"(func (export "a")) (global (export "b") i32 (i32.const 1))"#,
      #"(func) (global i32 (i32.const 1)) (export "a" (func 0)) (export "b" (global 0))"#)
  }

  @Test func declarationsInGroups() throws {
    try expectSame(
      "(func (param i32 i64) (param f32) (result i32 i64) (result f32) (local i32 i32) (local i64)"
        + " unreachable)",
      "(func (param i32) (param i64) (param f32) (result i32) (result i64) (result f32)"
        + " (local i32) (local i32) (local i64) unreachable)")
    try expectSame(
      "(type (struct (field i32 (mut i8)) (field) (field $x i64)))",
      "(type (struct (field i32) (field (mut i8)) (field i64)))")
  }

  @Test func typeUses() throws {
    // Types that are only written inline come last, in the order they are met in.
    try expectSame(
      """
      (func $a (param i64) (block (result i32 i32) unreachable) drop drop)
      (func $b (param f32) call_indirect (param f64))
      (type $t (func (param i32)))
      (func $c (param i32)) (table 1 funcref)
      """,
      """
      (type $t (func (param i32))) (type $1 (func (param i64)))
      (type $2 (func (result i32 i32))) (type $3 (func (param f32)))
      (type $4 (func (param f64)))
      (func $a (type $1) (block (type $2) unreachable) drop drop)
      (func $b (type $3) call_indirect 0 (type $4)) (func $c (type $t)) (table 1 funcref)
      """)
    // Only a final type without supertypes that stands alone is meant by an inline one.
    let module = try parsed(
      """
      (type $open (sub (func))) (rec (type $r1 (func)) (type (func (param i32))))
      (type $plain (func)) (func) (func (param i32))
      """)
    #expect(module.functions == [3, 4])
    #expect(module.types.count == 5 && module.recursionGroups == [0..<1, 1..<3, 3..<4, 4..<5])
    try expectSame(
      "(type $t (func (param $x i32) (result i64))) (func (type $t) local.get 0 unreachable)",
      "(func (param i32) (result i64) local.get 0 unreachable)")
  }

  @Test func references() throws {
    for (short, long) in [
      ("funcref", "func"), ("externref", "extern"), ("anyref", "any"), ("eqref", "eq"),
      ("i31ref", "i31"), ("structref", "struct"), ("arrayref", "array"), ("nullref", "none"),
      ("nullfuncref", "nofunc"), ("nullexternref", "noextern"), ("exnref", "exn"),
      ("nullexnref", "noexn"),
    ] {
      try expectSame(
        "(func (param \(short)) ref.null \(long) drop)",
        "(func (param (ref null \(long))) ref.null \(long) drop)")
    }
  }

  @Test func foldedInstructions() throws {
    try expectSame(
      """
      (func (param $x i32) (result i32)
        (i32.add (local.get $x) (i32.mul (i32.const 2) (i32.const 3)) (nop)))
      """,
      "(func (param i32) (result i32) local.get 0 i32.const 2 i32.const 3 i32.mul nop i32.add)")
    try expectSame(
      """
      (func (result i32)
        (if $l (result i32) (i32.const 0) (i32.eqz)
          (then (br $l (i32.const 1))) (else (block (loop)) (i32.const 2))))
      """,
      """
      (func (result i32)
        i32.const 0 i32.eqz if $l (result i32) i32.const 1 br 0 else $l block loop end end i32.const 2
        end $l)
      """)
    try expectSame(
      "(tag $e) (func (block $h (try_table (catch $e $h) (catch_all 0) (throw $e))))",
      "(tag $e) (func block try_table (catch 0 0) (catch_all 0) throw 0 end end)")
    try expectSame(
      "(tag $e) (func (try $t (do (throw $e)) (catch $e (rethrow $t)) (catch_all (nop))))",
      "(tag $e) (func try throw 0 catch 0 rethrow 0 catch_all nop end)")
    try expectSame(
      "(tag $e) (func (block $b (try $t (do (throw $e)) (delegate $b))))",
      "(tag $e) (func block try throw 0 delegate 0 end)")
    try expectSame(
      "(tag $e) (func (try (do) (catch_all (try (do) (delegate 1)))))",
      "(tag $e) (func try catch_all try delegate 1 end)")
  }

  /// The label of a folded `if` is not in scope in its condition.
  @Test func labelsOfFoldedIfs() throws {
    try expectSame(
      "(func (block $l (if $l (br_if $l (i32.const 0) (i32.const 1)) (then (br $l)))))",
      "(func block i32.const 0 i32.const 1 br_if 0 if br 0 end end)")
  }

  @Test func tablesAndElements() throws {
    try expectSame(
      "(func $f) (table $t funcref (elem $f 0)) (elem $e declare func $f) (func elem.drop $e)",
      "(func) (table 2 2 funcref) (elem (i32.const 0) func 0 0) (elem declare func 0)"
        + "(func elem.drop 1)")
    try expectSame(
      "(table i64 funcref (elem (ref.null func) (item ref.null func)))",
      "(table i64 2 2 funcref) (elem (i64.const 0) funcref (ref.null func) (ref.null func))")
    try expectSame(
      "(type $t (func)) (func $f (type $t)) (table (ref null $t) (elem $f))",
      "(type $t (func)) (func (type 0)) (table 1 1 (ref null 0))"
        + "(elem (table 0) (offset i32.const 0) (ref null 0) (item ref.func 0))")
    try expectSame(
      "(table 1 funcref) (func) (elem (i32.const 0) 0)",
      "(table 1 funcref) (func) (elem (table 0) (offset (i32.const 0)) func 0)")
    try expectSame(
      "(table 1 funcref) (func) (elem 0 (i32.const 0) 0) (elem (i32.const 0))",
      "(table 1 funcref) (func) (elem (offset i32.const 0) func 0) (elem (i32.const 0) func)")
  }

  @Test func memoriesAndData() throws {
    try expectSame(
      #"(memory $m (data "a" "\00b")) (data $d "x") (func data.drop $d)"#,
      #"(memory 1 1) (data (i32.const 0) "a\00b") (data "x") (func data.drop 1)"#)
    try expectSame(
      #"(memory i64 (pagesize 1) (data "abc"))"#,
      #"(memory i64 3 3 (pagesize 1)) (data (offset i64.const 0) "abc")"#)
    try expectSame("(memory (data))", "(memory 0 0) (data (i32.const 0))")
    try expectSame(
      #"(memory 1) (data 0 (i32.const 0) "x")"#, #"(memory 1) (data (memory 0) (i32.const 0) "x")"#)
  }

  @Test func immediatesThatAreLeftOut() throws {
    let head = "(memory 1) (memory $n 1) (table 1 funcref) (table $u 1 funcref) (type (func))"
    for (short, long) in [
      ("i32.load", "i32.load 0 offset=0 align=4"), ("i32.load8_u $n", "i32.load8_u 1 align=1"),
      ("memory.size", "memory.size 0"), ("memory.copy", "memory.copy 0 0"),
      ("memory.init $d", "memory.init 0 $d"), ("memory.init $n $d", "memory.init 1 0"),
      ("table.get", "table.get 0"), ("table.copy", "table.copy 0 0"),
      ("table.init $e", "table.init 0 $e"), ("table.init $u 0", "table.init 1 $e"),
      ("call_indirect", "call_indirect 0 (type 0)"),
      ("call_indirect $u (type 0)", "call_indirect 1 (type 0)"),
      ("v128.load8_lane 3", "v128.load8_lane 0 offset=0 3"),
      ("v128.load8_lane $n offset=1 3", "v128.load8_lane 1 offset=1 align=1 3"),
      ("v128.load8_lane 1 3", "v128.load8_lane $n 3"),
    ] {
      let tail = #"(elem $e func) (data $d "")"#
      try expectSame("\(head) (func \(short)) \(tail)", "\(head) (func \(long)) \(tail)")
    }
  }
}
