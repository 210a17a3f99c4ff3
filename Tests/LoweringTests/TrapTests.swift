// Every kind of trap: its message, its status, and that nothing after it runs.

import TestSupport
import Testing
import Wasm

struct TrapTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var message: String
    var text: String
    var testDescription: String { message + ": " + text }
    init(_ message: String, _ text: String) {
      self.message = message
      self.text = text
    }
  }

  static let cases = [
    Case("unreachable", "unreachable"),
    Case("integer divide by zero", "i32.const 1 local.get 0 i32.div_s drop"),
    Case("integer divide by zero", "i64.const 1 i64.const 0 i64.div_u drop"),
    Case("integer divide by zero", "i32.const 1 local.get 0 i32.rem_s drop"),
    Case("integer divide by zero", "i64.const 1 i64.const 0 i64.rem_u drop"),
    Case(
      "integer overflow",
      "i32.const 0x80000000 i32.const -1 local.get 0 i32.sub i32.div_s drop"),
    Case("integer overflow", "i64.const 0x8000000000000000 i64.const -1 i64.div_s drop"),
    Case("integer overflow", "f64.const 2147483648.0 i32.trunc_f64_s drop"),
    Case("integer overflow", "f32.const inf i64.trunc_f32_u drop"),
    Case("invalid conversion to integer", "f32.const nan i32.trunc_f32_s drop"),
    Case("invalid conversion to integer", "f64.const 0xfff0000000000001 i64.trunc_f64_u drop"),
    Case("out of bounds memory access", "i32.const 65536 i32.load8_u drop"),
    Case("out of bounds memory access", "i32.const 65533 i32.const 0 i32.store"),
    Case("out of bounds memory access", "i32.const -1 i64.load offset=0xffffffff drop"),
    Case("out of bounds memory access", "local.get 0 i32.load offset=0xffffffff drop"),
    Case("out of bounds memory access", "i32.const 0 i32.const 0 i32.const 65537 memory.fill"),
    Case(
      "out of bounds memory access", "i32.const 1 i32.const 65535 i32.const 2 memory.copy"),
    Case("out of bounds memory access", "i32.const 0 i32.const 2 i32.const 2 memory.init 0 0"),
    Case("out of bounds table access", "i32.const 3 table.get 1 drop"),
    Case("out of bounds table access", "i32.const 3 ref.null func table.set 1"),
    Case("out of bounds table access", "i32.const 2 i32.const 0 i32.const 2 table.init 1 1"),
    Case("out of bounds table access", "i32.const 0 i32.const 2 i32.const 2 table.copy 1 1"),
    Case("undefined element", "i32.const 3 call_indirect 0 0"),
    Case("undefined element", "i32.const -1 call_indirect 0 1"),
    Case("uninitialized element", "i32.const 2 call_indirect 0 0"),
    Case("uninitialized element", "local.get 0 call_indirect 0 1"),
    Case("indirect call type mismatch", "i32.const 1 call_indirect 0 0"),
    Case("call stack exhausted", "call 0"),
    Case("call stack exhausted", "local.get 0 call 2 drop"),
  ]

  /// Function 0 runs the case; 1 has another type; 2 recurses without a tail call.
  /// Table 0 never changes, table 1 does.
  static func module(_ text: String) -> [UInt8] {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    let other = builder.type([.i32], [.i32])
    builder.memory(1, 2)
    builder.table(.funcRef, Limits(minimum: 3, maximum: 3))
    builder.table(.funcRef, Limits(minimum: 3))
    builder.function(none, locals: [.i32], export: "f", text: text)
    builder.function(other, text: "local.get 0")
    builder.function(other, text: "local.get 0 i32.const 1 i32.add call 2 i32.const 1 i32.add")
    builder.elements(.active(0, offset: 0), functions: [0, 1])
    builder.elements(.passive, functions: [1, 2])
    builder.elements(.declarative, functions: [0])
    builder.data(.passive, [1, 2, 3])
    builder.dataCount = 1
    return builder.build()
  }

  @Test(arguments: cases)
  func `a trap prints its message and ends with 134`(_ item: Case) throws {
    let module = Self.module(item.text)
    for options in modes {
      let result = try ApusCommand.compile(module, ["--invoke", "f"] + options).run()
      #expect(trap(in: result) == item.message, "\(options): \(result)")
      #expect(result.errors.contains("#0 "), "a backtrace follows: \(result)")
      #expect(result.time < .seconds(2))
    }
  }

  @Test func `a store past the limit of memory.grow traps`() throws {
    let text = """
      i32.const 1 memory.grow 0 drop
      i32.const 1 memory.grow 0 i32.const -1 i32.ne if unreachable end
      i32.const 131068 i32.const 7 i32.store
      i32.const 131069 i32.const 7 i32.store
      """
    for options in modes {
      let result = try ApusCommand.compile(Self.module(text), ["--invoke", "f"] + options).run()
      #expect(trap(in: result) == "out of bounds memory access")
    }
  }

  @Test func `the backtrace names the functions on the stack`() throws {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    builder.function(none, export: "f", text: "call 1")
    builder.function(none, text: "call 2")
    builder.function(none, text: "unreachable")
    builder.names(functions: [(0, "outer"), (1, "middle\u{1b}[31m"), (2, "inner")])
    let result = try ApusCommand.compile(builder.build(), ["--invoke", "f", "-O0"]).run()
    let lines = result.errors.split(separator: "\n").map(String.init)
    #expect(lines.first == "error: unreachable")
    #expect(
      lines.dropFirst().prefix(3).map { $0.split(separator: " ").last } == [
        "inner", "middle\u{FFFD}[31m", "outer",
      ])
  }

  @Test func `R10: a trap in the start function keeps earlier output`() throws {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    let write = builder.type([.i32, .i32, .i32, .i32], [.i32])
    builder.import("wasi_snapshot_preview1", "fd_write", .function(write))
    builder.memory(1)
    builder.start = builder.function(
      none,
      text: """
        i32.const 0 i32.const 16 i32.store i32.const 4 i32.const 5 i32.store
        i32.const 1 i32.const 0 i32.const 1 i32.const 8 call 0 drop unreachable
        """)
    builder.data(.active(0, offset: 16), Array("hello".utf8))
    let result = try ApusCommand.compile(builder.build()).run()
    #expect(result.output == "hello")
    #expect(trap(in: result) == "unreachable")
  }

  @Test func `M16: an active segment out of bounds traps after the earlier ones`() throws {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.data(.active(0, offset: 0), [1])
    builder.data(.active(0, offset: 65535), [1, 2])
    let data = try ApusCommand.compile(builder.build()).run()
    #expect(trap(in: data) == "out of bounds memory access")

    var tables = ModuleBuilder()
    let none = tables.type([], [])
    tables.function(none, text: "")
    tables.table(.funcRef, Limits(minimum: 2))
    tables.elements(.active(0, offset: 1), functions: [0, 0])
    let elements = try ApusCommand.compile(tables.build()).run()
    #expect(trap(in: elements) == "out of bounds table access")
  }
}
