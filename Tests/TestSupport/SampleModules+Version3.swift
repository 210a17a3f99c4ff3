// Small modules that between them have what WebAssembly 3.0 and threads added: for
// prefixes, bit flips and mutants, as the others.

import Wasm

extension SampleModules {
  /// The modules with their names, in a fixed order.
  public static let version3: [(name: String, bytes: [UInt8])] = [
    ("typedReferences", typedReferences), ("structures", structures), ("arrays", arrays),
    ("casts", casts), ("recursiveTypes", recursiveTypes), ("exceptions", exceptions),
    ("vectors", vectors), ("memories", memories), ("atomics", atomics), ("hints", hints),
  ]

  private static func reference(_ type: TypeIndex, nullable: Bool = false) -> RefType {
    RefType(nullable: nullable, heap: .concrete(type))
  }

  private static func field(_ type: ValueType, mutable: Bool = true) -> FieldType {
    FieldType(storage: .value(type), isMutable: mutable)
  }

  static let typedReferences: [UInt8] = {
    var builder = ModuleBuilder()
    let unary = builder.type([.i32], [.i32])
    let take = builder.type([.ref(reference(unary, nullable: true))], [.i32])
    builder.function(unary, export: "next") {
      $0("local.get", 0)
      $0("i32.const", 1)
      $0("i32.add")
    }
    builder.function(take, locals: [.ref(reference(unary))], export: "call") {
      $0("block", .value(.i32))
      $0("block", .value(.ref(reference(unary))))
      $0("local.get", 0)
      $0("br_on_non_null", 0)
      $0("i32.const", 7)
      $0("br", 1)
      $0("end")
      $0("local.set", 1)
      $0("i32.const", 3)
      $0("local.get", 1)
      $0("call_ref", Int64(unary))
      $0("end")
    }
    builder.function(take) {
      $0("block", .empty)
      $0("i32.const", 3)
      $0("local.get", 0)
      $0("br_on_null", 0)
      $0("return_call_ref", Int64(unary))
      $0("end")
      $0("unreachable")
    }
    let table = TableType(
      element: reference(unary), limits: Limits(minimum: 2, maximum: 2))
    builder.table(table) { $0("ref.func", 0) }
    return builder.build()
  }()

  static let structures: [UInt8] = {
    var builder = ModuleBuilder()
    let point = builder.type(
      SubType(
        .struct([field(.i32), FieldType(storage: .i8, isMutable: true)]), isFinal: false))
    let point3 = builder.type(
      SubType(
        .struct([
          field(.i32), FieldType(storage: .i8, isMutable: true),
          field(.ref(reference(point, nullable: true))),
        ]), supertypes: [point]))
    let type = builder.type([], [.i32])
    builder.global(.ref(reference(point))) {
      $0("i32.const", 1)
      $0("i32.const", 2)
      $0("struct.new", Int64(point))
    }
    builder.function(type, locals: [.ref(reference(point, nullable: true))], export: "f") {
      $0("struct.new_default", Int64(point3))
      $0("local.tee", 0)
      $0("i32.const", 5)
      $0("struct.set", Int64(point), 0)
      $0("local.get", 0)
      $0("struct.get_s", Int64(point), 1)
      $0("global.get", 0)
      $0("struct.get", Int64(point), 0)
      $0("i32.add")
    }
    return builder.build()
  }()

  static let arrays: [UInt8] = {
    var builder = ModuleBuilder()
    let bytes = builder.type(SubType(.array(FieldType(storage: .i8, isMutable: true))))
    let references = builder.type(SubType(.array(field(.funcRef))))
    let type = builder.type([.i32], [.i32])
    builder.function(type, locals: [.ref(reference(bytes, nullable: true))], export: "f") {
      $0("i32.const", 0)
      $0("local.get", 0)
      $0("array.new_data", Int64(bytes), 0)
      $0("local.tee", 1)
      $0("i32.const", 0)
      $0("i32.const", 65)
      $0("i32.const", 2)
      $0("array.fill", Int64(bytes))
      $0("local.get", 1)
      $0("i32.const", 0)
      $0("local.get", 1)
      $0("i32.const", 1)
      $0("i32.const", 2)
      $0("array.copy", Int64(bytes), Int64(bytes))
      $0("ref.func", 0)
      $0("ref.func", 0)
      $0("array.new_fixed", Int64(references), 2)
      $0("array.len")
      $0("local.get", 1)
      $0("i32.const", 1)
      $0("array.get_u", Int64(bytes))
      $0("i32.add")
    }
    builder.elements(.passive, functions: [0])
    builder.dataCount = 1
    builder.data(.passive, [1, 2, 3, 4])
    return builder.build()
  }()

