import TestSupport
import Testing

@testable import Wasm

/// Structures, arrays, i31, casts, and constant expressions that make them.
@Suite struct AggregateValidationTests {
  // Types that all code here sees.
  private static let point: TypeIndex = 0
  private static let point3: TypeIndex = 1
  private static let fixed: TypeIndex = 2
  private static let bytes: TypeIndex = 3
  private static let numbers: TypeIndex = 4
  private static let constants: TypeIndex = 5
  private static let references: TypeIndex = 6
  private static let needed: TypeIndex = 7
  private static let function: TypeIndex = 8

  private static func ref(_ type: TypeIndex, nullable: Bool = false) -> ValueType {
    .ref(RefType(nullable: nullable, heap: .concrete(type)))
  }

  private static func ref(_ heap: HeapType, nullable: Bool = true) -> ValueType {
    .ref(RefType(nullable: nullable, heap: heap))
  }

  private static func declareTypes(_ builder: inout ModuleBuilder) {
    let x = FieldType(storage: .value(.i32), isMutable: true)
    let small = FieldType(storage: .i8, isMutable: true)
    builder.type(SubType(.struct([x, small]), isFinal: false))
    builder.type(
      SubType(
        .struct([x, small, FieldType(storage: .value(.f64), isMutable: false)]),
        supertypes: [point]))
    builder.type(
      SubType(.struct([FieldType(storage: .value(ref(.i31, nullable: false)), isMutable: false)])))
    builder.type(SubType(.array(small)))
    builder.type(SubType(.array(FieldType(storage: .value(.i64), isMutable: true))))
    builder.type(SubType(.array(FieldType(storage: .value(.i64), isMutable: false))))
    builder.type(SubType(.array(FieldType(storage: .value(.funcRef), isMutable: true))))
    builder.type(
      SubType(.array(FieldType(storage: .value(ref(.func, nullable: false)), isMutable: true))))
    builder.type([], [])
  }

  /// Element segments: 0 of function indices, 1 of funcref, 2 of externref; data segment 0.
  private func module(
    _ parameters: [ValueType] = [], _ results: [ValueType] = [],
    _ code: (inout CodeBuilder) -> Void
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    Self.declareTypes(&builder)
    builder.function(Self.function, export: "f") { _ in }
    builder.function(builder.type(parameters, results), code)
    builder.elements(.passive, functions: [0])
    builder.elements(.passive, .funcRef, expressions: [])
    builder.elements(.passive, .externRef, expressions: [])
    builder.dataCount = 1
    builder.data(.passive, [1])
    return builder.build()
  }

  /// Expects an instruction that takes `parameters` and yields `results` to be valid, and
  /// not so with one operand less or another result.
  private func expectType(
    _ mnemonic: String, _ immediates: [Int64] = [], _ parameters: [ValueType],
    _ results: [ValueType], at location: SourceLocation = #_sourceLocation
  ) throws {
    let row = try #require(InstructionTable.row(named: mnemonic))
    func bytes(_ parameters: [ValueType], _ results: [ValueType]) -> [UInt8] {
      module(parameters, results) {
        for index in parameters.indices { $0("local.get", Int64(index)) }
        $0.append(row, immediates)
      }
    }
    let comment: Comment = "\(mnemonic)"
    expectValid(bytes(parameters, results), comment, at: location)
    if !parameters.isEmpty {
      expectRejected(
        .invalid, "type mismatch", bytes(Array(parameters.dropFirst()), results), comment,
        at: location)
      for place in parameters.indices {
        var others = parameters
        others[place] = others[place] == .f32 ? .i64 : .f32
        expectRejected(
          .invalid, "type mismatch", bytes(others, results), comment, at: location)
      }
    }
    expectRejected(
      .invalid, "type mismatch", bytes(parameters, results + [.i32]), comment, at: location)
    for place in results.indices {
      var others = results
      others[place] = .f32
      expectRejected(.invalid, "type mismatch", bytes(parameters, others), comment, at: location)
    }
  }

  private func expectInvalid(
    _ message: String, _ mnemonic: String, _ immediates: [Int64] = [],
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let row = try #require(InstructionTable.row(named: mnemonic))
    expectRejected(
      .invalid, message,
      module {
        $0("unreachable")
        $0.append(row, immediates)
        $0("unreachable")
      }, "\(mnemonic)", at: location)
  }

  // MARK: Structures

