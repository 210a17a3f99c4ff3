import TestSupport
import Testing

@testable import Wasm

/// What stands on `Instruction` for each kind of immediates that is more than indices.
@Suite struct InstructionDecodingTests {
  /// Hands the first instruction of `bytes` to `check`.
  private struct First: InstructionConsumer {
    var check: (borrowing Instruction) -> Void
    var isFirst = true
    mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
      if isFirst { check(instruction) }
      isFirst = false
    }
  }

  private func decode(
    _ bytes: [UInt8], features: FeatureSet = .all,
    _ check: @escaping (borrowing Instruction) -> Void
  ) throws(WasmError) {
    let bytes = ModuleBytes(copying: bytes)
    var decoder = InstructionDecoder(
      ByteReader(bytes.buffer, range: 0..<bytes.buffer.count), features: features,
      hasDataCount: true)
    var first = First(check: check)
    try decoder.decodeExpression(into: &first)
    withExtendedLifetime(bytes) {}
  }

  @Test func catchClauses() throws {
    try decode([0x1f, 0x7f, 4, 0, 0x81, 0, 2, 1, 3, 0x84, 0, 2, 5, 3, 6, 0x0b, 0x0b]) {
      #expect($0.operation == .exception(.tryTable))
      #expect($0.blockType == .value(.i32))
      #expect($0.catches.count == 4)
      #expect(
        Array($0.catches) == [
          CatchClause(kind: .tag, tag: 1, label: 2), CatchClause(kind: .tagRef, tag: 3, label: 4),
          CatchClause(kind: .all, tag: 0, label: 5), CatchClause(kind: .allRef, tag: 0, label: 6),
        ])
    }
    #expect(throws: WasmError.malformed("catch clause", 4, at: 3)) {
      try decode([0x1f, 0x40, 1, 4, 0, 0x0b, 0x0b]) { _ in }
    }
    #expect(throws: WasmError.unexpectedEnd(at: 9)) {
      try decode([0x1f, 0x40, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0]) { _ in }
    }
  }

  @Test func castBranches() throws {
    try decode([0xfb, 0x18, 2, 7, 0x6d, 3, 0x0b]) {
      #expect($0.operation == .aggregate(.brOnCast))
      #expect($0.index == 7)
      #expect($0.castSource == RefType(nullable: false, heap: .eq))
      #expect($0.castTarget == RefType(nullable: true, heap: .concrete(3)))
    }
    #expect(throws: WasmError.malformed("br_on_cast flags", 4, at: 2)) {
      try decode([0xfb, 0x18, 4, 7, 0x6d, 3, 0x0b]) { _ in }
    }
  }

  @Test(arguments: [0x14, 0x15, 0x16, 0x17] as [UInt8])
  func casts(code: UInt8) throws {
    try decode([0xfb, code, 0x6c, 0x0b]) {
      #expect($0.heapType == .i31)
      #expect($0.castTarget == RefType(nullable: code & 1 == 1, heap: .i31))
    }
  }

  @Test(arguments: [
    ("call_ref", 0), ("struct.get", 1), ("array.new_fixed", 1), ("array.new_data", 1),
    ("array.new_elem", 1), ("array.copy", 1), ("throw", 0), ("struct.new", 0),
  ])
  func indices(mnemonic: String, second: UInt32) throws {
    try decode(CodeBuilder { $0(mnemonic, 300, 1) }.bytes + [0x0b]) {
      #expect($0.index == 300)
      #expect($0.secondIndex == second)
    }
  }

  @Test func operandsOfArrays() throws {
    try decode(CodeBuilder { $0("array.new_fixed", 0, 10_000) }.bytes + [0x0b]) { _ in }
    #expect(throws: WasmError.limit("operands", 10_001, 10_000, at: 3)) {
      try decode(CodeBuilder { $0("array.new_fixed", 0, 10_001) }.bytes + [0x0b]) { _ in }
    }
  }

  @Test func delegateClosesItsTry() throws {
    try decode([0x06, 0x40, 0x18, 0, 0x0b]) { #expect($0.operation == .exception(.try)) }
    #expect(throws: WasmError.unexpectedEnd(at: 4)) {
      try decode([0x06, 0x40, 0x18, 0]) { _ in }
    }
  }

  @Test func typesOfFeaturesThatAreOff() throws {
    #expect(throws: WasmError.featureNeeded(.gc, by: "i31", at: 1)) {
      try decode([0xd0, 0x6c, 0x0b], features: .wasm2) { _ in }
    }
    #expect(throws: WasmError.featureNeeded(.functionReferences, by: "a typed reference", at: 1)) {
      try decode([0xd0, 0x00, 0x0b], features: .wasm2) { _ in }
    }
  }
}
