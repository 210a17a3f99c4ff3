// Linear memory: addresses at every edge, growth, bulk instructions.

import TestSupport
import Testing
import Wasm

struct MemoryTests {
  private let outOfBounds = "out of bounds memory access"

  @Test func `C17: an address is index plus offset, without wrap`() throws {
    let indices: [Int64] = [0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
    let offsets: [Int64] = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]
    for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
      for offset in offsets {
        for load in ["i32.load8_u", "i64.load"] {
          let bytes = module(
            [.i32], [.i64], locals: [.i32],
            "local.get 0 \(load) offset=\(offset)"
              + (load == "i64.load" ? "" : " i64.extend_i32_u"))
          let found = try results(
            bytes, options, arguments: indices.map { [String(Int32(truncatingIfNeeded: $0))] })
          let width: Int64 = load == "i64.load" ? 8 : 1
          let expected = indices.map { $0 + offset + width <= 65536 ? "0" : outOfBounds }
          #expect(found == expected, "\(load) offset=\(offset) \(options)")
        }
      }
    }
  }

  /// The index is the low half of a number whose high half is not zero, is kept over a call
  /// that clobbers every register, and reads what was stored without an offset.
  @Test func `C17: the high half of a spilled register is no part of an address`() throws {
    let loads = [("i32.load8_u", 1), ("i32.load16_u", 2), ("i32.load", 4), ("i64.load32_u", 4)]
    let indices: [UInt64] = [0x10, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0]
    for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
      for offset in [0, 1, 0x7fff_ffff, 0x8000_0000] as [UInt64] {
        for (load, width) in loads {
          var builder = ModuleBuilder()
          builder.memory(65536)
          let call = load.hasPrefix("i64") ? "i32.wrap_i64" : "nop"
          let type = builder.type([.i64, .i64], [.i32])
          builder.table(.funcRef, Limits(minimum: 1))
          builder.function(
            type, locals: [.i32], export: "f",
            text: """
              local.get 1 i32.wrap_i64 i32.const 90 i32.store8
              local.get 0 i32.wrap_i64 local.set 2
              i32.const 0 call_indirect 1 0
              local.get 2 \(load) offset=\(offset) \(call)
              """)
          let none = builder.type([], [])
          builder.function(none, text: "memory.size drop")
          builder.elements(.active(0, offset: 0), functions: [1])
          let found = try results(
            builder.build(), options,
            arguments: indices.map { index in
              let high: UInt64 = 0xdead_beef_0000_0000
              return [index, (index + offset) & 0xffff_ffff].map {
                String(Int64(bitPattern: high | $0))
              }
            })
          let expected = indices.map { index in
            index + offset + UInt64(width) <= 1 << 32 ? "90" : outOfBounds
          }
          #expect(found == expected, "\(load) offset=\(offset) \(options)")
        }
      }
    }
  }

  @Test(arguments: [0, 1, 2] as [UInt64])
  func `R1: the last byte is there and the next is not`(_ pages: UInt64) throws {
    let length = Int64(pages) * 65536
    for (store, value, width) in [
      ("i32.store8", "i32.const 1", 1), ("i32.store16", "i32.const 1", 2),
      ("i32.store", "i32.const 1", 4), ("i64.store", "i64.const 1", 8),
      ("f32.store", "f32.const 1", 4), ("f64.store", "f64.const 1", 8),
    ] as [(String, String, Int64)] {
      let bytes = module([.i32], [], memory: pages, "local.get 0 \(value) \(store)")
      for options in [[], ["--bounds-checks", "explicit"]] {
        let arguments = [length - width, length - width + 1, length].map { [String($0)] }
        let found = try results(
          bytes, options, arguments: Array(arguments.dropFirst(pages == 0 ? 1 : 0)))
        let expected = ["", outOfBounds, outOfBounds]
        #expect(found == Array(expected.dropFirst(pages == 0 ? 1 : 0)), "\(store) \(options)")
      }
    }
  }

  @Test func `C23: a callee's growth is seen by its caller, a failed one changes nothing`() throws {
    var builder = ModuleBuilder()
    let main = builder.type([], [.i32, .i32, .i32])
    let grow = builder.type([.i32], [.i32])
    builder.memory(1, 3)
    builder.function(
      main, export: "f",
      text: """
        i32.const 65532 i32.const 17 i32.store
        i32.const 1 call 1 drop
        i32.const 131068 i32.const 25 i32.store
        i32.const 5 call 1
        i32.const 65532 i32.load i32.const 131068 i32.load i32.add
        memory.size 0
        """)
    builder.function(grow, text: "local.get 0 memory.grow 0")
    for options in modes { #expect(try results(builder.build(), options) == ["-1 42 2"]) }
  }

  @Test func `R3: a memory grows to its limit and no further`() throws {
    let bytes = module(
      [], [.i32, .i32, .i32, .i32],
      """
      i32.const 65535 memory.grow 0 i32.const 1 memory.grow 0
      i32.const -1 memory.grow 0 i32.const -1 i32.load8_u
      """)
    #expect(try results(bytes) == ["1 -1 -1 0"])
  }

  @Test func `R4: bulk instructions check their whole range first`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32, .i32, .i32], [])
    let read = builder.type([], [.i64])
    builder.memory(1)
    builder.dataCount = 1
    builder.data(.passive, [1, 2, 3, 4])
    builder.function(type, text: "local.get 0 local.get 1 local.get 2 memory.fill 0")
    builder.function(type, text: "local.get 0 local.get 1 local.get 2 memory.copy 0 0")
    builder.function(type, text: "local.get 0 local.get 1 local.get 2 memory.init 0 0")
    builder.function(
      read, export: "f",
      text: """
        i32.const 0 i32.const 0 i32.const 4 call 2
        i32.const 1 i32.const 0 i32.const 4 call 1
        i32.const 6 i32.const 9 i32.const 2 call 0
        i32.const 65536 i32.const 0 i32.const 0 call 0
        i32.const 0 i32.const 65536 i32.const 0 call 1
        i32.const 65536 i32.const 4 i32.const 0 call 2
        data.drop 0
        i32.const 0 i32.const 0 i32.const 0 call 2
        i32.const 0 i64.load
        """)
    for options in modes {
      #expect(try results(builder.build(), options) == [String(0x0909_0004_0302_0101)])
    }
    let edges = [
      "i32.const 65536 i32.const 0 i32.const 1 memory.fill 0",
      "i32.const 0 i32.const 0 i32.const -1 memory.fill 0",
      "i32.const 0 i32.const 65537 i32.const 0 memory.copy 0 0",
      "i32.const -1 i32.const 0 i32.const 2 memory.copy 0 0",
    ]
    for text in edges {
      let bytes = module([], [], text)
      #expect(try results(bytes) == [outOfBounds], "\(text)")
    }
  }

  @Test func `C18: the alignment of an access is only a hint`() throws {
    let bytes = module(
      [], [.i64],
      "i32.const 1 i64.const 0x1122334455667788 i64.store align=3 i32.const 1 i64.load align=3")
    for options in modes {
      #expect(try results(bytes, options) == [String(0x1122_3344_5566_7788)])
    }
  }

  @Test func `a data segment is copied to where it belongs`() throws {
    var builder = ModuleBuilder()
    builder.memory(2)
    builder.data(.active(0, offset: 65534), [1, 2, 3, 4])
    builder.data(.active(0, offset: 65535), [9])
    builder.function(builder.type([], [.i32]), export: "f", text: "i32.const 65534 i32.load")
    for options in modes {
      #expect(try results(builder.build(), options) == [String(0x0403_0901)])
    }
  }
}
