// Scripts, cut into forms and read.

import Testing
import Wasm

struct WastScriptTests {
  private func read(_ text: String) -> [WastForm] {
    WastScript.parse(ModuleBytes(copying: text.utf8)).forms
  }

  private func isUnreadable(_ form: WastForm) -> Bool {
    if case .unreadable = form.command { true } else { false }
  }

  @Test func `forms are found by their parentheses, with their lines`() {
    let forms = read(
      """
      ;; ( a comment
      (module) (; ( (; nested ;) ;)
      (module
        (func (export ")\\"(")))
      (assert_malformed (module quote "(\\")") "x")
      """)
    #expect(forms.map(\.line) == [2, 3, 5])
    #expect(!forms.contains(where: isUnreadable))
  }

  @Test func `lines end in three ways`() {
    #expect(read("(module)\r(module)\r\n(module)\n(module)").map(\.line) == [1, 2, 3, 4])
  }

  @Test(arguments: [
    "(module", ") (module)", "stray (module)", "(module) \"text\"", "(assert_return)",
    "(module) (invoke)", #"(assert_return (invoke "f") (i32.const 1) 2)"#,
    #"(assert_return (invoke "f") (i32.const x))"#, #"(assert_return (invoke "f") (i8.const 1))"#,
    #"(assert_return (invoke "f") (i32.const 4294967296))"#,
    #"(assert_return (invoke "f") (v128.const i32x4 1 2 3))"#,
    #"(invoke "f" (f32.const nan:canonical))"#, #"(invoke "f" (either (i32.const 1)))"#,
    #"(register $x "a")"#, #"(assert_trap (module) )"#, "(thread) (wait)",
    #"(assert_invalid "x" "y")"#, "(module)\u{1}(module)", "(get \"a\" \u{1})",
  ])
  func `what cannot be read is a form of its own`(text: String) {
    #expect(read(text).contains(where: isUnreadable), "\(read(text))")
  }

  @Test func `nothing after it is lost`() {
    let forms = read("(assert_return ?) stray ) (module) (module) (")
    #expect(forms.count == 6)
    #expect(forms.map(isUnreadable) == [true, true, true, false, false, true])
  }

  @Test func `modules are left where they stand`() throws {
    let text = """
      (module $m (func))
      (module $b binary "\\00as" "m")
      (module quote "(func" ")")
      (module definition $d (func) (memory 1))
      (module instance $i $d)
      (module instance)
      """
    let forms = read(text)
    guard case .module(let plain) = forms[0].command, case .text(let range) = plain.source,
      case .module(let binary) = forms[1].command, case .binary(let bytes) = binary.source,
      case .module(let quote) = forms[2].command, case .quote(let quoted) = quote.source,
      case .definition(let definition) = forms[3].command,
      case .text(let fields) = definition.source,
      case .instance("i", "d") = forms[4].command,
      case .instance(nil, nil) = forms[5].command
    else { return #expect(Bool(false), "\(forms)") }
    func part(_ range: Range<Int>) -> String {
      String(decoding: Array(text.utf8)[range], as: UTF8.self)
    }
    #expect(plain.name == "m" && part(range) == "(module $m (func))")
    #expect(binary.name == "b" && bytes == [0, 0x61, 0x73, 0x6d])
    #expect(String(decoding: quoted, as: UTF8.self) == "(func )")
    #expect(definition.name == "d" && part(fields) == "(func) (memory 1)")
  }

  @Test func `values and patterns of every type`() throws {
    let text = #"""
      (assert_return
        (invoke $m "f" (i32.const -1) (i64.const 0xffff_ffff_ffff_ffff) (f32.const -0x1.8p1)
          (f64.const nan:0x123) (v128.const i16x8 1 2 3 4 5 6 7 -1) (ref.null func)
          (ref.extern 5) (ref.host 6) (f32.const inf))
        (i32.const 4294967295) (f32.const nan:canonical) (f64.const nan:arithmetic)
        (v128.const f32x4 1 nan:canonical -inf nan:arithmetic) (ref.null) (ref.null extern)
        (ref.func) (ref.func 3) (ref.extern) (ref.extern 7) (ref.host) (ref.i31)
        (either (i32.const 1) (i32.const 2)))
      """#
    guard case .assertReturn(let action, let patterns)? = read(text).first?.command,
      case .invoke("m", "f", let arguments) = action
    else { return #expect(Bool(false), "\(read(text))") }
    #expect(
      arguments == [
        .i32(.max), .i64(.max), .f32(0xc040_0000), .f64(0x7ff0_0000_0000_0123),
        .v128(low: 0x0004_0003_0002_0001, high: 0xffff_0007_0006_0005), .null(.func), .extern(5),
        .host(6), .f32(0x7f80_0000),
      ])
    #expect(
      patterns == [
        .i32(.max), .f32(.canonicalNaN), .f64(.arithmeticNaN),
        .v128(
          laneWidth: 32,
          [.bits(0x3f80_0000), .canonicalNaN, .bits(0xff80_0000), .arithmeticNaN]),
        .null(nil), .null(.extern), .reference(.func), .reference(.func), .reference(.extern),
        .extern(7), .host(nil), .reference(.i31), .either([.i32(1), .i32(2)]),
      ])
  }

  @Test func `every command`() {
    let forms = read(
      #"""
      (register "a") (register "a" $m) (invoke "f") (get $m "g")
      (assert_trap (invoke "f") "t") (assert_trap (module) "t")
      (assert_exhaustion (invoke "f") "t") (assert_exception (invoke "f"))
      (assert_malformed (module quote "") "t") (assert_invalid (module) "t")
      (assert_malformed_custom (module quote "") "t") (assert_invalid_custom (module) "t")
      (assert_unlinkable (module) "t")
      (thread $t (shared (module $m)) (module) (assert_return (invoke "f"))) (wait $t)
      ((@a (b)) (@c) invoke (@d) "f")
      """#)
    #expect(forms.count == 16)
    #expect(!forms.contains(where: isUnreadable), "\(forms)")
    guard case .thread("t", ["m"], let inner) = forms[13].command else {
      return #expect(Bool(false))
    }
    #expect(inner.count == 2)
  }

  @Test func `fields without a module are the module`() {
    let forms = read("(func) (memory 0)")
    guard case .field(let module?) = forms[0].command, case .field(nil) = forms[1].command,
      case .text(0..<17) = module.source
    else { return #expect(Bool(false), "\(forms)") }
    #expect(read("").isEmpty)
  }
}
