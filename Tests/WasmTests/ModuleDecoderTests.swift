import TestSupport
import Testing

@testable import Wasm

/// What is malformed about whole modules, and the limits.
@Suite struct ModuleDecoderTests {
  private func module(_ sections: (id: UInt8, contents: [UInt8])...) -> [UInt8] {
    BinaryEncoding.preamble + sections.flatMap { BinaryEncoding.section($0.id, $0.contents) }
  }

  @Test func preamble() {
    expectValid(BinaryEncoding.preamble)
    expectRejected(.malformed, "unexpected end", [])
    expectRejected(.malformed, "unexpected end", [0, 0x61, 0x73, 0x6d, 1])
    expectRejected(.malformed, "magic header not detected", Array("(module)".utf8))
    expectRejected(.malformed, "unknown binary version", [0, 0x61, 0x73, 0x6d, 2, 0, 0, 0])
    expectRejected(
      .unsupported, "this is a component; Apus compiles core modules",
      [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0])
  }

  @Test func emptyMemory() {
    let bytes = ModuleBytes(
      adopting: UnsafeRawBufferPointer(start: nil, count: 0), release: { _ in })
    #expect(throws: WasmError.self) { try ModuleDecoder.decode(bytes) }
  }

  @Test("M10 sections: order, repetition, ids")
  func sections() {
    let orders: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 9, 12, 10, 11]
    for (index, first) in orders.enumerated() {
      for second in orders[...index] {
        expectRejected(
          .malformed, "unexpected content after last section",
          module((first, [0]), (second, [0])))
      }
      for second in orders[(index + 1)...] { expectValid(module((first, [0]), (second, [0]))) }
    }
    expectRejected(
      .malformed, "unexpected content after last section",
      module((1, [1, 0x60, 0, 0]), (3, [1, 0]), (8, [0]), (8, [0]), (10, [1, 2, 0, 0x0b])))
    expectRejected(.malformed, "malformed section id", module((14, [0])))
    expectRejected(.malformed, "malformed section id", module((0x80, [0])))
    expectValid(module((13, [0])))
  }

  @Test("M2 sizes beyond the end, beyond the section, or too small")
  func sizes() {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    for id: UInt8 in 0...13 {
      expectRejected(.malformed, "length out of bounds", BinaryEncoding.preamble + [id] + huge)
      expectRejected(
        .malformed, "length out of bounds", BinaryEncoding.preamble + [id, 5, 1])
    }
    let head: [(UInt8, [UInt8])] = [(1, [1, 0x60, 0, 0]), (3, [1, 0])]
    for size in [huge, [5]] {
      expectRejected(
        .malformed, "unexpected end",
        module((head[0].0, head[0].1), (head[1].0, head[1].1), (10, [1] + size + [0, 0x0b])))
    }
    // A body with bytes behind its end.
    expectRejected(
      .malformed, "section size mismatch",
      module((head[0].0, head[0].1), (head[1].0, head[1].1), (10, [1, 3, 0, 0x0b, 0x0b])))
    expectRejected(.malformed, "section size mismatch", module((1, [0, 0])))
  }

  @Test("M3 counts that no bytes stand for")
  func counts() {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    for id: UInt8 in [1, 2, 3, 4, 5, 6, 7, 9, 10, 11] {
      expectRejected(.malformed, "unexpected end", module((id, huge)))
      expectRejected(.malformed, "unexpected end", module((id, huge + [0, 0, 0])))
    }
    for counts in [huge, [0] + huge] {
      expectRejected(.malformed, "unexpected end", module((1, [1, 0x60] + counts + [0x7f])))
    }
    // Elements, and the local groups and br_table labels of a body.
    expectRejected(.malformed, "unexpected end", module((9, [1, 1, 0] + huge)))
    for body in [huge + [0x0b], [0, 0x41, 0, 0x0e] + huge + [0, 0x0b]] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), body: body)
      expectRejected(.malformed, "unexpected end", builder.build())
    }
    // Names are passed over where they cannot be read.
    var builder = ModuleBuilder()
    builder.custom("name", [1, 5] + huge)
    expectValid(builder.build())
  }

  @Test("M4 integers may be padded, block types as well")
  func paddedIntegers() {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    builder.function(type, body: [0x80, 0x80, 0, 0x02, 0x80, 0x80, 0x80, 0x80, 0, 0x0b, 0x0b])
    expectValid(builder.build())
    // Negative integers that are not one byte are no value types.
    for block: [UInt8] in [[0xff, 0x7f], [0xc0, 0x7f], [0xf0, 0xff, 0x7f]] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), body: [0, 0x02] + block + [0x0b, 0x0b])
      expectRejected(.malformed, "malformed block type", builder.build())
    }
    for block: [UInt8] in [[0x80, 0x80, 0x80, 0x80, 0x80, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0]] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), body: [0, 0x02] + block + [0x0b, 0x0b])
      expectRejected(.malformed, "integer representation too long", builder.build())
    }
  }

  @Test("M5 locals: sums, and 50,000 with parameters")
  func locals() {
    func bytes(_ groups: [UInt32], parameters: Int = 0) -> [UInt8] {
      var builder = ModuleBuilder()
      let type = builder.type(Array(repeating: .i32, count: parameters), [])
      let locals = BinaryEncoding.vector(groups.map { BinaryEncoding.unsigned($0) + [0x7f] })
      builder.function(type, body: locals + [0x0b])
      return builder.build()
    }
    expectValid(bytes([50_000]))
    expectValid(bytes([0, 25_000, 24_000], parameters: 1_000))
    expectValid(bytes([0, 0, 0]))
    expectRejected(.limit, "too many locals", bytes([50_001]))
    expectRejected(.limit, "too many locals", bytes([50_000], parameters: 1))
    expectRejected(.malformed, "too many locals", bytes([0xffff_ffff, 0xffff_ffff]))
    expectRejected(.malformed, "too many locals", bytes([0xffff_ffff, 2]))
  }

  @Test("M6 parameters, results, names")
  func smallLimits() {
    func type(_ parameters: Int, _ results: Int) -> [UInt8] {
      var builder = ModuleBuilder()
      builder.type(
        Array(repeating: .i64, count: parameters), Array(repeating: .f32, count: results))
      return builder.build()
    }
    expectValid(type(1_000, 1_000))
    expectRejected(.limit, "too many parameters", type(1_001, 0))
    expectRejected(.limit, "too many results", type(0, 1_001))
    func named(_ count: Int) -> [UInt8] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), export: String(repeating: "n", count: count)) { _ in }
      return builder.build()
    }
    expectValid(named(100_000))
    expectRejected(.limit, "name too large", named(100_001))
  }

  @Test("M6 bodies of 7,654,321 bytes")
  func bodySize() {
    func bytes(_ size: Int) -> [UInt8] {
      var builder = ModuleBuilder()
      var body = [UInt8](repeating: 0x01, count: size)
      body[0] = 0
      body[size - 1] = 0x0b
      builder.function(builder.type([], []), body: body)
      return builder.build()
    }
    // In debug builds a body at the limit takes seconds: its size is what is tested.
    let decoded = try? ModuleDecoder.decodeStructure(
      ModuleBytes(copying: bytes(7_654_321)), features: .standard)
    #expect(decoded?.code.first?.range.count == 7_654_321)
    expectRejected(.limit, "function body too large", bytes(7_654_322))
  }

  @Test("M6 vectors of one million entries")
  func largeVectors() {
    func entries(_ count: Int, _ entry: [UInt8]) -> [UInt8] {
      BinaryEncoding.unsigned(count) + Array(repeatElement(entry, count: count).joined())
    }
    // The limit is looked at before the entries are.
    let over: [(UInt8, Int, [UInt8], String)] = [
      (1, 1_000_001, [0], "types"), (2, 1_000_001, [0], "imports"),
      (3, 1_000_001, [0], "functions"), (6, 1_000_001, [0], "globals"),
      (7, 1_000_001, [0], "exports"), (11, 100_001, [0], "data segments"),
      (4, 100_001, [0], "tables"), (5, 101, [0], "memories"),
    ]
    for (id, count, entry, what) in over {
      expectRejected(.limit, "too many \(what)", module((id, entries(count, entry))))
    }
    expectValid(module((11, entries(100_000, [1, 0]))))
    expectValid(module((1, entries(100_000, [0x60, 0, 0]))))
  }

  @Test("M6 sections, of which there may be many small ones")
  func sectionCount() {
    func custom(_ count: Int) -> [UInt8] {
      BinaryEncoding.preamble + Array(repeatElement([0, 1, 0], count: count).joined())
    }
    expectValid(custom(100_000))
    expectRejected(.limit, "too many sections", custom(100_001))
  }

  @Test("M6 labels of br_table")
  func branchTableLabels() {
    func bytes(_ count: Int) -> [UInt8] {
      var builder = ModuleBuilder()
      let labels = [UInt8](repeating: 0, count: count + 1)
      builder.function(
        builder.type([], []),
        body: [0, 0x41, 0, 0x0e] + BinaryEncoding.unsigned(count) + labels + [0x0b])
      return builder.build()
    }
    expectValid(bytes(65_520))
    expectRejected(.limit, "too many labels", bytes(65_521))
  }

  @Test("M10 counts that must agree")
  func agreement() {
    let types: (UInt8, [UInt8]) = (1, [1, 0x60, 0, 0])
    let message = "function and code section have inconsistent lengths"
    expectRejected(.malformed, message, module(types, (3, [1, 0])))
    expectRejected(.malformed, message, module((10, [1, 2, 0, 0x0b])))
    expectRejected(.malformed, message, module(types, (3, [2, 0, 0]), (10, [1, 2, 0, 0x0b])))
    let data = "data count and data section have inconsistent lengths"
    expectRejected(.malformed, data, module((12, [1])))
    expectRejected(.malformed, data, module((12, [0]), (11, [1, 1, 0])))
    expectValid(module((12, [1]), (11, [1, 1, 0])))
    for code: [UInt8] in [[0xfc, 9, 0], [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0]] {
      var builder = ModuleBuilder()
      builder.memory(1)
      builder.function(builder.type([], []), body: [0] + code + [0x0b])
      builder.data(.passive, [])
      expectRejected(.malformed, "data count section required", builder.build())
    }
  }

  @Test func malformedBytes() {
    expectRejected(.malformed, "malformed definition type", module((1, [1, 0x40])))
    expectRejected(.malformed, "malformed value type", module((1, [1, 0x60, 1, 0x41, 0])))
    expectRejected(.malformed, "malformed import kind", module((2, [1, 0, 0, 9, 0])))
    expectRejected(.malformed, "malformed export kind", module((7, [1, 0, 9, 0])))
    expectRejected(.malformed, "malformed mutability", module((6, [1, 0x7f, 2, 0x41, 0, 0x0b])))
    expectRejected(.malformed, "malformed reference type", module((4, [1, 0x7f, 0, 0])))
    expectRejected(.malformed, "malformed limits flags", module((4, [1, 0x70, 0x08, 0])))
    expectRejected(.malformed, "malformed limits flags", module((5, [1, 0x10, 0])))
    expectRejected(.malformed, "malformed limits flags 0x8: needs", module((5, [1, 0x08, 0])))
    expectRejected(.malformed, "malformed elements segment kind", module((9, [1, 8, 0])))
    expectRejected(.malformed, "malformed element kind", module((9, [1, 1, 1, 0])))
    expectRejected(.malformed, "malformed data segment kind", module((11, [1, 3, 0])))
    expectRejected(.malformed, "malformed tag attribute", module((13, [1, 1, 0])))
    expectRejected(.malformed, "malformed table", module((4, [1, 0x40, 1, 0x70, 0, 0])))
    expectRejected(
      .malformed, "invalid custom page size", module((5, [1, 8, 0, 64])), features: .all)
    expectRejected(
      .invalid, "invalid custom page size", module((5, [1, 8, 0, 63])), features: .all)
  }

  @Test("M12 what is broken in the name section is ignored")
  func brokenNames() throws {
    let name = BinaryEncoding.name("f")
    let good = BinaryEncoding.section(1, [1, 0] + name)
    let contents: [([UInt8], String?)] = [
      (good, "f"),
      // Repeated: the first name stays.
      (good + BinaryEncoding.section(1, [1, 0] + BinaryEncoding.name("g")), "f"),
      // Cut off, too long, not UTF-8, unknown, out of order.
      ([1, 20, 1, 0, 1], nil), ([1, 0xff, 0xff, 0xff, 0xff, 0x0f], nil),
      (BinaryEncoding.section(1, [1, 0, 2, 0xc0, 0x80]), nil), ([0x55, 1, 9] + good, "f"),
      (good + BinaryEncoding.section(0, BinaryEncoding.name("late")), "f"),
      (BinaryEncoding.section(1, [2, 0] + name + [1, 200, 0x61]), "f"), ([0xff], nil), ([], nil),
    ]
    for (contents, expected) in contents {
      var builder = ModuleBuilder()
      builder.function(builder.type([], [])) { _ in }
      builder.custom("name", contents)
      let module = try ModuleValidator.validate(ModuleBytes(copying: builder.build()))
      #expect(module.functionName(0) == expected, "\(contents)")
    }
  }

  @Test func functionNames() throws {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    builder.import("m", "f", .function(type))
    builder.function(type, export: "first") { _ in }
    builder.export("second", .function(1))
    builder.function(type, export: "exported") { _ in }
    builder.names(module: "test", functions: [(0, "imported"), (2, "named")])
    let module = try ModuleDecoder.decode(ModuleBytes(copying: builder.build()))
    #expect(module.names.module == "test")
    #expect((0..<4).map { module.functionName($0) } == ["imported", "first", "named", nil])
  }

  @Test func sectionsAreListed() throws {
    let sample = try #require(SampleModules.all.first { $0.name == "names" })
    let module = try ModuleDecoder.decode(ModuleBytes(copying: sample.bytes))
    #expect(module.sections.map(\.id) == [0, 1, 3, 0, 7, 10, 0])
    #expect(module.sections.compactMap(\.name) == ["producers", "", "name"])
    #expect(module.sections.map(\.count) == [nil, 1, 1, nil, 1, 1, nil])
    for (first, second) in zip(module.sections, module.sections.dropFirst()) {
      #expect(first.range.upperBound < second.range.lowerBound)
    }
  }

  @Test func bodiesAreHandedOver() throws {
    struct Recorder: InstructionConsumer {
      var text: [String] = []
      mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
        let labels = Array(instruction.labels)
        text.append(
          InstructionTable.mnemonic(of: instruction.operation)
            + (labels.isEmpty ? "" : " \(labels)"))
      }
    }
    let sample = try #require(SampleModules.all.first { $0.name == "branchTable" })
    let module = try ModuleDecoder.decode(ModuleBytes(copying: sample.bytes))
    var recorder = Recorder()
    try module.decodeBody(0, into: &recorder)
    #expect(
      recorder.text == [
        "block", "block", "block", "local.get", "br_table [0, 1, 2, 1]", "end", "i64.const",
        "return", "end", "i64.const", "return", "end", "i64.const", "end",
      ])
    let locals = try #require(SampleModules.all.first { $0.name == "locals" })
    let other = try ModuleDecoder.decode(ModuleBytes(copying: locals.bytes))
    #expect(
      try other.locals(ofBody: 0) == [
        LocalGroup(count: 3, type: .i32), LocalGroup(count: 200, type: .i64),
      ])
  }
}