  @Test func structures() throws {
    let point = Self.ref(Self.point)
    try expectType("struct.new", [0], [.i32, .i32], [point])
    try expectType("struct.new", [1], [.i32, .i32, .f64], [Self.ref(Self.point3)])
    try expectType("struct.new", [1], [.i32, .i32, .f64], [point])
    try expectType("struct.new_default", [0], [], [point])
    try expectType("struct.get", [0, 0], [Self.ref(Self.point, nullable: true)], [.i32])
    try expectType("struct.get", [0, 0], [Self.ref(Self.point3)], [.i32])
    try expectType("struct.get", [1, 2], [Self.ref(Self.point3)], [.f64])
    try expectType("struct.get", [2, 0], [Self.ref(Self.fixed)], [Self.ref(.i31)])
    try expectType("struct.get_s", [0, 1], [point], [.i32])
    try expectType("struct.get_u", [0, 1], [point], [.i32])
    try expectType("struct.set", [0, 0], [point, .i32], [])
    try expectType("struct.set", [0, 1], [Self.ref(Self.point3), .i32], [])
  }

  @Test func fieldsOfStructures() throws {
    for mnemonic in ["struct.get", "struct.set"] {
      try expectInvalid("unknown field 2", mnemonic, [0, 2])
      try expectInvalid("unknown type: type 3 is not a structure type", mnemonic, [3, 0])
      try expectInvalid("unknown type 99", mnemonic, [99, 0])
    }
    try expectInvalid("immutable field 0", "struct.set", [2, 0])
    // A packed field is extended, no other can be.
    try expectInvalid("type mismatch: struct.get expects", "struct.get", [0, 1])
    try expectInvalid("type mismatch: struct.get_s expects", "struct.get_s", [0, 0])
    try expectInvalid("type mismatch: struct.get_u expects", "struct.get_u", [0, 0])
    try expectInvalid(
      "type mismatch: struct.new_default expects fields with a default, found (ref i31)",
      "struct.new_default", [2])
    try expectInvalid("unknown type", "struct.new", [8])
  }

  // MARK: Arrays

  @Test func arrays() throws {
    let bytes = Self.ref(Self.bytes)
    let numbers = Self.ref(Self.numbers, nullable: true)
    try expectType("array.new", [3], [.i32, .i32], [bytes])
    try expectType("array.new", [4], [.i64, .i32], [numbers])
    try expectType("array.new_default", [5], [.i32], [Self.ref(Self.constants)])
    try expectType("array.new_fixed", [4, 2], [.i64, .i64], [numbers])
    try expectType("array.new_fixed", [4, 0], [], [numbers])
    try expectType("array.new_data", [3, 0], [.i32, .i32], [bytes])
    try expectType("array.new_data", [5, 0], [.i32, .i32], [Self.ref(Self.constants)])
    try expectType("array.new_elem", [6, 1], [.i32, .i32], [Self.ref(Self.references)])
    try expectType("array.new_elem", [7, 0], [.i32, .i32], [Self.ref(Self.needed)])
    try expectType("array.get", [4], [numbers, .i32], [.i64])
    try expectType("array.get_s", [3], [bytes, .i32], [.i32])
    try expectType("array.get_u", [3], [bytes, .i32], [.i32])
    try expectType("array.set", [3], [bytes, .i32, .i32], [])
    try expectType("array.set", [4], [numbers, .i32, .i64], [])
    try expectType("array.len", [], [numbers], [.i32])
    try expectType("array.len", [], [Self.ref(.array)], [.i32])
    try expectType("array.fill", [4], [numbers, .i32, .i64, .i32], [])
    try expectType(
      "array.copy", [4, 5], [numbers, .i32, Self.ref(Self.constants), .i32, .i32], [])
    try expectType("array.init_data", [4, 0], [numbers, .i32, .i32, .i32], [])
    try expectType(
      "array.init_elem", [6, 0], [Self.ref(Self.references), .i32, .i32, .i32], [])
  }

  @Test func whatArraysMayHold() throws {
    for (mnemonic, rest): (String, [Int64]) in [
      ("array.set", []), ("array.fill", []), ("array.copy", [4]), ("array.init_data", [0]),
      ("array.init_elem", [0]),
    ] {
      try expectInvalid("immutable array 5", mnemonic, [5] + rest)
      try expectInvalid("unknown type: type 0 is not a", mnemonic, [0] + rest)
    }
    try expectInvalid("array types do not match", "array.copy", [4, 3])
    try expectInvalid("array types do not match", "array.copy", [3, 4])
    // Below is good enough to copy from, above is not.
    try expectInvalid("array types do not match", "array.copy", [7, 6])
    try expectType(
      "array.copy", [6, 7],
      [Self.ref(Self.references), .i32, Self.ref(Self.needed), .i32, .i32], [])
    try expectInvalid("array type is not numeric or vector", "array.new_data", [6, 0])
    try expectInvalid("array type is not numeric or vector", "array.init_data", [6, 0])
    try expectInvalid("unknown data segment 1", "array.new_data", [3, 1])
    try expectInvalid("unknown data segment 1", "array.init_data", [3, 1])
    try expectInvalid("unknown elem segment 3", "array.new_elem", [6, 3])
    try expectInvalid("unknown elem segment 3", "array.init_elem", [6, 3])
    try expectInvalid("type mismatch", "array.new_elem", [6, 2])
    try expectInvalid("type mismatch", "array.new_elem", [7, 1])
    try expectInvalid("type mismatch", "array.init_elem", [7, 1])
    try expectInvalid("type mismatch", "array.new_elem", [3, 0])
    try expectInvalid("type mismatch: array.get expects", "array.get", [3])
    try expectInvalid("type mismatch: array.get_s expects", "array.get_s", [4])
    try expectInvalid("type mismatch: array.new_default expects", "array.new_default", [7])
  }

