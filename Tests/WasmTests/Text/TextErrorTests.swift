// What is rejected: the suite's wording, and the place that is pointed at.

import Testing
import Wasm

@Suite struct TextErrorTests {
  @Test func tokens() {
    expectRejected("(func (frob))", "unknown operator frob", at: "frob")
    expectRejected("(func i32.const0)", "unknown operator i32.const0", at: "i32.const0")
    expectRejected("(func \"a\"x)", "unknown operator \"a\"x", at: "\"a\"x")
    expectRejected("(func i32.const 0x)", "unknown operator 0x", at: "0x")
    expectRejected("(func i32.load offset=-1)", "unknown operator offset=-1", at: "offset")
    expectRejected("(func i32.load offset=)", "unknown operator offset=", at: "offset")
    expectRejected("(func result)", "unexpected token result", at: "result")
    expectRejected("(func i32.const nan:canonical)", "unexpected token nan:canonical", at: "nan")
    expectRejected("(func i32.const 1.5)", "unexpected token 1.5", at: "1.5")
    expectRejected("(module) )", "unexpected token )", at: " )", skipping: 1)
    expectRejected("(module (func)", "unexpected token: the text ends here", at: "nowhere")
    expectRejected("func", "unexpected token func", at: "func")
    expectRejected("(func \"", "unclosed string", at: "\"")
    expectRejected("(func \u{1})", "illegal character 0x1", at: "\u{1}")
  }

  @Test func structure() {
    expectRejected("(func i32.add end)", "unexpected token end", at: "end")
    expectRejected("(func block)", "unexpected token )", at: ")")
    expectRejected("(func else end)", "unexpected token else", at: "else")
    expectRejected("(func (if (nop) ))", "unexpected token )", at: " ))", skipping: 1)
    expectRejected("(func (if nop (then)))", "unexpected token nop", at: "nop")
    expectRejected("(func (i32.eqz i32.const 0))", "unexpected token i32.const", at: "i32.const")
    expectRejected("(func (if (then) (then)))", "unexpected token then", at: "then)))")
    expectRejected("(func (try (catch_all)))", "unexpected token catch_all", at: "catch_all")
    expectRejected("(func (catch_all))", "unexpected token catch_all", at: "catch_all")
    expectRejected("(func (try (do)) delegate 0)", "unexpected token delegate", at: "delegate")
    expectRejected("(func (nop) (local i32))", "unexpected token local", at: "local")
    expectRejected("(func block $a end $b)", "mismatching label $b", at: "$b")
    expectRejected("(func (result i32) (param i32))", "unexpected token param", at: "param")
    expectRejected("(func block (param $x i32) end)", "unexpected token $x", at: "$x")
  }

  @Test func names() {
    for (text, what) in [
      ("(func $x) (func $x)", "func"), ("(memory $x 1) (memory $x 1)", "memory"),
      ("(table $x 1 funcref) (table $x 1 funcref)", "table"),
      ("(type $x (func)) (type $x (func))", "type"),
      ("(global $x i32 (i32.const 0)) (global $x i32 (i32.const 0))", "global"),
      ("(tag $x) (tag $x)", "tag"), ("(elem $x func) (elem $x func)", "elem"),
      ("(data $x) (data $x)", "data"), ("(func (param $x i32) (local $x i32))", "local"),
      ("(type (struct (field $x i32) (field $x i32)))", "field"),
      ("(import \"\" \"\" (func $x)) (func $x)", "func"),
    ] {
      #expect(textError(text)?.message == "duplicate \(what) $x", "\(text)")
    }
    for (text, what) in [
      ("(func call $x)", "func"), ("(func global.get $x)", "global"), ("(func br $x)", "label"),
      ("(func table.get $x)", "table"), ("(func memory.size $x)", "memory"),
      ("(func throw $x)", "tag"), ("(func elem.drop $x)", "elem"), ("(func data.drop $x)", "data"),
      ("(func (type $x))", "type"), ("(type (struct)) (func struct.get 0 $x)", "field"),
      ("(export \"\" (func $x))", "func"), ("(start $x)", "func"),
    ] {
      expectRejected(text, "unknown \(what) $x", at: "$x")
    }
  }

