import TestSupport
import Testing

@testable import Wasm

@Suite struct InstructionTableTests {
  /// Instructions of one name in the text format, whose immediates tell them apart.
  private static let shared: Set<String> = ["select", "ref.test", "ref.cast"]

  @Test func codesAreUnique() {
    let codes = InstructionTable.rows.map { "\($0.prefix ?? 0) \($0.code)" }
    #expect(Set(codes).count == codes.count)
  }

  @Test func namesAreUnique() {
    let names = InstructionTable.rows.map(\.mnemonic).filter { !Self.shared.contains($0) }
    #expect(Set(names).count == names.count)
  }

  @Test func operationsAreUnique() {
    #expect(Set(InstructionTable.rows.map(\.operation)).count == InstructionTable.rows.count)
  }

  @Test func rowsRoundTrip() {
    for row in InstructionTable.rows {
      #expect(InstructionTable.row(prefix: row.prefix, code: row.code) == row)
      if Self.shared.contains(row.mnemonic) { continue }
      #expect(InstructionTable.row(named: row.mnemonic) == row)
    }
    #expect(InstructionTable.row(code: 0xff) == nil)
    #expect(InstructionTable.row(named: "i32.nonsense") == nil)
  }

  /// Keeps the operations it is given.
  private struct Recorder: InstructionConsumer {
    var operations: [Wasm.Operation] = []
    mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
      operations.append(instruction.operation)
    }
  }

  /// Every feature, the coming ones included.
  private static let allFeatures = FeatureSet(Feature.allCases)

  @Test func rowsAreDecodedToTheirOperation() throws {
    for row in InstructionTable.rows where row.operation.nesting >= 0 {
      var code = CodeBuilder()
      code.append(row, [])
      for _ in 0..<row.operation.nesting { code("end") }
      code("end")
      var recorder = Recorder()
      try code.bytes.withUnsafeBytes { buffer in
        var decoder = InstructionDecoder(
          ByteReader(buffer, range: 0..<buffer.count), features: Self.allFeatures,
          hasDataCount: true)
        try decoder.decodeExpression(into: &recorder)
        #expect(decoder.reader.isAtEnd, "\(row.mnemonic)")
      }
      #expect(recorder.operations.first == row.operation, "\(row.mnemonic)")
    }
  }

  /// The alignment that an access may state and an atomic one must.
  private static func alignment(_ row: InstructionTable.Row) -> [Int64] {
    if case .atomic = row.operation { [Int64(row.operation.accessWidthLog2 ?? 0)] } else { [] }
  }

  @Test func rowsWithASignatureAreValid() {
    for row in InstructionTable.rows {
      guard let signature = row.operation.signature else { continue }
      let immediates = Self.alignment(row)
      let results = signature.result.map { [$0] } ?? []
      let valid = module(signature.parameters, results) {
        for index in signature.parameters.indices { $0("local.get", Int64(index)) }
        $0.append(row, immediates)
      }
      expectValid(valid, "\(row.mnemonic)", features: Self.allFeatures)
      // One operand too few, and one of another type.
      guard let last = signature.parameters.last else { continue }
      for other: ValueType? in [nil, last == .i32 ? .i64 : .i32] {
        let types = signature.parameters.dropLast() + [other].compactMap { $0 }
        let invalid = module(Array(types), results) {
          for index in types.indices { $0("local.get", Int64(index)) }
          $0.append(row, immediates)
        }
        let error = rejection(of: invalid, features: Self.allFeatures)
        #expect(error?.phase == .invalid, "\(row.mnemonic)")
        #expect(
          error?.message.hasPrefix("type mismatch: instruction requires [") == true
            && error?.message.hasSuffix(", in \(row.mnemonic)") == true, "\(row.mnemonic)")
      }
    }
  }

  @Test func atomicAccessesAreAlignedNaturally() {
    for row in InstructionTable.rows {
      guard case .atomic = row.operation, let natural = row.operation.accessWidthLog2,
        let signature = row.operation.signature
      else { continue }
      for align in 0...4 where align != Int(natural) {
        let bytes = module(signature.parameters, signature.result.map { [$0] } ?? []) {
          for index in signature.parameters.indices { $0("local.get", Int64(index)) }
          $0.append(row, [Int64(align)])
        }
        expectRejected(
          .invalid,
          align > natural
            ? "alignment must not be larger than natural" : "alignment must be equal to natural",
          bytes, "\(row.mnemonic) \(align)")
      }
    }
  }

  @Test func wideArithmetic() {
    for row in InstructionTable.rows {
      guard case .wide(let operation) = row.operation else { continue }
      let types = [ValueType](repeating: .i64, count: operation.operandCount)
      func bytes(_ parameters: [ValueType], _ results: [ValueType]) -> [UInt8] {
        module(parameters, results) {
          for index in parameters.indices { $0("local.get", Int64(index)) }
          $0.append(row)
        }
      }
      expectValid(bytes(types, [.i64, .i64]), "\(row.mnemonic)", features: Self.allFeatures)
      for (parameters, results): ([ValueType], [ValueType]) in [
        (types.dropLast(), [.i64, .i64]), (types.dropLast() + [.i32], [.i64, .i64]),
        (types, [.i64]), (types, [.i64, .i32]),
      ] {
        expectRejected(
          .invalid, "type mismatch", bytes(parameters, results), "\(row.mnemonic)",
          features: Self.allFeatures)
      }
    }
  }

  @Test func lanes() {
    for row in InstructionTable.rows {
      guard case .vector(let operation) = row.operation, operation.laneLimit > 0,
        let signature = row.operation.signature
      else { continue }
      func bytes(lane: Int64) -> [UInt8] {
        module(signature.parameters, signature.result.map { [$0] } ?? []) {
          for index in signature.parameters.indices { $0("local.get", Int64(index)) }
          $0.append(row, row.operation.immediates == .memArgLane ? [0, 0, lane] : [lane])
        }
      }
      let limit = Int64(operation.laneLimit)
      expectValid(bytes(lane: limit - 1), "\(row.mnemonic)", features: Self.allFeatures)
      expectRejected(
        .invalid, "invalid lane index \(limit)", bytes(lane: limit), features: Self.allFeatures)
    }
  }

  @Test func everyFeatureGuardsItsInstructions() {
    for row in InstructionTable.rows {
      guard let feature = row.feature else { continue }
      var builder = ModuleBuilder()
      builder.function(builder.type([], [])) { $0.append(row, []) }
      expectRejected(
        .unsupported,
        "\(row.mnemonic) needs the feature \(feature.rawValue), which is not enabled "
          + "(--enable \(feature.rawValue))",
        builder.build(), features: Self.allFeatures.subtracting(FeatureSet(feature)))
    }
  }

  @Test func opcodesWithoutARowAreIllegal() {
    for code: UInt8 in 0...0xff where InstructionTable.row(code: UInt32(code)) == nil {
      if InstructionTable.rows.contains(where: { $0.prefix == code }) { continue }
      expectRejected(.malformed, "illegal opcode", module { $0.raw([code, 0, 0]) })
    }
    for code in 0..<300 where InstructionTable.row(prefix: 0xfc, code: UInt32(code)) == nil {
      let bytes = [0xfc] + BinaryEncoding.unsigned(code)
      expectRejected(.malformed, "illegal opcode fc", module { $0.raw(bytes) })
    }
  }

  @Test func operationsAreTriviallyCopyable() {
    #expect(_isPOD(Wasm.Operation.self))
    #expect(_isPOD(Instruction.self))
    #expect(MemoryLayout<Instruction>.size <= 192)
  }
}
