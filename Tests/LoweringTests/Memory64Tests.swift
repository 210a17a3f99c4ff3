// Memories with 64-bit addresses, and memories whose pages are single bytes.

import TestSupport
import Testing
import Wasm

struct Memory64Tests {
  private let all = ["--features", "all"]
  private let outOfBounds = "out of bounds memory access"

  /// A module whose export `f` runs `text` on one memory of `type`.
  private func module(
    _ type: MemoryType, _ parameters: [ValueType], _ results: [ValueType], _ text: String
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.memory(type)
    builder.function(builder.type(parameters, results), export: "f", text: text)
    return builder.build()
  }

  @Test func `C17, C24: the sum of index and offset does not wrap`() throws {
    let type = MemoryType(limits: Limits(minimum: 1), addressType: .i64)
    let indices: [UInt64] = [
      0, 65528, 0x7fff_ffff, 0xffff_ffff, 0x1_0000_0000, 1 << 34, 1 << 62, 1 << 63, .max - 7, .max,
    ]
    let offsets: [UInt64] = [0, 1, 8, 0xffff_ffff, (1 << 34) - 1, 1 << 34, 1 << 63, .max - 8, .max]
    for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
      for offset in offsets {
        let hex = "0x" + String(offset, radix: 16)
        let found = try results(
          module(type, [.i64], [.i64], "local.get 0 i64.load offset=\(hex)"), all + options,
          arguments: indices.map { [String(Int64(bitPattern: $0))] })
        let expected = indices.map { index in
          let (sum, overflow) = index.addingReportingOverflow(offset)
          return !overflow && sum <= 65528 ? "0" : outOfBounds
        }
        #expect(found == expected, "offset=\(hex) \(options)")
      }
    }
  }

  @Test func `C19, R1: the last byte of every width is there and the next is not`() throws {
    for (store, value, width) in [
      ("i64.store8", "i64.const 1", 1), ("i64.store16", "i64.const 1", 2),
      ("i64.store32", "i64.const 1", 4), ("f32.store", "f32.const 1", 4),
      ("f64.store", "f64.const 1", 8), ("i64.store", "i64.const 1", 8),
    ] as [(String, String, Int)] {
      for (type, length) in [
        (MemoryType(limits: Limits(minimum: 2), addressType: .i64), 131072),
        (MemoryType(limits: Limits(minimum: 13), addressType: .i64, pageSizeLog2: 0), 13),
        (MemoryType(limits: Limits(minimum: 4097), pageSizeLog2: 0), 4097),
      ] {
        let wide = type.addressType == .i64
        let bytes = module(
          type, [wide ? .i64 : .i32], [], "local.get 0 \(value) \(store) offset=2")
        for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
          let found = try results(
            bytes, all + options,
            arguments: [length - width - 2, length - width - 1, length].map { [String($0)] })
          #expect(found == ["", outOfBounds, outOfBounds], "\(store) \(length) \(options)")
        }
      }
    }
  }

  @Test func `R3, C24: a memory grows to its limit, and no delta wraps`() throws {
    let type = MemoryType(limits: Limits(minimum: 1), addressType: .i64)
    let bytes = module(
      type, [], [.i64, .i64, .i64, .i64, .i64],
      """
      i64.const -1 memory.grow 0 i64.const 0xffffffffffff memory.grow 0
      i64.const 65536 memory.grow 0
      i64.const 0x100000007 i64.const 42 i64.store
      i64.const 0x100000007 i64.load memory.size 0
      """)
    #expect(try results(bytes, all) == ["-1 -1 1 42 65537"])
    let most = module(
      type, [], [.i64, .i64], "i64.const 262143 memory.grow 0 i64.const 1 memory.grow 0")
    #expect(try results(most, all) == ["1 -1"])
  }

  @Test func `a memory of bytes grows by bytes`() throws {
    let type = MemoryType(limits: Limits(minimum: 0, maximum: 70000), pageSizeLog2: 0)
    let bytes = module(
      type, [], [.i32, .i32, .i32, .i32],
      """
      i32.const 65535 memory.grow 0 i32.const 2 memory.grow 0
      i32.const 65536 i32.const 9 i32.store8
      i32.const 70000 memory.grow 0
      i32.const 65536 i32.load8_u memory.size 0 i32.add
      """)
    for options in modes {
      #expect(try results(bytes, all + options) == ["0 65535 -1 65546"], "\(options)")
    }
    // Of 2³² pages the size would have no i32.
    let largest = module(
      MemoryType(limits: Limits(minimum: 0), pageSizeLog2: 0), [], [.i32, .i32, .i32],
      "i32.const -1 memory.grow 0 i32.const 1 memory.grow 0 i32.const -2 i32.load8_u")
    #expect(try results(largest, all) == ["0 -1 0"])
  }

  @Test func `R1: a memory larger than its region cannot start`() throws {
    let bytes = module(
      MemoryType(limits: Limits(minimum: 1 << 48), addressType: .i64), [], [], "")
    let result = try ApusCommand.compile(bytes, all + ["--invoke", "f"]).run()
    #expect(result.status == 1 && result.errors.contains("larger than this implementation"))
  }

  @Test func `C4: a fill that crosses the end writes the bytes before it`() throws {
    // The loop traps after 23 of 64 bytes; the second export sees them.
    for (address, add) in [("i32", "i32.add"), ("i64", "i64.add")] {
      var builder = ModuleBuilder()
      let type: AddressType = address == "i64" ? .i64 : .i32
      let value = type.valueType
      builder.memory(MemoryType(limits: Limits(minimum: 1, maximum: 1), addressType: type))
      let none = builder.type([], [])
      builder.function(
        none, locals: [value], export: "f",
        text: """
          \(address).const 65513 local.set 0
          loop
            local.get 0 i32.const 1 i32.store8
            local.get 0 \(address).const 1 \(add) local.tee 0
            \(address).const 65577 \(address).ne br_if 0
          end
          """)
      for options in [[], ["-O3"], ["-O0"], ["--strict"]] {
        #expect(try results(builder.build(), all + options) == [outOfBounds])
      }
    }
  }

  @Test func `C1, C2: a dropped load traps before the next call`() throws {
    for load in DeadAccessTests.loads {
      var builder = ModuleBuilder()
      let write = builder.type([.i32, .i32, .i32, .i32], [.i32])
      builder.import("wasi_snapshot_preview1", "fd_write", .function(write))
      builder.memory(1)
      builder.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
      builder.function(
        builder.type([], []), export: "f",
        text: """
          i64.const 65536 \(load) memory=1 drop
          i32.const 0 i32.const 16 i32.store i32.const 4 i32.const 5 i32.store
          i32.const 1 i32.const 0 i32.const 1 i32.const 8 call 0 drop
          """)
      let result = try ApusCommand.compile(builder.build(), all + ["--invoke", "f"]).run()
      #expect(trap(in: result) == outOfBounds && result.output.isEmpty, "\(load): \(result)")
    }
  }
}
