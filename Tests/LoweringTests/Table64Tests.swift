// Tables with 64-bit indices, and tables too large to be made.

import TestSupport
import Testing
import Wasm

struct Table64Tests {
  private let all = ["--features", "all"]
  private let outOfBounds = "out of bounds table access"

  /// Table 0 has 64-bit indices, table 1 has 32-bit ones; functions 1 and 2 return 11 and 22.
  private func module(_ results: [ValueType], _ text: String) -> [UInt8] {
    var builder = ModuleBuilder()
    let number = builder.type([], [.i32])
    builder.table(
      TableType(
        element: .funcRef, limits: Limits(minimum: 4, maximum: 1 << 40), addressType: .i64))
    builder.table(.funcRef, Limits(minimum: 4))
    builder.function(
      builder.type([.i64], results), locals: [.i64], export: "f", text: text)
    builder.function(number, text: "i32.const 11")
    builder.function(number, text: "i32.const 22")
    builder.elements(.active(1, offset: 0), functions: [1, 2])
    builder.elements(.passive, functions: [2, 1])
    return builder.build()
  }

  @Test func `every table instruction takes 64-bit indices`() throws {
    let bytes = module(
      [.i32, .i32, .i64, .i64, .i64],
      """
      i64.const 0 i32.const 0 i32.const 2 table.copy 0 1
      i64.const 2 i32.const 0 i32.const 2 table.init 1 0
      i64.const 1 i64.const 0 i64.const 2 table.copy 0 0
      i32.const 2 i64.const 3 i32.const 1 table.copy 1 0
      i64.const 0 ref.func 2 i64.const 1 table.fill 0
      i64.const 2 i64.const 3 table.get 0 table.set 0
      i64.const 1 call_indirect 0 0 i64.const 0 call_indirect 0 0 i32.const 100 i32.mul i32.add
      i32.const 2 call_indirect 0 1
      ref.func 1 i64.const 3 table.grow 0
      ref.null func i64.const 0xffffffffffff table.grow 0
      table.size 0
      """)
    for options in modes {
      #expect(
        try results(bytes, all + options, arguments: [["0"]]) == ["2211 11 4 -1 7"], "\(options)")
    }
  }

  @Test func `R4, C21: no index and no sum of indices wraps`() throws {
    let minusOne = "i64.const 0xffffffffffffffff"
    let cases = [
      ("\(minusOne) table.get 0 drop", outOfBounds),
      ("i64.const 0x100000000 table.get 0 drop", outOfBounds),
      ("\(minusOne) ref.null func table.set 0", outOfBounds),
      ("\(minusOne) ref.null func i64.const 2 table.fill 0", outOfBounds),
      ("i64.const 2 ref.null func \(minusOne) table.fill 0", outOfBounds),
      ("i64.const 0 \(minusOne) i64.const 2 table.copy 0 0", outOfBounds),
      ("\(minusOne) i64.const 0 i64.const 2 table.copy 0 0", outOfBounds),
      ("\(minusOne) i32.const 0 i32.const 2 table.init 1 0", outOfBounds),
      ("i64.const 4 ref.null func i64.const 0 table.fill 0", ""),
      ("i64.const 0x100000000 call_indirect 0 0 drop", "undefined element"),
      ("i64.const 0 call_indirect 0 0 drop", "uninitialized element"),
    ]
    for (text, trap) in cases {
      for options in [[], ["-O0"]] {
        #expect(
          try results(module([], text), all + options, arguments: [["0"]]) == [trap], "\(text)")
      }
    }
  }

  @Test func `M15: a table of 2³² − 1 elements at most is accepted and grows as far as it can`()
    throws
  {
    var builder = ModuleBuilder()
    builder.table(.externRef, Limits(minimum: 1, maximum: UInt64(UInt32.max)))
    builder.function(
      builder.type([], [.i32, .i32]), export: "f",
      text: """
        ref.null extern i32.const 9999999 table.grow 0 ref.null extern i32.const 1 table.grow 0
        """)
    #expect(try results(builder.build()) == ["1 -1"])
  }
}