  static let casts: [UInt8] = {
    let any = RefType(nullable: true, heap: .any)
    let i31 = RefType(nullable: false, heap: .i31)
    var builder = ModuleBuilder()
    let type = builder.type([.ref(any)], [.i32])
    builder.function(type, export: "f") {
      $0("block", .value(.ref(i31)))
      $0("local.get", 0)
      $0.branch("br_on_cast", 0, from: any, to: i31)
      $0.cast("ref.test", to: RefType(nullable: true, heap: .struct))
      $0("return")
      $0("end")
      $0("i31.get_s")
    }
    builder.function(type, export: "g") {
      $0("block", .value(.ref(any)))
      $0("local.get", 0)
      $0.branch("br_on_cast_fail", 0, from: any, to: i31)
      $0("i31.get_u")
      $0("return")
      $0("end")
      $0("extern.convert_any")
      $0("any.convert_extern")
      $0.cast("ref.cast", to: RefType(nullable: true, heap: .eq))
      $0("i32.const", 1)
      $0("ref.i31")
      $0("ref.eq")
    }
    return builder.build()
  }()

  static let recursiveTypes: [UInt8] = {
    var builder = ModuleBuilder()
    let list = builder.group([
      SubType(
        .struct([field(.ref(reference(1, nullable: true)), mutable: false)]), isFinal: false),
      SubType(
        .struct([field(.ref(reference(1)), mutable: false), field(.f64)]), supertypes: [0]),
      SubType(.function(FuncType(parameters: [.ref(reference(0))], results: []))),
    ])
    builder.function(list + 2, export: "f") {
      $0("block", .value(.ref(reference(1, nullable: true))))
      $0("local.get", 0)
      $0("struct.get", 0, 0)
      $0("end")
      $0("drop")
    }
    return builder.build()
  }()

  static let exceptions: [UInt8] = {
    let exception = ValueType.ref(RefType(nullable: true, heap: .exn))
    var builder = ModuleBuilder()
    let carried = builder.type([.i32], [])
    let type = builder.type([.i32], [.i32])
    builder.import("m", "t", .tag(carried))
    builder.tag(carried)
    builder.export("t", .tag(1))
    builder.function(type, locals: [exception], export: "f") {
      $0("block", .value(exception))
      $0("block", .value(.i32))
      $0.tryTable(
        .value(.i32), CatchClause(kind: .tag, tag: 1, label: 0),
        CatchClause(kind: .allRef, tag: 0, label: 1))
      $0("local.get", 0)
      $0("throw", 1)
      $0("end")
      $0("end")
      $0("return")
      $0("end")
      $0("throw_ref")
    }
    return builder.build()
  }()

  static let vectors: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.v128, .i32], [.v128])
    builder.function(type, export: "f") {
      $0("local.get", 1)
      $0("local.get", 0)
      $0("v128.load32_lane", 2, 4, 3)
      $0("v128.const", 1, -1)
      $0("i8x16.shuffle", 0x0706_0504_0302_0100, 0x1f1e_1d1c_1b1a_1918)
      $0("local.get", 1)
      $0("i32x4.splat")
      $0("f32x4.relaxed_max")
    }
    builder.memory(1)
    return builder.build()
  }()

  static let memories: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i64, .i32], [.i64])
    builder.function(type, export: "f") {
      $0("local.get", 0)
      $0("i64.load", 3, 8)
      $0("drop")
      $0("local.get", 0)
      $0("local.get", 1)
      $0("local.get", 1)
      $0("memory.copy", 0, 1)
      $0("local.get", 0)
      $0("memory.grow", 0)
    }
    builder.memory(MemoryType(limits: Limits(minimum: 1, maximum: 1 << 20), addressType: .i64))
    builder.memory(1, 2)
    builder.data(.active(1, offset: 3), [1, 2, 3])
    return builder.build()
  }()

  static let atomics: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32, .i64], [.i32])
    builder.function(type, export: "f") {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("i64.atomic.rmw16.add_u", 1, 2)
      $0("drop")
      $0("atomic.fence")
      $0("local.get", 0)
      $0("i32.const", 0)
      $0("local.get", 1)
      $0("memory.atomic.wait32", 2, 0)
    }
    builder.memory(MemoryType(limits: Limits(minimum: 1, maximum: 2), isShared: true))
    return builder.build()
  }()

  static let hints: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [])
    builder.function(type, export: "f") {
      $0("local.get", 0)
      $0("if", .empty)
      $0("end")
    }
    builder.custom("metadata.code.branch_hint", [1, 0, 1, 3, 1, 1], after: 7)
    return builder.build()
  }()
}
