// Several memories in one module and program, of every kind.

import Foundation
import TestSupport
import Testing
import Wasm

struct MultiMemoryTests {
  private let all = ["--features", "all"]

  @Test func `each memory has its own bytes, length and growth`() throws {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.memory(MemoryType(limits: Limits(minimum: 2), addressType: .i64))
    builder.memory(MemoryType(limits: Limits(minimum: 0, maximum: 9), pageSizeLog2: 0))
    builder.memory(MemoryType(limits: Limits(minimum: 1, maximum: 2), isShared: true))
    builder.function(
      builder.type([], [.i32, .i64, .i32, .i32, .i32, .i64, .i32, .i32]), export: "f",
      text: """
        i32.const 7 memory.grow 2 drop
        i32.const 8 i32.const 1 i32.store
        i64.const 8 i32.const 2 i32.store memory=1
        i32.const 3 i32.const 3 i32.store memory=2
        i32.const 8 i32.const 4 i32.store memory=3
        i32.const 1 memory.grow 3 drop
        memory.size 0 memory.size 1 memory.size 2 memory.size 3
        i32.const 8 i32.load i64.const 8 i64.load32_u memory=1
        i32.const 3 i32.load memory=2 i32.const 8 i32.load memory=3
        """)
    for options in modes {
      #expect(try results(builder.build(), all + options) == ["1 2 7 2 1 2 3 4"], "\(options)")
    }
  }

  @Test func `bytes are copied between memories of different address types`() throws {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
    builder.dataCount = 1
    builder.data(.passive, [1, 2, 3, 4, 5, 6, 7, 8])
    builder.function(
      builder.type([], [.i64, .i64, .i64]), export: "f",
      text: """
        i64.const 65528 i32.const 0 i32.const 8 memory.init 0 1
        i32.const 100 i64.const 65530 i32.const 6 memory.copy 0 1
        i64.const 1 i32.const 100 i32.const 4 memory.copy 1 0
        i64.const 0 i64.const 2 i64.const 3 memory.copy 1 1
        i64.const 16 i32.const 0x7f i64.const 2 memory.fill 1
        i32.const 100 i64.load i64.const 0 i64.load memory=1 i64.const 16 i64.load memory=1
        """)
    for options in modes {
      #expect(
        try results(builder.build(), all + options)
          == ["\(0x0807_0605_0403) \(0x06_0506_0504) \(0x7f7f)"], "\(options)")
    }
  }

  @Test func `R4: bulk instructions with 64-bit operands check their whole range first`() throws {
    let edges = [
      "i64.const 0xffffffffffffffff i32.const 1 i64.const 2 memory.fill 0",
      "i64.const 1 i32.const 1 i64.const 0xffffffffffffffff memory.fill 0",
      "i64.const 0 i64.const 0x8000000000000000 i64.const 0x8000000000000000 memory.copy 0 0",
      "i64.const 65536 i64.const 0 i64.const 1 memory.copy 0 0",
      "i64.const 65537 i32.const 1 i64.const 0 memory.fill 0",
      "i64.const 0xffffffffffffffff i32.const 0 i32.const 1 memory.init 0 0",
      "i64.const 0 i32.const -1 i32.const 2 memory.init 0 0",
    ]
    for (text, trap) in edges.map({ ($0, "out of bounds memory access") }) + [
      ("i64.const 65536 i32.const 1 i64.const 0 memory.fill 0", ""),
      ("i64.const 65536 i64.const 65536 i64.const 0 memory.copy 0 0", ""),
    ] {
      var builder = ModuleBuilder()
      builder.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
      builder.dataCount = 1
      builder.data(.passive, [1])
      builder.function(builder.type([], []), export: "f", text: text)
      for options in [[], ["-O0"]] {
        #expect(try results(builder.build(), all + options) == [trap], "\(text) \(options)")
      }
    }
  }

  /// A module with `count` memories, the last of which holds its number in its first byte.
  private func many(_ count: Int) -> [UInt8] {
    var builder = ModuleBuilder()
    for _ in 0..<count { builder.memory(1) }
    builder.function(
      builder.type([], [.i32]), export: "f",
      text: """
        i32.const 0 i32.const 77 i32.store8 memory=\(count - 1)
        i32.const 0 i32.load8_u memory=\(count - 1) memory.size \(count - 2) i32.add
        """)
    return builder.build()
  }

  @Test func `a program has at most 1024 memories`() throws {
    let folder = try TemporaryFolder()
    try Data(many(64)).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    func links(_ count: Int) -> [String] {
      (0..<count).flatMap { ["--link", "lib\($0)=\(folder.file("lib.wasm"))"] }
    }
    #expect(try results(many(64), all + links(15)) == ["78"])
    let failure = #expect(throws: CompileFailure.self) {
      try ApusCommand.compile(many(2), all + links(16))
    }
    #expect(failure?.result.status == 2)
    #expect(failure?.result.errors.contains("too many memories: 1026, the limit is 1024") == true)
  }
}