  @Test func numbers() {
    expectRejected("(func i32.const 4294967296)", "constant out of range", at: "4294967296")
    expectRejected("(func f32.const 1e39)", "constant out of range", at: "1e39")
    expectRejected("(func call 4294967296)", "i32 constant out of range", at: "4294967296")
    expectRejected(
      "(memory i64 0x1_0000_0000_0000_0000)", "i64 constant out of range", at: "0x1")
    expectRejected("(func i32x4.extract_lane 256)", "i8 constant out of range", at: "256")
    expectRejected("(func i32.load align=3)", "alignment must be a power of two", at: "align")
    expectRejected(
      "(func v128.const i32x4 0x10000000000000000)", "wrong number of lane literals", at: "0x1")
    expectRejected("(func i8x16.shuffle 1 2 3)", "invalid lane length", at: "1 2")
    expectRejected("(memory 1 (pagesize 3))", "invalid custom page size", at: "3)")
  }

  @Test func modules() {
    for (definition, name) in [
      ("(func)", "function"), ("(table 1 funcref)", "table"), ("(memory 1)", "memory"),
      ("(global i32 (i32.const 0))", "global"), ("(tag)", "tag"),
    ] {
      for text in ["(import \"\" \"\" (func))", "(memory (import \"\" \"\") 1)"] {
        expectRejected("\(definition) \(text)", "import after \(name)", at: text)
      }
    }
    expectRejected(
      "(func) (start 0) (start 0x0)", "multiple start sections", at: "(start 0x0)")
    expectRejected(
      "(type (func)) (func (type 0) (param i32))", "inline function type", at: "(type 0)")
    expectRejected("(func (type 7) (param i32))", "unknown type 7", at: "(type 7)")
  }

  @Test func annotations() {
    expectRejected("(func (@custom \"a\"))", "misplaced @custom annotation", at: "(@custom")
    expectRejected("(@custom a)", "@custom annotation: missing section name", at: "a)")
    expectRejected(
      "(@custom \"a\" (before types))", "@custom annotation: malformed section kind", at: "types")
    expectRejected("(func) (start (@name \"x\") 0)", "misplaced @name", at: "(@name")
    expectRejected(
      "(func (@metadata.code.branch_hint \"\\02\") br_if 0)",
      "@metadata.code.branch_hint annotation: malformed hint", at: "\"\\02")
    #expect(
      textError("(func (@metadata.code.branch_hint \"\\00\") nop)")?.phase == .invalid)
    #expect(textError("(@unknown (whatever \"x\")) (func (@a) nop (@b))") == nil)
  }

  /// Instructions, types and declarations of features that are off name their feature.
  @Test func features() {
    for (text, feature) in [
      ("(func i32.extend8_s)", "sign-extension"), ("(func v128.not)", "simd"),
      ("(func (param v128))", "simd"), ("(func (param externref))", "reference-types"),
      ("(func select (result i32))", "reference-types"), ("(type (struct))", "gc"),
      ("(func (param (ref func)))", "function-references"), ("(tag)", "exception-handling"),
      ("(memory i64 1)", "memory64"), ("(memory 1 1 shared)", "threads"),
      ("(memory 1) (memory 1)", "multi-memory"), ("(memory 1 (pagesize 1))", "custom-page-sizes"),
      ("(func (result i32 i32) unreachable)", "multi-value"), ("(data \"\")", "bulk-memory"),
      ("(import \"\" \"\" (global (mut i32)))", "mutable-global"),
    ] {
      let error = textError(text, features: [])
      #expect(error?.phase == .unsupported, "\(text)")
      #expect(
        error?.message.contains("needs the feature \(feature)") == true, "\(text): \(error as Any)")
    }
  }

  /// What is valid as text and not as a module is found where it is written.
  @Test func validation() throws {
    for (text, message, place) in [
      ("(func (result i32)\n i64.const 1)", "type mismatch", ")"),
      ("(func (i32.add (i32.const 1) (i64.const 2)) drop)", "type mismatch", "i32.add"),
      ("(global i32 (i64.const 0))", "type mismatch", ")"),
      (
        "(func) (export \"a\" (func 0)) (export \"a\" (func 0))", "duplicate export",
        "(export \"a\""
      ),
      ("(func call 7)", "unknown function 7", "call"),
      ("(memory 2 1)", "size minimum", "(memory"), ("(func (type 3))", "unknown type", "(func"),
      ("(import \"\" \"\" (memory 2 1))", "size minimum", "(import"),
    ] {
      let module = try parsed(text)
      do {
        try ModuleValidator.validate(module)
        Issue.record("valid: \(text)")
      } catch {
        #expect(error.isInText && error.message.hasPrefix(message), "\(error)")
        let found = String(decoding: text.utf8.dropFirst(error.offset), as: UTF8.self)
        #expect(found.hasPrefix(place), "\(text): \(error)")
      }
    }
  }
}
