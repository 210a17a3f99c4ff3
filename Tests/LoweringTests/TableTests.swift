// Tables, references and calls through tables.

import TestSupport
import Testing
import Wasm

struct TableTests {
  /// Functions 0: `f`, 1: () → 11, 2: () → 22 of an equal type, 3: another type.
  private func module(_ text: String, changes: Bool) -> [UInt8] {
    var builder = ModuleBuilder()
    let main = builder.type([.i32], [.i32])
    let number = builder.type([], [.i32])
    let same = builder.type([], [.i32])
    let other = builder.type([], [.i64])
    builder.table(.funcRef, Limits(minimum: 5))
    builder.function(main, export: "f", text: text)
    builder.function(number, text: "i32.const 11")
    builder.function(same, text: "i32.const 22")
    builder.function(other, text: "i64.const 33")
    if changes {
      builder.function(number, text: "i32.const 0 i32.const 0 table.get 0 table.set 0 i32.const 0")
    }
    builder.elements(.active(0, offset: 0), functions: [1, 2, 3])
    builder.elements(.declarative, functions: [1, 2, 3])
    return builder.build()
  }

  @Test(arguments: [false, true])
  func `C21: a call through a table checks bounds and type`(_ changes: Bool) throws {
    let bytes = module("local.get 0 call_indirect 1 0", changes: changes)
    for options in modes {
      #expect(
        try results(
          bytes, options, arguments: ["0", "1", "2", "3", "4", "5", "-1"].map { [$0] })
          == [
            "11", "22", "indirect call type mismatch", "uninitialized element",
            "uninitialized element", "undefined element", "undefined element",
          ])
    }
  }

  /// Its address, were it computed, would be out of reach for the linker.
  @Test(arguments: [false, true])
  func `C21: a constant index far outside of a table is an undefined element`(_ changes: Bool)
    throws
  {
    let bytes = module("i32.const 0x8000001 call_indirect 1 0", changes: changes)
    for options in modes {
      #expect(try results(bytes, options, arguments: [["0"]]) == ["undefined element"])
    }
  }

  @Test func `C21: a call sees what table instructions changed`() throws {
    let bytes = module(
      """
      i32.const 3 ref.func 2 table.set 0
      i32.const 4 i32.const 0 i32.const 1 table.copy 0 0
      ref.func 1 i32.const 2 table.grow 0 i32.const 5 i32.ne if unreachable end
      i32.const 0 ref.null func i32.const 2 table.fill 0
      table.size 0 i32.const 7 i32.ne if unreachable end
      i32.const 0 table.get 0 ref.is_null i32.eqz if unreachable end
      local.get 0 call_indirect 1 0
      """, changes: false)
    for options in modes {
      #expect(
        try results(bytes, options, arguments: ["0", "3", "4", "5", "6"].map { [$0] })
          == ["uninitialized element", "22", "11", "11", "11"])
    }
  }

  @Test func `null is null and a function is not`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32, .i32, .i32])
    builder.function(
      type, locals: [.funcRef, .externRef], export: "f",
      text: "ref.func 0 ref.is_null local.get 0 ref.is_null ref.null extern ref.is_null")
    for options in modes { #expect(try results(builder.build(), options) == ["0 1 1"]) }
  }

  @Test func `a table does not grow beyond its limit`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32, .i32, .i32])
    builder.table(.externRef, Limits(minimum: 1, maximum: 3))
    builder.function(
      type, export: "f",
      text: """
        ref.null extern i32.const 2 table.grow 0 ref.null extern i32.const 1 table.grow 0
        ref.null extern i32.const -1 table.grow 0
        """)
    for options in modes { #expect(try results(builder.build(), options) == ["1 -1 -1"]) }
  }
}
