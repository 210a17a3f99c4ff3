// Atomic accesses, shared memories, and waiting.

import TestSupport
import Testing
import Wasm

struct AtomicTests {
  private let all = ["--features", "all"]
  private static let widths: [(type: String, name: String, bits: UInt64)] = [
    ("i32", "rmw", 32), ("i64", "rmw", 64), ("i32", "rmw8", 8), ("i32", "rmw16", 16),
    ("i64", "rmw8", 8), ("i64", "rmw16", 16), ("i64", "rmw32", 32),
  ]

  /// Memory 0 has 32-bit addresses, memory 1 has 64-bit ones.
  private func module(
    _ results: [ValueType], shared: Bool = true, _ text: String
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.memory(MemoryType(limits: Limits(minimum: 1, maximum: 2), isShared: shared))
    builder.memory(
      MemoryType(limits: Limits(minimum: 1, maximum: 2), addressType: .i64, isShared: shared))
    builder.function(builder.type([], results), export: "f", text: text)
    return builder.build()
  }

  private func decimal(_ bits: UInt64, _ type: String) -> String {
    type == "i32"
      ? String(Int32(truncatingIfNeeded: bits)) : String(Int64(bitPattern: bits))
  }

  @Test(arguments: ["add", "sub", "and", "or", "xor", "xchg"])
  func `an operation yields what was there and changes as many bits as it is wide`(
    _ operation: String
  ) throws {
    let pattern: UInt64 = 0x8877_6655_4433_2211
    let operand: UInt64 = 0xf0f1_f2f3_f4f5_f6f7
    for (type, name, bits) in Self.widths {
      let mask = UInt64.max >> (64 - bits)
      let old = pattern & mask
      let new: UInt64 =
        switch operation {
        case "add": old &+ operand
        case "sub": old &- operand
        case "and": old & operand
        case "or": old | operand
        case "xor": old ^ operand
        default: operand
        }
      let mnemonic = "\(type).atomic.\(name).\(operation)\(name == "rmw" ? "" : "_u")"
      let align = "align=\((bits / 8).trailingZeroBitCount)"
      let value =
        "\(type).const 0x" + String(type == "i32" ? operand & 0xffff_ffff : operand, radix: 16)
      let bytes = module(
        [type == "i32" ? .i32 : .i64, .i64, type == "i32" ? .i32 : .i64, .i64],
        """
        i32.const 8 i64.const 0x\(String(pattern, radix: 16)) i64.store
        i64.const 24 i64.const 0x\(String(pattern, radix: 16)) i64.store memory=1
        i32.const 0 \(value) \(mnemonic) \(align) offset=8
        i32.const 8 i64.load
        i64.const 8 \(value) \(mnemonic) \(align) memory=1 offset=16
        i64.const 24 i64.load memory=1
        """)
      let one = "\(decimal(old, type)) \(decimal(pattern & ~mask | new & mask, "i64"))"
      for options in [[], ["-O0"], ["--bounds-checks", "explicit"]] {
        #expect(try results(bytes, all + options) == ["\(one) \(one)"], "\(mnemonic) \(options)")
      }
    }
  }

  @Test func `compare and exchange compares as many bits as it is wide`() throws {
    for (type, name, bits) in Self.widths {
      let mnemonic = "\(type).atomic.\(name).cmpxchg\(name == "rmw" ? "" : "_u")"
      let align = "align=\((bits / 8).trailingZeroBitCount)"
      // Beyond the width, what is expected does not count.
      let wide = bits == 64 || (type == "i32" && bits == 32) ? "0x11" : "0x7000000000000011"
      let expected = type == "i32" && bits < 32 ? "0x70000011" : wide
      let bytes = module(
        [type == "i32" ? .i32 : .i64, type == "i32" ? .i32 : .i64, .i64],
        """
        i32.const 8 i64.const 0x11 i64.store
        i32.const 8 \(type).const 0x12 \(type).const 0x55 \(mnemonic) \(align)
        i32.const 8 \(type).const \(expected) \(type).const 0x77 \(mnemonic) \(align)
        i32.const 8 i64.load
        """)
      for options in [[], ["-O0"]] {
        #expect(try results(bytes, all + options) == ["17 17 119"], "\(mnemonic) \(options)")
      }
    }
  }