  // MARK: References

  @Test func comparisonsAndConversions() throws {
    try expectType("ref.eq", [], [Self.ref(.eq), Self.ref(Self.point)], [.i32])
    try expectType("ref.eq", [], [Self.ref(.i31), Self.ref(.none)], [.i32])
    try expectType("ref.i31", [], [.i32], [Self.ref(.i31, nullable: false)])
    try expectType("i31.get_s", [], [Self.ref(.i31)], [.i32])
    try expectType("i31.get_u", [], [Self.ref(.i31, nullable: false)], [.i32])
    try expectType("any.convert_extern", [], [.externRef], [Self.ref(.any)])
    try expectType(
      "any.convert_extern", [], [Self.ref(.extern, nullable: false)],
      [Self.ref(.any, nullable: false)])
    try expectType("extern.convert_any", [], [Self.ref(Self.point, nullable: true)], [.externRef])
    try expectType(
      "extern.convert_any", [], [Self.ref(Self.point)], [Self.ref(.extern, nullable: false)])
    for (from, to) in [(ValueType.funcRef, Self.ref(.eq)), (Self.ref(.any), .externRef)] {
      expectRejected(
        .invalid, "type mismatch",
        module([from, to], []) {
          $0("local.get", 0)
          $0("local.get", 1)
          $0("ref.eq")
          $0("drop")
        })
    }
    // What may be null stays that.
    expectRejected(
      .invalid, "type mismatch",
      module([.externRef], [Self.ref(.any, nullable: false)]) {
        $0("local.get", 0)
        $0("any.convert_extern")
      })
  }

  private func cast(
    _ mnemonic: String, _ source: ValueType, to target: RefType, _ result: ValueType
  ) -> [UInt8] {
    module([source], [result]) {
      $0("local.get", 0)
      $0.cast(mnemonic, to: target)
    }
  }

  @Test func casts() {
    let point = RefType(nullable: false, heap: .concrete(Self.point))
    // Up, down, sideways: all below the same top.
    for source in [Self.ref(.any), Self.ref(Self.point3), Self.ref(.i31), Self.ref(.none)] {
      expectValid(cast("ref.cast", source, to: point, .ref(point)))
      expectValid(cast("ref.test", source, to: point, .i32))
    }
    let function = RefType(nullable: true, heap: .concrete(Self.function))
    expectValid(cast("ref.cast", .funcRef, to: function, .ref(function)))
    expectValid(
      cast("ref.cast", .externRef, to: RefType(nullable: true, heap: .noExtern), .externRef))
    for source in [ValueType.funcRef, .externRef, Self.ref(.exn), .i32] {
      expectRejected(.invalid, "type mismatch", cast("ref.cast", source, to: point, .ref(point)))
      expectRejected(.invalid, "type mismatch", cast("ref.test", source, to: point, .i32))
    }
    // A cast to a nullable type may yield null.
    expectRejected(
      .invalid, "type mismatch",
      cast(
        "ref.cast", Self.ref(.any), to: RefType(nullable: true, heap: .concrete(0)), .ref(point)))
    expectRejected(
      .invalid, "unknown type 77",
      cast("ref.test", Self.ref(.any), to: RefType(nullable: true, heap: .concrete(77)), .i32))
  }

  /// A cast that branches to a label of type `label` and goes on with a value of type `rest`.
  private func branch(
    _ mnemonic: String, from source: RefType, to target: RefType, _ label: ValueType,
    _ rest: ValueType
  ) -> [UInt8] {
    module([.ref(source)], [rest]) {
      $0("block", .value(label))
      $0("local.get", 0)
      $0.branch(mnemonic, 0, from: source, to: target)
      $0("return")
      $0("end")
      $0("unreachable")
    }
  }

