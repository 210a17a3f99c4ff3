// Structured control, calls and tables.

import TestSupport
import Testing
import Wasm

struct ControlTests {
  @Test func `C22: br_table takes the default beyond its labels`() throws {
    let bytes = module(
      [.i32], [.i32],
      """
      block block block local.get 0 br_table 0 1 2 end i32.const 10 return end
      i32.const 20 return end i32.const 30
      """)
    for options in modes {
      #expect(
        try results(bytes, options, arguments: [["0"], ["1"], ["2"], ["3"], ["-1"]])
          == ["10", "20", "30", "30", "30"])
    }
    let empty = module(
      [.i32], [.i32], "block:i32 i32.const 7 local.get 0 br_table 0 end i32.const 1 i32.add")
    #expect(try results(empty, arguments: [["0"], ["9"]]) == ["8", "8"])
  }

  @Test func `br_table carries values to blocks, loops and the function`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    builder.function(
      type, locals: [.i32], export: "f",
      text: """
        i32.const 5
        loop:0
          local.set 1
          block:i32
            local.get 1 i32.const 100 i32.add
            local.get 0 i32.const 1 i32.sub local.tee 0
            br_table 0 2 1
          end
          i32.const 1000 i32.add
        end
        """)
    for options in modes {
      #expect(
        try results(builder.build(), options, arguments: [["1"], ["2"], ["3"], ["4"]])
          == ["1105", "105", "205", "305"])
    }
  }

  @Test func `blocks and loops take parameters and leave results`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    let two = builder.type([.i32, .i32], [.i32, .i32])
    builder.function(
      type, export: "f",
      text: """
        i32.const 0 local.get 0
        loop:\(two)
          local.tee 0 i32.add
          local.get 0 i32.const 1 i32.sub local.tee 0
          local.get 0 br_if 0
        end
        i32.add
        """)
    for options in modes {
      #expect(try results(builder.build(), options, arguments: [["1"], ["10"]]) == ["1", "55"])
    }
  }

  @Test func `an if without else hands its parameters on`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    builder.function(
      type, export: "f",
      text: "i32.const 1 local.get 0 if:\(type) i32.const 41 i32.add end")
    for options in modes {
      #expect(try results(builder.build(), options, arguments: [["0"], ["1"]]) == ["1", "42"])
    }
  }

  @Test func `code behind a branch is skipped, nested blocks included`() throws {
    let bytes = module(
      [.i32], [.i32],
      """
      block:i32
        local.get 0 return
        block i32.const 1 if unreachable else nop end end
        loop br 0 end
        i32.add i64.const 1 drop
      end
      """)
    for options in modes { #expect(try results(bytes, options, arguments: [["3"]]) == ["3"]) }
  }

  @Test func `C22: a thousand parameters and results pass through`() throws {
    let count = 1000
    var builder = ModuleBuilder()
    let main = builder.type([], [.i64])
    let many = builder.type(
      Array(repeating: .i64, count: count), Array(repeating: .i64, count: count))
    builder.function(
      main, locals: [.i64, .i64], export: "f",
      text: (1...count).map { "i64.const \($0)" }.joined(separator: " ") + " call 1 "
        + (0..<count).map { index in
          "local.get 1 i64.const 31 i64.mul i64.add local.set 1 "
        }.joined() + "local.get 1")
    builder.function(
      many, text: (0..<count).reversed().map { "local.get \($0)" }.joined(separator: " "))
    var expected: Int64 = 0
    for value in 1...count { expected = expected &* 31 &+ Int64(value) }
    #expect(try results(builder.build()) == [String(expected)])
    #expect(try results(builder.build(), ["-O0"]) == [String(expected)])
  }

  @Test func `C16: a tail call reuses the frame, whatever the types`() throws {
    var builder = ModuleBuilder()
    let main = builder.type([.i32], [.i64])
    let wide = builder.type([.i32, .i64, .i64, .i64, .i64, .i64, .i64, .i64, .i64], [.i64])
    builder.table(.funcRef, Limits(minimum: 2))
    builder.function(main, export: "f", text: "local.get 0 return_call 1")
    builder.function(
      main,
      text: """
        local.get 0 i32.eqz if i64.const 99 return end
        local.get 0 i32.const 1 i32.sub
        i64.const 1 i64.const 2 i64.const 3 i64.const 4 i64.const 5 i64.const 6 i64.const 7
        i64.const 8 i32.const 0 return_call_indirect \(wide) 0
        """)
    builder.function(
      wide, text: "local.get 0 local.get 8 i64.const 8 i64.ne if unreachable end return_call 1")
    builder.elements(.active(0, offset: 0), functions: [2])
    for options in modes {
      let start = ContinuousClock.now
      #expect(
        try results(builder.build(), options, arguments: [["0"], ["10000000"]]) == ["99", "99"])
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }

  @Test func `C13: recursion without end is exhaustion, not a loop`() throws {
    let bytes = module([.i32], [.i32], "local.get 0 call 0 i32.const 1 i32.add")
    let tail = module([.i32], [.i32], "local.get 0 i32.const 1 i32.add call 0")
    for options in modes {
      #expect(try results(bytes, options, arguments: [["1"]]) == ["call stack exhausted"])
      #expect(try results(tail, options, arguments: [["1"]]) == ["call stack exhausted"])
    }
  }

  @Test func `C15: a frame of 50,000 locals meets the guard`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    let count = 40_000
    let body =
      [1] + BinaryEncoding.unsigned(count) + [0x7e]
      + CodeBuilder {
        $0.assemble("local.get 0 i64.extend_i32_u local.set \(count)")
        $0.assemble("local.get 0 i32.const 1 i32.add call 0 drop local.get \(count) i32.wrap_i64")
      }.bytes + [0x0b]
    builder.function(type, body: body, export: "f")
    for options in [["-O0"], []] {
      #expect(try results(builder.build(), options, arguments: [["1"]]) == ["call stack exhausted"])
    }
  }
}