  @Test func `loads and stores of every width`() throws {
    let bytes = module(
      [.i32, .i64, .i64],
      """
      i32.const 0 i64.const 0x8877665544332211 i64.atomic.store align=3
      i32.const 0 i32.const -1 i32.atomic.store8
      i32.const 0 i32.const -2 i32.atomic.store16 align=1 offset=6
      atomic.fence
      i32.const 6 i32.atomic.load16_u align=1
      i32.const 0 i64.atomic.load8_u
      i32.const 0 i64.atomic.load align=3
      """)
    for options in modes {
      let whole = Int64(bitPattern: 0xfffe_6655_4433_22ff)
      #expect(try results(bytes, all + options) == ["65534 255 \(whole)"], "\(options)")
    }
  }

  @Test func `an atomic access that is not aligned or not in bounds traps, used or not`() throws {
    let unaligned = "unaligned atomic"
    let outOfBounds = "out of bounds memory access"
    let cases = [
      ("i32.const 1 i32.atomic.load align=2 drop", unaligned),
      ("i32.const 0 i32.atomic.load align=2 offset=2 drop", unaligned),
      ("i32.const 4 i64.const 0 i64.atomic.store align=3", unaligned),
      ("i32.const 3 i32.const 1 i32.atomic.rmw16.add_u align=1 drop", unaligned),
      ("i32.const 2 i32.const 1 i32.const 1 i32.atomic.rmw.cmpxchg align=2 drop", unaligned),
      ("i32.const 0xffff0001 i32.atomic.load align=2 drop", unaligned),
      ("i64.const -4 i64.atomic.load align=3 memory=1 drop", unaligned),
      ("i32.const 65536 i32.atomic.load align=2 drop", outOfBounds),
      ("i32.const 65536 i32.const 0 i32.atomic.rmw.or align=2 drop", outOfBounds),
      ("i32.const 65536 i32.const 0 i32.const 0 i32.atomic.rmw.cmpxchg align=2 drop", outOfBounds),
      ("i64.const -8 i64.atomic.load align=3 memory=1 offset=8 drop", outOfBounds),
      ("i32.const 65536 i32.const 0 i64.const 0 memory.atomic.wait32 align=2 drop", outOfBounds),
      ("i32.const 4 i64.const 0 i64.const 0 memory.atomic.wait64 align=3 drop", unaligned),
      ("i64.const -4 i32.const 0 memory.atomic.notify align=2 memory=1 drop", outOfBounds),
      ("i32.const 2 i32.const 0 memory.atomic.notify align=2 drop", unaligned),
    ]
    for (text, expected) in cases {
      for shared in [true, false] {
        for options in [[], ["-O0"]] {
          #expect(
            try results(module([], shared: shared, text), all + options) == [expected],
            "\(text) \(shared) \(options)")
        }
      }
    }
  }

  @Test func `waiting ends by another value or by time, and wakes nobody`() throws {
    let bytes = module(
      [.i32, .i32, .i32, .i32, .i32],
      """
      i32.const 0 i32.const 1 i64.const -1 memory.atomic.wait32 align=2
      i32.const 0 i64.const 1 i64.const -1 memory.atomic.wait64 align=3
      i32.const 0 i32.const 0 i64.const 1000000 memory.atomic.wait32 align=2
      i64.const 0 i64.const 0 i64.const 0 memory.atomic.wait64 align=3 memory=1
      i32.const 0 i32.const 9 memory.atomic.notify align=2
      """)
    for options in modes { #expect(try results(bytes, all + options) == ["1 1 2 2 0"]) }
  }

  @Test func `on a memory that is not shared nobody waits and nobody is woken`() throws {
    let wait = module(
      [.i32], shared: false, "i32.const 0 i32.const 0 i64.const 0 memory.atomic.wait32 align=2")
    let notify = module(
      [.i32], shared: false, "i32.const 0 i32.const 1 memory.atomic.notify align=2")
    for options in [[], ["-O0"]] {
      #expect(try results(wait, all + options) == ["expected shared memory"])
      #expect(try results(notify, all + options) == ["0"])
    }
  }

  @Test func `C23: a shared memory grows, and its size is read anew`() throws {
    let bytes = module(
      [.i32, .i32, .i32, .i32],
      """
      memory.size 0 i32.const 1 memory.grow 0 memory.size 0 i32.const 1 memory.grow 0
      i32.const 131068 i32.const 5 i32.store
      """)
    for options in modes { #expect(try results(bytes, all + options) == ["1 1 2 -1"]) }
  }

  @Test func `accesses are single instructions of the machine`() throws {
    let text = try ApusCommand.assembly(
      module(
        [.i32, .i64],
        """
        i32.const 0 i32.const 1 i32.atomic.rmw.add align=2
        i32.const 8 i64.const 1 i64.const 2 i64.atomic.rmw.cmpxchg align=3
        """), all + ["--invoke", "f"])
    #expect(text.contains("lock") && text.contains("cmpxchgq") && !text.contains("__atomic"))
  }
}
