// What the machine code of memory accesses looks like.

import TestSupport
import Testing
import Wasm

struct AssemblyTests {
  /// Writes and reads an array: for (i = n; i != 0; i--) { sum += p[i]; p[i] = sum }.
  private let readAndWrite = """
    loop
      local.get 0 local.get 1 local.get 0 i32.load offset=16 i32.add local.tee 1
      i32.store offset=16
      local.get 0 i32.const 4 i32.add local.tee 0
      local.get 2 i32.ne br_if 0
    end
    local.get 1
    """

  /// Adds up an array: a loop as a compiler for wasm32 writes it.
  private let sum = """
    local.get 1 i32.const 1 i32.lt_s if i32.const 0 return end
    loop
      local.get 0 i32.load local.get 2 i32.add local.set 2
      local.get 0 i32.const 4 i32.add local.set 0
      local.get 1 i32.const -1 i32.add local.tee 1 br_if 0
    end
    local.get 2
    """

  /// The instructions of each innermost loop: from a label to the jump back to it.
  private func loops(_ assembly: String) -> [[String]] {
    var lines: [String] = []
    for line in assembly.split(separator: "\n") {
      let text = line.split(separator: "#")[0].trimmingCharacters(in: .whitespaces)
      if !text.isEmpty { lines.append(text) }
    }
    var loops: [[String]] = []
    for (end, line) in lines.enumerated() where line.hasPrefix("j") {
      let target = line.split(whereSeparator: \.isWhitespace).last.map { "\($0):" } ?? ""
      guard let start = lines[..<end].lastIndex(of: target) else { continue }
      let body = Array(lines[(start + 1)...end])
      if !body.contains(where: { $0.hasSuffix(":") }) { loops.append(body) }
    }
    return loops
  }

  /// Whether an instruction touches memory.
  private func accessesMemory(_ line: String) -> Bool {
    line.contains("(") && !line.hasPrefix("lea") && !line.hasPrefix("nop")
  }

  @Test func `a loop over memory loads no base and compares nothing per access`() throws {
    let text = try ApusCommand.assembly(
      module([.i32, .i32, .i32], [.i32], readAndWrite), ["--invoke", "f", "-O1"])
    let body = try #require(loops(text).first { $0.contains(where: accessesMemory) }, "\(text)")
    // One load and one store, possibly as one instruction; every operand is an index
    // register over the constant base, and the only comparison ends the loop.
    #expect((1...2).contains(body.count(where: accessesMemory)), "\(body)")
    #expect(!body.contains { $0.contains("%rip") || $0.contains("%rsp") || $0.contains("%fs") })
    #expect(body.count { $0.hasPrefix("cmp") || $0.hasPrefix("test") } <= 1, "\(body)")
    #expect(body.count { $0.hasPrefix("j") } == 1, "\(body)")
    #expect(text.contains("268435456") || text.contains("0x10000000"))
  }

  /// The same with 64-bit addresses, two elements a turn.
  private let sum64 = """
    local.get 1 i64.const 1 i64.lt_s if i32.const 0 return end
    loop
      local.get 0 i32.load local.get 0 i32.load offset=4 i32.add local.get 2 i32.add local.set 2
      local.get 0 i64.const 8 i64.add local.set 0
      local.get 1 i64.const -1 i64.add local.tee 1 i64.const 0 i64.ne br_if 0
    end
    local.get 2
    """

  /// A module with a memory of 64-bit addresses.
  private func module64(_ parameters: [ValueType], _ text: String) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
    let type = builder.type(parameters, [.i32])
    builder.function(type, locals: [.i32], export: "f", text: text)
    return builder.build()
  }

  @Test func `a loop that reads with 64-bit indices compares before it starts`() throws {
    let options = ["--invoke", "f", "--features", "all"]
    let small = try ApusCommand.assembly(module64([.i64, .i64], sum64), options + ["-O1"])
    let body = try #require(loops(small).first { $0.contains(where: accessesMemory) }, "\(small)")
    #expect(body.count { $0.hasPrefix("j") } == 1, "\(body)")
    let fast = try ApusCommand.assembly(module64([.i64, .i64], sum64), options)
    #expect(fast.contains("vpaddd") && fast.contains("%ymm"), "\(fast)")
  }

  @Test func `accesses of one 64-bit index share one comparison`() throws {
    let text = try ApusCommand.assembly(
      module64(
        [.i64, .i32, .i64],
        """
        loop
          local.get 0
          local.get 0 i32.load offset=16 local.get 0 i32.load offset=20 i32.add
          local.get 1 i32.add local.tee 1
          i32.store offset=16
          local.get 0 i64.const 8 i64.add local.tee 0
          local.get 2 i64.ne br_if 0
        end
        local.get 1
        """), ["--invoke", "f", "-O1", "--features", "all"])
    let body = try #require(loops(text).first { $0.contains(where: accessesMemory) }, "\(text)")
    #expect((2...3).contains(body.count(where: accessesMemory)), "\(body)")
    // One jump for the bounds, one for the loop; the length is not loaded.
    #expect(body.count { $0.hasPrefix("j") } == 2, "\(body)")
    #expect(!body.contains { $0.contains("%rip") }, "\(body)")
  }

  @Test func `the sum of an array vectorises`() throws {
    let bytes = module([.i32, .i32], [.i32], locals: [.i32], sum)
    let text = try ApusCommand.assembly(bytes, ["--invoke", "f"])
    let vector = loops(text).filter { body in
      body.contains { $0.hasPrefix("vpaddd") && $0.contains("%ymm") }
    }
    #expect(!vector.isEmpty, "\(text)")
    let sse = try ApusCommand.assembly(bytes, ["--invoke", "f", "--target-cpu", "x86-64-v2"])
    #expect(sse.contains("paddd") && !sse.contains("%ymm"))
  }

  @Test func `a global stays in a register across stores to memory`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [])
    builder.memory(1)
    builder.global(.i32, mutable: true) { $0("i32.const", 0) }
    builder.function(
      type, export: "f",
      text: """
        loop
          local.get 0 global.get 0 i32.store
          global.get 0 i32.const 3 i32.mul i32.const 1 i32.add global.set 0
          local.get 0 i32.const 4 i32.add local.tee 0 i32.const 4096 i32.ne br_if 0
        end
        """)
    let text = try ApusCommand.assembly(builder.build(), ["--invoke", "f", "-O1"])
    let body = try #require(loops(text).first { $0.contains(where: accessesMemory) }, "\(text)")
    #expect(!body.contains { $0.contains("%rip") }, "\(body)")
  }

  @Test func `a direct call is a direct call`() throws {
    let text = try ApusCommand.assembly(
      module([.i32], [.i32], "local.get 0 call 0 i32.const 1 i32.add"), ["--invoke", "f"])
    #expect(text.contains("callq\twasm.0.0"))
  }
}
