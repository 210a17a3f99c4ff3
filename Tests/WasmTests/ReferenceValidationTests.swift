import TestSupport
import Testing

@testable import Wasm

/// Typed references: `ref.func`, calls, null checks, locals without a value.
@Suite struct ReferenceValidationTests {
  /// Type 0 is `[i32] -> [i64]`, type 1 is equal to it, type 2 is `[] -> []`; function 0 is
  /// of type 0 and declared; the last function holds the code.
  private func bytes(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [], locals: [ValueType] = [],
    _ code: (inout CodeBuilder) -> Void
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i64])
    builder.type([.i32], [.i64])
    builder.type([], [])
    builder.function(type, export: "f") { $0("i64.const", 1) }
    builder.function(builder.type(parameters, results), locals: locals, code)
    builder.table(.funcRef, Limits(minimum: 1))
    return builder.build()
  }

  private func type(_ index: TypeIndex, nullable: Bool = false) -> ValueType {
    .ref(RefType(nullable: nullable, heap: .concrete(index)))
  }

  private let nonNullFunction = ValueType.ref(RefType(nullable: false, heap: .func))

  @Test func functionReferencesHaveTheirType() {
    for expected in [type(0), type(1), type(0, nullable: true), nonNullFunction, .funcRef] {
      expectValid(bytes([], [expected]) { $0("ref.func", 0) })
    }
    expectRejected(
      .invalid, "type mismatch: instruction requires [(ref 2)] but stack has [(ref 0)], in end",
      bytes([], [type(2)]) { $0("ref.func", 0) })
    expectRejected(
      .invalid, "type mismatch", bytes([], [.externRef]) { $0("ref.func", 0) })
  }

  @Test func calls() {
    for reference in [type(0), type(1), type(1, nullable: true)] {
      for mnemonic in ["call_ref", "return_call_ref"] {
        expectValid(
          bytes([reference], [.i64]) {
            $0("i32.const", 1)
            $0("local.get", 0)
            $0(mnemonic, 0)
          })
      }
    }
    func call(_ index: Int64, _ parameters: [ValueType], _ results: [ValueType]) -> [UInt8] {
      bytes(parameters, results) {
        for place in parameters.indices { $0("local.get", Int64(place)) }
        $0("call_ref", index)
      }
    }
    expectValid(call(2, [type(2)], []))
    expectRejected(.invalid, "type mismatch", call(0, [type(0)], [.i64]))
    expectRejected(.invalid, "type mismatch", call(0, [.i64, type(0)], [.i64]))
    expectRejected(.invalid, "type mismatch", call(0, [.i32, type(2)], [.i64]))
    expectRejected(.invalid, "type mismatch", call(0, [.i32, .funcRef], [.i64]))
    expectRejected(.invalid, "type mismatch", call(0, [.i32, type(0)], [.i32]))
    expectRejected(.invalid, "unknown type 9", call(9, [type(0)], []))
    expectRejected(
      .invalid, "type mismatch: return_call_ref must yield the caller's results",
      bytes([type(0)], [.i32]) {
        $0("i32.const", 1)
        $0("local.get", 0)
        $0("return_call_ref", 0)
      })
    // The bottom of unreachable code may be called, and what comes out has its type.
    expectValid(
      bytes([], [.i64]) {
        $0("unreachable")
        $0("call_ref", 0)
      })
    expectRejected(
      .invalid, "type mismatch",
      bytes([], [.i32]) {
        $0("unreachable")
        $0("call_ref", 0)
      })
  }

  @Test func nullIsTakenOut() {
    expectValid(
      bytes([type(0, nullable: true)], [type(0)]) {
        $0("local.get", 0)
        $0("ref.as_non_null")
      })
    expectRejected(
      .invalid, "type mismatch",
      bytes([.i32]) {
        $0("local.get", 0)
        $0("ref.as_non_null")
        $0("drop")
      })
    // What unreachable code has there is a reference, and nothing else.
    expectValid(
      bytes([], [type(0)]) {
        $0("unreachable")
        $0("ref.as_non_null")
      })
    expectRejected(
      .invalid, "type mismatch: instruction requires [i32] but stack has [(ref bot)], in i32.eqz",
      bytes([], [.i32]) {
        $0("unreachable")
        $0("ref.as_non_null")
        $0("i32.eqz")
      })
  }

  @Test func branchesOnNull() {
    func branch(_ reference: ValueType, _ label: BlockType, _ rest: ValueType) -> [UInt8] {
      bytes([reference], []) {
        $0("block", label)
        if label != .empty { $0("i32.const", 1) }
        $0("local.get", 0)
        $0("br_on_null", 0)
        $0("br", 1)
        $0("end")
        if label != .empty { $0("drop") }
      }
    }
    expectRejected(.invalid, "type mismatch", branch(.i32, .empty, .i32))
    expectValid(branch(type(0, nullable: true), .value(.i32), type(0)))
    expectValid(
      bytes([type(0, nullable: true)], [type(0)]) {
        $0("block", .empty)
        $0("local.get", 0)
        $0("br_on_null", 0)
        $0("return")
        $0("end")
        $0("unreachable")
      })
    expectRejected(
      .invalid, "unknown label 5",
      bytes([type(0, nullable: true)]) {
        $0("local.get", 0)
        $0("br_on_null", 5)
        $0("drop")
      })
  }

  @Test func branchesOnNonNull() {
    func branch(_ reference: ValueType, to label: ValueType) -> [UInt8] {
      bytes([reference], []) {
        $0("block", .value(label))
        $0("local.get", 0)
        $0("br_on_non_null", 0)
        $0("br", 1)
        $0("end")
        $0("drop")
      }
    }
    for label in [type(0), type(1), type(0, nullable: true), nonNullFunction, .funcRef] {
      expectValid(branch(type(0, nullable: true), to: label))
    }
    for label in [type(2), .i32, .externRef] {
      expectRejected(.invalid, "type mismatch", branch(type(0, nullable: true), to: label))
    }
    expectRejected(.invalid, "type mismatch", branch(.i32, to: type(0)))
    // A label that takes nothing has no place for the reference.
    expectRejected(
      .invalid, "type mismatch: br_on_non_null expects label 0 to take (ref 0), found nothing",
      bytes([type(0, nullable: true)]) {
        $0("local.get", 0)
        $0("br_on_non_null", 0)
      })
  }

  // MARK: Locals

  private let uninitialized = "uninitialized local"

  private func use(_ code: (inout CodeBuilder) -> Void) -> [UInt8] {
    bytes([.i32], locals: [.i64, type(0)], code)
  }

  private func set(_ code: inout CodeBuilder) {
    code("ref.func", 0)
    code("local.set", 2)
  }

  private func get(_ code: inout CodeBuilder) {
    code("local.get", 2)
    code("drop")
  }

  @Test func localsNeedAValue() {
    expectRejected(.invalid, "uninitialized local 2", use(get))
    expectValid(
      use {
        set(&$0)
        get(&$0)
      })
    expectValid(
      use {
        $0("ref.func", 0)
        $0("local.tee", 2)
        $0("drop")
        get(&$0)
      })
    // A local that is never read needs none.
    expectValid(use { $0("nop") })
    // Unreachable code is checked alike.
    expectRejected(
      .invalid, uninitialized,
      use {
        $0("unreachable")
        get(&$0)
      })
    expectRejected(
      .invalid, "type mismatch",
      use {
        $0("i32.const", 1)
        $0("local.set", 2)
      })
  }

  @Test func valuesOfLocalsEndWithTheirConstruct() {
    for construct in ["block", "loop"] {
      expectValid(
        use {
          set(&$0)
          $0(construct, .empty)
          get(&$0)
          $0("end")
          get(&$0)
        })
      expectRejected(
        .invalid, uninitialized,
        use {
          $0(construct, .empty)
          set(&$0)
          get(&$0)
          $0("end")
          get(&$0)
        })
    }
    func branches(_ first: Bool, _ second: Bool, readIn place: Int) -> [UInt8] {
      use {
        $0("local.get", 0)
        $0("if", .empty)
        if first { set(&$0) }
        if place == 0 { get(&$0) }
        $0("else")
        if second { set(&$0) }
        if place == 1 { get(&$0) }
        $0("end")
        if place == 2 { get(&$0) }
      }
    }
    expectValid(branches(true, false, readIn: 0))
    expectValid(branches(false, true, readIn: 1))
    expectRejected(.invalid, uninitialized, branches(true, false, readIn: 1))
    expectRejected(.invalid, uninitialized, branches(true, true, readIn: 2))
    expectRejected(
      .invalid, uninitialized,
      use {
        $0.tryTable(.empty)
        set(&$0)
        $0("end")
        get(&$0)
      })
  }

  /// The next function begins without values again.
  @Test func functionsDoNotShareValues() {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    let local = ValueType.ref(RefType(nullable: false, heap: .concrete(type)))
    builder.function(type, locals: [local], export: "f") {
      $0("ref.func", 0)
      $0("local.set", 0)
      $0("local.get", 0)
      $0("drop")
    }
    builder.function(type, locals: [local]) {
      $0("local.get", 0)
      $0("drop")
    }
    expectRejected(.invalid, "uninitialized local 0", builder.build())
  }

  // MARK: Tables and segments

  @Test func tablesWithoutDefaultNeedAnInitializer() {
    func table(
      _ element: RefType, _ initializer: ((inout CodeBuilder) -> Void)?
    ) -> [UInt8] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), export: "f") { _ in }
      let type = TableType(element: element, limits: Limits(minimum: 1))
      if let initializer { builder.table(type, initializer) } else { builder.table(type) }
      return builder.build()
    }
    let concrete = RefType(nullable: false, heap: .concrete(0))
    expectValid(table(concrete) { $0("ref.func", 0) })
    expectValid(table(.funcRef) { $0("ref.func", 0) })
    expectValid(table(.externRef) { $0.refNull(.extern) })
    expectRejected(.invalid, "type mismatch", table(concrete, nil))
    expectRejected(.invalid, "type mismatch", table(concrete) { $0.refNull(.concrete(0)) })
    expectRejected(.invalid, "type mismatch", table(.externRef) { $0("ref.func", 0) })
    expectRejected(.invalid, "constant expression required", table(.funcRef) { $0("unreachable") })
    expectRejected(
      .invalid, "unknown type 7",
      table(RefType(nullable: true, heap: .concrete(7)), nil))
  }

  /// Function indices in a segment stand for references that are not null.
  @Test func segmentsOfFunctionIndices() {
    var builder = ModuleBuilder()
    builder.function(builder.type([], []), export: "f") { _ in }
    builder.table(
      TableType(element: RefType(nullable: false, heap: .func), limits: Limits(minimum: 1))
    ) { $0("ref.func", 0) }
    builder.elements(.active(), functions: [0])
    expectValid(builder.build())
    builder.elements(.active(), .funcRef, expressions: [{ $0("ref.func", 0) }])
    expectRejected(.invalid, "type mismatch: an element segment expects", builder.build())
  }
}
