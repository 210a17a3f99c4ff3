import TestSupport
import Testing

@testable import Wasm

/// Exceptions: tags, `throw`, `try_table`, and the legacy constructs.
@Suite struct ExceptionValidationTests {
  private static let features = FeatureSet.standard.union(FeatureSet(.legacyExceptions))
  private let exception = ValueType.ref(RefType(nullable: true, heap: .exn))
  private let caught = ValueType.ref(RefType(nullable: false, heap: .exn))

  /// Tag 0 carries nothing, tag 1 an i32, tag 2 an i32 and an f64.
  private func bytes(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
    _ code: (inout CodeBuilder) -> Void
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    for types: [ValueType] in [[], [.i32], [.i32, .f64]] { builder.tag(builder.type(types, [])) }
    builder.function(builder.type(parameters, results), locals: locals, code)
    return builder.build()
  }

  private func expectCode(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
    rejected message: String? = nil, phase: WasmError.Phase = .invalid,
    at location: SourceLocation = #_sourceLocation, _ code: (inout CodeBuilder) -> Void
  ) {
    let bytes = bytes(parameters, results, locals: locals, code)
    if let message {
      expectRejected(phase, message, bytes, features: Self.features, at: location)
    } else {
      expectValid(bytes, features: Self.features, at: location)
    }
  }

  // MARK: Tags

  @Test func tagsHaveNoResults() {
    func tag(_ type: SubType, imported: Bool) -> [UInt8] {
      var builder = ModuleBuilder()
      let type = builder.type(type)
      if imported { builder.import("m", "t", .tag(type)) } else { builder.tag(type) }
      return builder.build()
    }
    for imported in [false, true] {
      expectValid(
        tag(SubType(.function(FuncType(parameters: [.i32], results: []))), imported: imported))
      expectRejected(
        .invalid, "non-empty tag result type",
        tag(SubType(.function(FuncType(parameters: [], results: [.i32]))), imported: imported))
      expectRejected(
        .invalid, "unknown type: type 0 is not a function type",
        tag(SubType(.struct([])), imported: imported))
    }
    var builder = ModuleBuilder()
    builder.tag(3)
    expectRejected(.invalid, "unknown type 3", builder.build())
    builder = ModuleBuilder()
    builder.export("t", .tag(0))
    expectRejected(.invalid, "unknown tag 0", builder.build())
  }

  @Test func importedTagsComeFirst() throws {
    let bytes = SampleModules.version3.first { $0.name == "exceptions" }?.bytes ?? []
    let module = try ModuleValidator.validate(ModuleBytes(copying: bytes))
    #expect(module.tags == [0, 0])
    #expect(module.importedTagCount == 1)
    #expect(module.featuresUsed.contains(.exceptionHandling))
  }

  // MARK: throw

  @Test func throwing() {
    expectCode { $0("throw", 0) }
    expectCode([.i32, .f64], [.i64]) {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("throw", 2)
    }
    expectCode(rejected: "unknown tag 3") { $0("throw", 3) }
    expectCode(rejected: "type mismatch: instruction requires [i32] but stack has [], in throw") {
      $0("throw", 1)
    }
    expectCode(rejected: "type mismatch: instruction requires [i32] but stack has [i64]") {
      $0("i64.const", 5)
      $0("throw", 1)
    }
    expectCode([exception], [.i32]) {
      $0("local.get", 0)
      $0("throw_ref")
    }
    expectCode([.externRef], rejected: "type mismatch") {
      $0("local.get", 0)
      $0("throw_ref")
    }
  }

  // MARK: try_table

  private func expectClause(
    _ kind: CatchKind, tag: TagIndex = 0, takes label: [ValueType], isValid: Bool,
    at location: SourceLocation = #_sourceLocation
  ) {
    var builder = ModuleBuilder()
    for types: [ValueType] in [[], [.i32], [.i32, .f64]] { builder.tag(builder.type(types, [])) }
    let block = builder.type([], label)
    builder.function(builder.type([], [])) {
      $0("block", .type(block))
      $0.tryTable(.empty, CatchClause(kind: kind, tag: tag, label: 0))
      $0("unreachable")
      $0("end")
      $0("unreachable")
      $0("end")
      for _ in label { $0("drop") }
    }
    if isValid {
      expectValid(builder.build(), at: location)
    } else {
      expectRejected(
        .invalid, "type mismatch: try_table expects label 0 to take what the clause catches",
        builder.build(), at: location)
    }
  }

  @Test func clauses() {
    expectClause(.tag, tag: 0, takes: [], isValid: true)
    expectClause(.tag, tag: 2, takes: [.i32, .f64], isValid: true)
    expectClause(.tag, tag: 2, takes: [.f64, .i32], isValid: false)
    expectClause(.tag, tag: 2, takes: [.i32], isValid: false)
    expectClause(.tag, tag: 1, takes: [.i32, exception], isValid: false)
    for reference in [exception, caught] {
      expectClause(.tagRef, tag: 1, takes: [.i32, reference], isValid: true)
      expectClause(.tagRef, tag: 0, takes: [reference], isValid: true)
      expectClause(.allRef, takes: [reference], isValid: true)
    }
    expectClause(.tagRef, tag: 1, takes: [.i32], isValid: false)
    expectClause(.tagRef, tag: 1, takes: [exception, .i32], isValid: false)
    expectClause(.all, takes: [], isValid: true)
    expectClause(.all, takes: [exception], isValid: false)
    expectClause(.allRef, takes: [], isValid: false)
    expectClause(.allRef, takes: [.externRef], isValid: false)
  }

