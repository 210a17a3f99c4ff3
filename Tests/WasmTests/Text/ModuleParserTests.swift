// What is parsed: bodies to the byte, names, indices, places in the text.

import Testing

@testable import Wasm

/// The code of the only function of `text`.
private func code(_ text: String) throws -> [UInt8] {
  let module = try parsed(text)
  return Array(module.bytes.buffer[module.code[0].range])
}

@Suite struct ModuleParserTests {
  @Test func bodies() throws {
    #expect(try code("(func)") == [0, 0x0b])
    #expect(
      try code("(func (param $p f32) (local $a i32) (local i64 i64) local.get $a local.set 3)")
        == [2, 1, 0x7f, 2, 0x7e, 0x20, 1, 0x21, 3, 0x0b])
    #expect(
      try code("(func (br_table 0 1 0x1 2))")
        == [0, 0x0e, 3, 0, 1, 1, 2, 0x0b])
    #expect(
      try code("(func i32.const -1 i64.const 0x80 f32.const 1 f64.const -0)") == [
        0, 0x41, 0x7f, 0x42, 0x80, 1, 0x43, 0, 0, 0x80, 0x3f, 0x44, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x0b,
      ])
    #expect(
      try code("(func v128.const i16x8 -1 65535 0x1234 0 0 0 0 8)") == [
        0, 0xfd, 0x0c, 0xff, 0xff, 0xff, 0xff, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0x0b,
      ])
    #expect(
      try code("(func select (result i32) (result) (result funcref) ref.null 5)")
        == [0, 0x1c, 2, 0x7f, 0x70, 0xd0, 5, 0x0b])
    #expect(
      try code("(func ref.test (ref 0) ref.cast nullref br_on_cast 0 anyref (ref i31))") == [
        0, 0xfb, 0x14, 0, 0xfb, 0x17, 0x71, 0xfb, 0x18, 1, 0, 0x6e, 0x6c, 0x0b,
      ])
    #expect(
      try code(
        "(func struct.get 0 $b struct.set 0 1) (type (struct (field $a i32) (field $b i64)))")
        == [0, 0xfb, 2, 0, 1, 0xfb, 5, 0, 1, 0x0b])
    #expect(
      try code("(func i32.load offset=0xffff_ffff align=2)") == [
        0, 0x28, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x0b,
      ])
    #expect(try code("(func atomic.fence)") == [0, 0xfe, 3, 0, 0x0b])
  }

  @Test func forwardReferences() throws {
    let module = try parsed(
      """
      (export "f" (func $f)) (start $s) (elem (table $t) (i32.const 0) func $f $s)
      (data (memory $m) (global.get $g) "x") (func $f call $s global.get $g drop table.size $t drop
        memory.size $m drop (throw $e) array.new_data $a $d drop elem.drop $x)
      (func $s) (memory $m 1) (table $t 1 funcref) (global $g i32 (i32.const 1)) (tag $e)
      (data $d "") (elem $x func) (type $a (array (ref $b))) (type $b (struct))
      """)
    #expect(module.start == 1 && module.code.count == 2 && module.dataCount == 2)
    let encoded = ModuleEncoder.encode(module)
    _ = try ModuleDecoder.decode(ModuleBytes(copying: encoded), features: .all)
  }

  @Test func names() throws {
    let module = try parsed(
      """
      (module $"my module"
        (type $t (struct (field $x i32) (field i32) (field $y i32)))
        (import "" "" (func $imported (param $unused i32)))
        (func $f (@name "f\u{2032}") (param $p i32) (param i32) (local $l i64)
          (if (block (result i32) i32.const 0) (then loop $loop end)) (block $outer))
        (global $g i32 (i32.const 0)) (memory $m 1) (table $tab 1 funcref) (tag $e)
        (elem $el func) (data $d ""))
      """)
    let names = module.names
    #expect(names.module == "my module" && names.types == [0: "t"])
    #expect(names.fields == [0: [0: "x", 2: "y"]])
    #expect(names.functions == [0: "imported", 1: "f\u{2032}"])
    #expect(names.locals == [1: [0: "p", 2: "l"]])
    #expect(names.labels == [1: [2: "loop", 3: "outer"]])
    #expect(names.globals == [0: "g"] && names.memories == [0: "m"] && names.tables == [0: "tab"])
    #expect(names.tags == [0: "e"] && names.elements == [0: "el"] && names.data == [0: "d"])
  }

  /// What is named twice or with odd characters has its name in an annotation.
  @Test func nameAnnotations() throws {
    let names = try parsed(
      """
      (type $t (@name "T") (struct (field $x (@name "X") i32) (field (@name "Y") i64)))
      (func $f (@name "F") (param $p (@name "P") i32) (local (@name "L") i32)
        block $l (@name "B") br $l end loop (@name "C") end (if $l (@name "I") (nop) (then)))
      (memory $m (@name "M") 1) (data $d (@name "D")) (elem (@name "E") func)
      """
    ).names
    #expect(names.types == [0: "T"] && names.fields == [0: [0: "X", 1: "Y"]])
    #expect(names.functions == [0: "F"] && names.locals == [0: [0: "P", 1: "L"]])
    #expect(names.labels == [0: [0: "B", 1: "C", 2: "I"]] && names.memories == [0: "M"])
    #expect(names.data == [0: "D"] && names.elements == [0: "E"])
  }

  /// What the printer says of bodies that are not encoded the shortest way.
  @Test func encodings() throws {
    #expect(
      try code(
        "(func (@encoding (groups 1 2) (padded 0 7 (13 10))) (local i32 i32 i32) i32.const -1"
          + " i64.const 1 drop drop)") == [
          0x82, 0x80, 0x80, 0x80, 0, 1, 0x7f, 0x82, 0x80, 0x80, 0x80, 0, 0x7f, 0x41, 0x7f, 0x42, 1,
          0x1a, 0x1a, 0x0b,
        ])
    #expect(
      try code("(func (@encoding (padded 2 (4 10))) i32.const -1)")
        == [0, 0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x0b])
    #expect(
      try code("(func (@encoding (padded (2 10))) i64.const 1)")
        == [0, 0x42, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0x0b])
    // What does not fit is ignored: widths that no integer has, groups that are not there.
    for text in ["(padded (2 6))", "(padded 1)", "(groups 1)", "(padded x) 7", "(what (1 2 3))"] {
      #expect(try code("(func (@encoding \(text)) i32.const 1)") == [0, 0x41, 1, 0x0b])
    }
  }

  /// Names of labels hide those outside, and come back.
  @Test func labels() throws {
    #expect(
      try code("(func block $a block $b block $a br $a br $b end br $a end br $a end)") == [
        0, 2, 0x40, 2, 0x40, 2, 0x40, 0x0c, 0, 0x0c, 1, 0x0b, 0x0c, 1, 0x0b, 0x0c, 0, 0x0b, 0x0b,
      ])
    expectRejected("(func block $a end br $a)", "unknown label $a", at: "$a)")
    expectRejected("(func block $a end) (func br $a)", "unknown label $a", at: "$a)")
    expectRejected("(func (param $a i32)) (func local.get $a)", "unknown local $a", at: "$a)")
  }

  @Test func customSections() throws {
    let module = try parsed(
      """
      (@custom "last") (@custom "a" (before type) "1" "\\02") (type (func))
      (@custom "b" (after type)) (@custom "first" (before first)) (func) (@custom "c" (after code))
      """)
    #expect(
      module.sections.map { $0.name ?? "\($0.id)" }
        == ["first", "a", "1", "b", "3", "10", "c", "last"])
    let binary = ModuleBytes(copying: ModuleEncoder.encode(module))
    let decoded = try ModuleDecoder.decode(binary)
    #expect(
      decoded.sections.map { $0.name ?? "\($0.id)" }
        == ["first", "a", "1", "b", "3", "10", "c", "last"])
    #expect(Array(binary.buffer[decoded.sections[1].range]) == [1, UInt8(ascii: "a"), 0x31, 2])
  }

  @Test func branchHints() throws {
    let module = try parsed(
      """
      (func (param i32) local.get 0 (@metadata.code.branch_hint "\\01") br_if 0
        (@metadata.code.branch_hint "\\00") (if (local.get 0) (then)))
      """)
    #expect(
      module.branchHints == [
        0: [BranchHint(offset: 3, isLikely: true), BranchHint(offset: 7, isLikely: false)]
      ])
    let decoded = try ModuleDecoder.decode(
      ModuleBytes(copying: ModuleEncoder.encode(module)), features: .all)
    #expect(decoded.branchHints == module.branchHints)
  }

  /// A part of a text is parsed as if it stood alone, its places being those of the whole.
  @Test func partsOfTexts() throws {
    let text = "(module (func nop)) (module (func drop $x))"
    let bytes = ModuleBytes(copying: Array(text.utf8))
    let module = try ModuleParser.parse(bytes, range: 0..<19)
    #expect(module.code.count == 1)
    #expect(module.sourceMap?.textOffset(of: module.code[0].range.lowerBound + 1) == 14)
    do {
      _ = try ModuleParser.parse(bytes, range: 20..<text.utf8.count)
      Issue.record("parsed")
    } catch {
      #expect(error.offset == 39)
    }
  }

  /// Depth costs memory only: neither stack nor more than linear time.
  @Test(arguments: [
    ("(block ", ")"), ("block ", "end "), ("(i32.eqz ", ")"), ("(if (nop) (then ", "))"),
    ("(block $l (br $l) ", ")"), ("(try (do ", "))"), ("loop $a loop $b br $a ", "end $b end $a "),
  ])
  func deepNesting(open: String, close: String) throws {
    let depth = 1_000_000
    let text =
      "(func " + String(repeating: open, count: depth) + "(nop)"
      + String(repeating: close, count: depth) + ")"
    var module: Module?
    let time = try ContinuousClock().measure {
      do { module = try parsed(text) } catch let error as WasmError where error.phase == .limit {}
    }
    #expect(time < .seconds(20))
    _ = module
    let unclosed = "(func " + String(repeating: open, count: depth)
    #expect(textError(unclosed)?.message.hasPrefix("unexpected token") == true)
  }

  @Test func manyOfEverything() throws {
    let count = 50_000
    var text = "(module (type $t (func))"
    for index in 0..<count { text += "(func $f\(index) (type $t) call $f\(count - 1 - index))" }
    #expect(try parsed(text + ")").functions.count == count)
    let labels = (0..<count).map { "block $l\($0) " }.joined()
    let branches = (0..<count).map { "br $l\($0) " }.joined()
    let ends = String(repeating: "end ", count: count)
    let time = try ContinuousClock().measure {
      _ = try parsed("(func \(labels)\(branches)\(ends))")
    }
    #expect(time < .seconds(5))
  }
}
