import TestSupport
import Testing
import Wasm

/// The rules of instructions other than control, each accepted and rejected. What is typed
/// by its row alone is tested over the table.
@Suite struct VariableValidationTests {
  @Test func drops() {
    for type in ["i32.const", "f64.const"] {
      expectValid {
        $0(type, 1)
        $0("drop")
      }
    }
    expectInvalid("type mismatch: instruction requires a value but stack has [], in drop") {
      $0("drop")
    }
  }

  @Test func selections() {
    expectValid([.f32], [.f32]) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0("select")
    }
    expectInvalid(
      "type mismatch: select expects f32, found i64", [.f32]
    ) {
      $0("local.get", 0)
      $0("i64.const", 1)
      $0("i32.const", 1)
      $0("select")
      $0("drop")
    }
    expectInvalid(
      "type mismatch: select expects numbers or vectors, found externref",
      [.externRef]
    ) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0("select")
      $0("drop")
    }
    expectInvalid(
      "type mismatch: instruction requires [i32] but stack has [i64 i64 i64], in select", [.i64]
    ) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("local.get", 0)
      $0("select")
      $0("drop")
    }
    expectValid([.externRef], [.externRef]) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0.select(.externRef)
    }
    expectInvalid(
      "type mismatch: instruction requires [funcref] but stack has [externref externref], in select",
      [.externRef]
    ) {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0.select(.funcRef)
      $0("drop")
    }
    expectInvalid("invalid result arity") {
      $0("unreachable")
      $0.select()
    }
    expectInvalid("invalid result arity") {
      $0("unreachable")
      $0.select(.i32, .i32)
    }
  }

  @Test func locals() {
    expectValid([.i32], [.f64], locals: [.f64, .externRef]) {
      $0("local.get", 2)
      $0("local.set", 2)
      $0("local.get", 1)
      $0("local.tee", 1)
    }
    expectInvalid("unknown local 2", [.i32], locals: [.f64]) { $0("local.get", 2) }
    expectInvalid("unknown local 1", [.i32]) {
      $0("i32.const", 1)
      $0("local.set", 1)
    }
    expectInvalid("unknown local 4294967295") {
      $0("i32.const", 1)
      $0("local.tee", 0xffff_ffff)
    }
    expectInvalid(
      "type mismatch: instruction requires [f64] but stack has [i32], in local.set", locals: [.f64]
    ) {
      $0("i32.const", 1)
      $0("local.set", 0)
    }
    expectInvalid(
      "type mismatch: instruction requires [f64] but stack has [i32], in local.tee", locals: [.f64]
    ) {
      $0("i32.const", 1)
      $0("local.tee", 0)
      $0("drop")
    }
  }

  @Test func globals() {
    expectValid([], [.i64]) {
      $0("global.get", 1)
      $0("global.set", 1)
      $0("global.get", 1)
    }
    expectInvalid("unknown global 2") { $0("global.get", 2) }
    expectInvalid("unknown global 9") { $0("global.set", 9) }
    expectInvalid("immutable global 0") {
      $0("i32.const", 1)
      $0("global.set", 0)
    }
    expectInvalid("type mismatch: instruction requires [i64] but stack has [i32], in global.set") {
      $0("i32.const", 1)
      $0("global.set", 1)
    }
  }

  @Test func references() {
    expectValid([], [.i32]) {
      $0.refNull(.extern)
      $0("ref.is_null")
    }
    expectValid([], [.funcRef]) { $0("ref.func", 0) }
    expectInvalid("undeclared function reference 1", [], [.funcRef]) { $0("ref.func", 1) }
    expectInvalid("unknown function 8", [], [.funcRef]) { $0("ref.func", 8) }
    expectInvalid("type mismatch: ref.is_null expects a reference, found i32", [], [.i32]) {
      $0("i32.const", 0)
      $0("ref.is_null")
    }
    expectInvalid(
      "type mismatch: instruction requires [funcref] but stack has [externref], in end", [],
      [.funcRef]
    ) {
      $0.refNull(.extern)
    }
  }
}