  @Test func clausesSeeTheOuterLabels() {
    // Label 0 is the function; seen from inside it would be the block, which yields i32.
    expectCode([], []) {
      $0.tryTable(.value(.i32), CatchClause(kind: .all, tag: 0, label: 0))
      $0("i32.const", 1)
      $0("end")
      $0("drop")
    }
    expectCode(rejected: "unknown label 1") {
      $0.tryTable(.empty, CatchClause(kind: .all, tag: 0, label: 1))
      $0("end")
    }
    expectCode(rejected: "unknown tag 9") {
      $0.tryTable(.empty, CatchClause(kind: .tag, tag: 9, label: 0))
      $0("end")
    }
  }

  @Test func bodiesOfTryTable() {
    expectCode([], [.i32]) {
      $0.tryTable(.value(.i32))
      $0("i32.const", 1)
      $0("br", 0)
      $0("end")
    }
    expectCode([], [.i32], rejected: "type mismatch") {
      $0.tryTable(.value(.i32))
      $0("i64.const", 1)
      $0("end")
    }
  }

  // MARK: Legacy

  @Test func legacyHandlers() {
    expectCode([], [.i32]) {
      $0("try", .value(.i32))
      $0("i32.const", 1)
      $0("catch", 1)
      $0("catch", 2)
      $0("drop")
      $0("catch_all")
      $0("i32.const", 2)
      $0("end")
    }
    expectCode {
      $0("try", .empty)
      $0("end")
    }
    expectCode(rejected: "type mismatch: block requires [] but stack has [i32]") {
      $0("try", .empty)
      $0("catch", 0)
      $0("i32.const", 42)
      $0("end")
    }
    expectCode([], [.i32], rejected: "type mismatch: instruction requires [i32] but stack has []") {
      $0("try", .value(.i32))
      $0("catch", 1)
      $0("end")
    }
    expectCode(rejected: "unknown tag 7") {
      $0("try", .empty)
      $0("catch", 7)
      $0("end")
    }
  }

  @Test func legacyHandlersHaveTheirPlace() {
    let codes: [(inout CodeBuilder) -> Void] = [
      { $0("catch", 0) }, { $0("catch_all") }, { $0("delegate", 0) },
      {
        $0("block", .empty)
        $0("catch", 0)
        $0("end")
      },
      {
        $0("try", .empty)
        $0("catch_all")
        $0("catch_all")
        $0("end")
      },
      {
        $0("try", .empty)
        $0("catch_all")
        $0("catch", 0)
        $0("end")
      },
      {
        $0("try", .empty)
        $0("catch", 0)
        $0("delegate", 0)
      },
      {
        $0("try", .empty)
        $0("else")
        $0("end")
      },
    ]
    for code in codes {
      expectCode(rejected: "END opcode expected", phase: .malformed, code)
      // The decoder alone finds it as well.
      #expect(throws: WasmError.self) {
        try ModuleDecoder.decode(ModuleBytes(copying: bytes([], [], code)), features: Self.features)
      }
    }
  }

  @Test func delegates() {
    expectCode([], [.i32]) {
      $0("try", .value(.i32))
      $0("i32.const", 1)
      $0("delegate", 0)
    }
    expectCode([], [.i32]) {
      $0("try", .value(.i32))
      $0("try", .value(.i32))
      $0("i32.const", 1)
      $0("delegate", 1)
      $0("catch_all")
      $0("i32.const", 2)
      $0("end")
    }
    expectCode(rejected: "unknown label 1") {
      $0("try", .empty)
      $0("delegate", 1)
    }
    expectCode(rejected: "type mismatch") {
      $0("try", .value(.i32))
      $0("delegate", 0)
      $0("drop")
    }
  }

  @Test func rethrowsNameAHandler() {
    for handler in ["catch", "catch_all"] {
      expectCode([], [.i32]) {
        $0("try", .value(.i32))
        $0("i32.const", 1)
        $0(handler)
        $0("block", .empty)
        $0("rethrow", 1)
        $0("end")
        $0("unreachable")
        $0("end")
      }
    }
    expectCode(rejected: "invalid rethrow label 0") { $0("rethrow", 0) }
    expectCode(rejected: "invalid rethrow label 0") {
      $0("try", .empty)
      $0("rethrow", 0)
      $0("delegate", 0)
    }
    expectCode(rejected: "invalid rethrow label 0") {
      $0("try", .empty)
      $0("catch_all")
      $0("block", .empty)
      $0("rethrow", 0)
      $0("end")
      $0("end")
    }
    expectCode(rejected: "unknown label 1") { $0("rethrow", 1) }
  }

  /// What a local was given in one part is not there in the next.
  @Test func localsInLegacyParts() {
    func code(readInHandler: Bool) -> (inout CodeBuilder) -> Void {
      {
        $0("try", .empty)
        $0("local.get", 0)
        $0("ref.as_non_null")
        $0("local.set", 1)
        $0("catch_all")
        if readInHandler {
          $0("local.get", 1)
          $0("drop")
        }
        $0("end")
      }
    }
    let locals = [caught]
    expectCode([exception], locals: locals, code(readInHandler: false))
    expectCode(
      [exception], locals: locals, rejected: "uninitialized local 1", code(readInHandler: true))
  }
}
