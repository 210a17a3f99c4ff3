// Guaranteed tail calls across functions of different types.

import Foundation
import TestSupport
import Testing
import Wasm

/// Tail calls that change the number and kind of what is passed.
struct TailCallTests {
  /// Functions that hand a countdown around: each call passes more or fewer arguments than
  /// the caller got, directly, through a table, through a reference, and to an import.
  private func ring(results: [ValueType], _ values: String) throws -> ([UInt8], [UInt8]) {
    var library = ModuleBuilder()
    let wide = library.type(
      [.i32, .i64, .i64, .i64, .i64, .i64, .i64, .i64, .f64], results)
    let narrow = library.type([.i32], results)
    library.table(.funcRef, Limits(minimum: 1))
    library.export("table", .table(0))
    // The imported callee calls back through the table that the main module fills.
    library.function(
      wide, export: "shrink",
      text: "local.get 0 i32.const 0 return_call_indirect \(narrow) 0")

    var builder = ModuleBuilder()
    let narrowMain = builder.type([.i32], results)
    let wideMain = builder.type(
      [.i32, .i64, .i64, .i64, .i64, .i64, .i64, .i64, .f64], results)
    builder.import("lib", "shrink", .function(wideMain))
    builder.import(
      "lib", "table", .table(TableType(element: .funcRef, limits: Limits(minimum: 1))))
    let more = (1...7).map { "i64.const \($0)" }.joined(separator: " ") + " f64.const 8.0"
    builder.function(
      narrowMain, export: "f",
      text: """
        local.get 0 i32.eqz if \(values) return end
        local.get 0 i32.const 1 i32.sub \(more)
        ref.func 2 return_call_ref \(wideMain)
        """)
    builder.function(
      wideMain,
      text: """
        local.get 8 f64.const 8.0 f64.ne if unreachable end
        local.get 0 i32.eqz if \(values) return end
        local.get 0 i32.const 1 i32.sub \(more) return_call 0
        """)
    builder.elements(.active(0, offset: 0), functions: [1])
    builder.elements(.declarative, functions: [2])
    return (library.build(), builder.build())
  }

  @Test(
    arguments: [
      ([.i64], "i64.const 99", "99"),
      ([.i32, .f64], "i32.const 1 f64.const 2.5", "1 2.5"),
      ([.i32, .i64, .i32, .f32], "i32.const 1 i64.const 2 i32.const 3 f32.const 4.0", "1 2 3 4"),
    ] as [([ValueType], String, String)])
  func `C16: tail calls of every kind keep the stack as it is`(
    _ results: [ValueType], _ values: String, _ expected: String
  ) throws {
    let (library, main) = try ring(results: results, values)
    let folder = try TemporaryFolder()
    try Data(library).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    for options in [[], ["-O0"], ["--strict"]] {
      let found = try LoweringTests.results(
        main, ["--features", "all", "--link", "lib=\(folder.file("lib.wasm"))"] + options,
        arguments: [["0"], ["7"], ["100000000"]])
      #expect(found == [expected, expected, expected], "\(options)")
    }
  }
}