  @Test func branchesOnCasts() {
    let any = RefType(nullable: true, heap: .any)
    let someAny = RefType(nullable: false, heap: .any)
    let point = RefType(nullable: false, heap: .concrete(Self.point))
    let maybePoint = RefType(nullable: true, heap: .concrete(Self.point))
    // What goes on is the source; without null where the target took it.
    expectValid(branch("br_on_cast", from: any, to: point, .ref(point), .ref(any)))
    expectValid(branch("br_on_cast", from: any, to: maybePoint, .ref(maybePoint), .ref(someAny)))
    expectRejected(
      .invalid, "type mismatch",
      branch("br_on_cast", from: any, to: point, .ref(point), .ref(someAny)))
    expectRejected(
      .invalid, "type mismatch",
      branch("br_on_cast", from: any, to: maybePoint, .ref(point), .ref(any)))
    // The other way round.
    expectValid(branch("br_on_cast_fail", from: any, to: point, .ref(any), .ref(point)))
    expectValid(
      branch("br_on_cast_fail", from: any, to: maybePoint, .ref(someAny), .ref(maybePoint)))
    expectRejected(
      .invalid, "type mismatch",
      branch("br_on_cast_fail", from: any, to: point, .ref(someAny), .ref(point)))
    for mnemonic in ["br_on_cast", "br_on_cast_fail"] {
      // The target is below the source.
      expectRejected(
        .invalid, "type mismatch: \(mnemonic) expects a type below (ref 0), found anyref",
        branch(mnemonic, from: point, to: any, .ref(any), .ref(any)))
      expectRejected(
        .invalid, "type mismatch: \(mnemonic) expects a type below",
        branch(mnemonic, from: point, to: maybePoint, .ref(any), .ref(any)))
      expectRejected(
        .invalid, "type mismatch",
        branch(mnemonic, from: any, to: point, .i32, .ref(any)))
      expectRejected(
        .invalid, "unknown label 4",
        module([.ref(any)]) {
          $0("local.get", 0)
          $0.branch(mnemonic, 4, from: any, to: point)
          $0("drop")
        })
    }
  }

  // MARK: Constant expressions

  private func global(_ type: ValueType, _ code: (inout CodeBuilder) -> Void) -> [UInt8] {
    var builder = ModuleBuilder()
    Self.declareTypes(&builder)
    builder.global(.i32) { $0("i32.const", 3) }
    builder.global(type, code)
    builder.dataCount = 1
    builder.data(.passive, [1])
    return builder.build()
  }

  @Test func constantExpressions() {
    expectValid(
      global(Self.ref(Self.point)) {
        $0("global.get", 0)
        $0("i32.const", 2)
        $0("struct.new", 0)
      })
    expectValid(global(Self.ref(Self.point)) { $0("struct.new_default", 0) })
    expectValid(
      global(Self.ref(Self.numbers)) {
        $0("i64.const", 1)
        $0("i32.const", 2)
        $0("array.new", 4)
      })
    expectValid(
      global(Self.ref(Self.numbers)) {
        $0("i32.const", 2)
        $0("array.new_default", 4)
      })
    expectValid(
      global(Self.ref(.any)) {
        $0("i64.const", 1)
        $0("array.new_fixed", 4, 1)
      })
    expectValid(
      global(.externRef) {
        $0("i32.const", 2)
        $0("ref.i31")
        $0("extern.convert_any")
        $0("any.convert_extern")
        $0("extern.convert_any")
      })
    expectRejected(
      .invalid, "type mismatch", global(Self.ref(Self.point)) { $0("struct.new", 0) })
    let dynamic: [(inout CodeBuilder) -> Void] = [
      {
        $0("i32.const", 0)
        $0("i32.const", 1)
        $0("array.new_data", 3, 0)
      },
      {
        $0("struct.new_default", 0)
        $0("struct.get", 0, 0)
      },
      {
        $0.refNull(.any)
        $0.cast("ref.cast", to: RefType(nullable: true, heap: .any))
      },
    ]
    for code in dynamic {
      expectRejected(.invalid, "constant expression required", global(Self.ref(.any), code))
    }
  }

  // MARK: Types of the module

  @Test func onlyFunctionTypesAreCalled() {
    for (mnemonic, immediates): (String, [Int64]) in [
      ("call_ref", [0]), ("return_call_ref", [3]), ("call_indirect", [0, 0]),
    ] {
      var builder = ModuleBuilder()
      Self.declareTypes(&builder)
      builder.table(.funcRef, Limits(minimum: 1))
      builder.function(Self.function) {
        $0("unreachable")
        if let row = InstructionTable.row(named: mnemonic) { $0.append(row, immediates) }
      }
      expectRejected(.invalid, "unknown type: type", builder.build(), "\(mnemonic)")
    }
    expectRejected(
      .invalid, "unknown type: type 3 is not a function type",
      module {
        $0("block", .type(3))
        $0("end")
      })
    var builder = ModuleBuilder()
    Self.declareTypes(&builder)
    builder.function(Self.point) { _ in }
    expectRejected(
      .invalid, "unknown type: type 0 is not a function type", builder.build())
  }
}