@Suite struct TableValidationTests {
  /// The signatures of table instructions on table 0 of funcref, and of the segment.
  @Test(
    arguments: [
      ("table.get", [.i32], [.funcRef]), ("table.set", [.i32, .funcRef], []),
      ("table.size", [], [.i32]), ("table.grow", [.funcRef, .i32], [.i32]),
      ("table.fill", [.i32, .funcRef, .i32], []), ("table.copy", [.i32, .i32, .i32], []),
      ("table.init", [.i32, .i32, .i32], []), ("elem.drop", [], []),
    ] as [(String, [ValueType], [ValueType])])
  func signatures(_ name: String, _ parameters: [ValueType], _ results: [ValueType]) {
    expectValid(parameters, results) {
      for index in parameters.indices { $0("local.get", Int64(index)) }
      $0(name, 0, 0)
    }
    for index in parameters.indices {
      expectInvalid(
        "type mismatch: instruction requires [\(parameters[index])] but stack has", parameters,
        results
      ) {
        for other in parameters.indices {
          if other == index { $0("f64.const", 0) } else { $0("local.get", Int64(other)) }
        }
        $0(name, 0, 0)
      }
    }
    let unknown = name == "elem.drop" ? "unknown elem segment 9" : "unknown table"
    expectInvalid(unknown, parameters, results) {
      for index in parameters.indices { $0("local.get", Int64(index)) }
      if name == "table.init" { $0(name, 0, 9) } else { $0(name, 9, 9) }
    }
  }

  @Test func elementTypesMustMatch() {
    for name in ["table.copy", "table.init"] {
      expectInvalid(
        "type mismatch: \(name) expects a \(name == "table.copy" ? "table" : "segment")"
      ) {
        for _ in 0..<3 { $0("i32.const", 0) }
        $0(name, 1, 0)
      }
    }
    expectInvalid("unknown elem segment 5") {
      for _ in 0..<3 { $0("i32.const", 0) }
      $0("table.init", 5, 0)
    }
    expectValid {
      for _ in 0..<3 { $0("i32.const", 0) }
      $0("table.init", 1, 1)
    }
  }
}

@Suite struct MemoryValidationTests {
  @Test(arguments: [
    ("memory.size", 0, 1), ("memory.grow", 1, 1), ("memory.fill", 3, 0), ("memory.copy", 3, 0),
    ("memory.init", 3, 0),
  ])
  func signatures(_ name: String, _ parameters: Int, _ results: Int) {
    let result: [ValueType] = Array(repeating: .i32, count: results)
    expectValid([], result) {
      for _ in 0..<parameters { $0("i32.const", 0) }
      $0(name, 0, 0)
    }
    for wrong in 0..<parameters {
      let left = (["i64"] + [String](repeating: "i32", count: wrong)).reversed()
      expectInvalid(
        "type mismatch: instruction requires [i32] but stack has "
          + "[\(left.joined(separator: " "))], in \(name)", [], result
      ) {
        for index in 0..<parameters { $0(index == wrong ? "i64.const" : "i32.const", 0) }
        $0(name, 0, 0)
      }
    }
    expectInvalid("unknown memory 1", [], result) {
      for _ in 0..<parameters { $0("i32.const", 0) }
      if name == "memory.init" { $0(name, 0, 1) } else { $0(name, 1, 1) }
    }
  }

  @Test func dataSegments() {
    expectInvalid("unknown data segment 1") {
      for _ in 0..<3 { $0("i32.const", 0) }
      $0("memory.init", 1, 0)
    }
    expectValid { $0("data.drop", 0) }
    expectInvalid("unknown data segment 3") { $0("data.drop", 3) }
  }

  @Test func everyAccessHasItsNaturalAlignment() {
    for row in InstructionTable.rows where row.operation.immediates == .memArg {
      guard let width = row.operation.accessWidthLog2, let signature = row.operation.signature,
        row.feature == nil
      else { continue }
      let results = signature.result.map { [$0] } ?? []
      for align in Int64(0)...5 {
        let bytes = module(signature.parameters, results) {
          for index in signature.parameters.indices { $0("local.get", Int64(index)) }
          $0.append(row, [align, 4_294_967_295])
        }
        if align <= width {
          expectValid(bytes, "\(row.mnemonic)")
        } else {
          expectRejected(.invalid, "alignment must not be larger than natural", bytes)
        }
      }
    }
  }

  @Test func offsets() {
    expectInvalid("offset out of range") {
      $0("i32.const", 0)
      $0("i32.load", 2, 1 << 32)
      $0("drop")
    }
    expectRejected(
      .malformed, "malformed memop flags", module { $0.raw([0x41, 0, 0x28, 0x80, 1, 0, 0x1a]) })
    expectRejected(
      .unsupported, "an access with a memory index needs the feature multi-memory",
      module { $0.raw([0x41, 0, 0x28, 0x42, 0, 0, 0x1a]) }, features: .wasm2)
    expectRejected(
      .unsupported, "an access with a memory index needs the feature multi-memory",
      module { $0.raw([0x3f, 1, 0x1a]) }, features: .wasm2)
  }

  @Test func withoutMemory() {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    builder.function(type) {
      $0("i32.const", 0)
      $0("i32.load")
      $0("drop")
    }
    expectRejected(.invalid, "unknown memory 0", builder.build())
  }
}
