// Twenty small modules that between them have every section and most instructions:
// what prefixes, bit flips and mutants are made from.

import Wasm

/// Small valid modules.
public enum SampleModules {
  /// The modules with their names, in a fixed order.
  public static let all: [(name: String, bytes: [UInt8])] = [
    ("empty", ModuleBuilder().build()), ("arithmetic", arithmetic), ("control", control),
    ("branchTable", branchTable), ("multiValue", multiValue), ("memory", memory),
    ("bulkMemory", bulkMemory), ("tables", tables), ("references", references),
    ("indirect", indirect), ("tailCalls", tailCalls), ("globals", globals),
    ("imports", imports), ("start", start), ("segments", segments), ("names", names),
    ("conversions", conversions), ("extendedConst", extendedConst), ("locals", locals),
    ("unreachable", unreachable),
  ]

  static let arithmetic: [UInt8] = {
    var builder = ModuleBuilder()
    let i32 = builder.type([.i32, .i32], [.i32])
    let f64 = builder.type([.f64, .f64], [.f64])
    builder.function(i32, export: "mix") {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("i32.add")
      $0("i32.const", -123_456)
      $0("i32.mul")
      $0("local.get", 1)
      $0("i32.rotl")
      $0("i32.extend8_s")
      $0("i32.popcnt")
    }
    builder.function(f64, export: "norm") {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("f64.mul")
      $0("local.get", 1)
      $0("f64.const", 0x4008_0000_0000_0000)
      $0("f64.min")
      $0("f64.add")
      $0("f64.sqrt")
    }
    return builder.build()
  }()

  static let control: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    builder.function(type, locals: [.i32], export: "sum") {
      $0("block", .empty)
      $0("loop", .empty)
      $0("local.get", 0)
      $0("i32.eqz")
      $0("br_if", 1)
      $0("local.get", 1)
      $0("local.get", 0)
      $0("i32.add")
      $0("local.set", 1)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0("i32.sub")
      $0("local.set", 0)
      $0("br", 0)
      $0("end")
      $0("end")
      $0("local.get", 1)
      $0("if", .value(.i32))
      $0("local.get", 1)
      $0("else")
      $0("i32.const", 7)
      $0("return")
      $0("end")
    }
    return builder.build()
  }()

  static let branchTable: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i64])
    builder.function(type, export: "pick") {
      $0("block", .empty)
      $0("block", .empty)
      $0("block", .empty)
      $0("local.get", 0)
      $0("br_table", 0, 1, 2, 1)
      $0("end")
      $0("i64.const", 10)
      $0("return")
      $0("end")
      $0("i64.const", 1 << 40)
      $0("return")
      $0("end")
      $0("i64.const", -1)
    }
    return builder.build()
  }()

  static let multiValue: [UInt8] = {
    var builder = ModuleBuilder()
    let swap = builder.type([.i32, .i64], [.i64, .i32])
    let function = builder.function(swap, export: "swap") {
      $0("local.get", 1)
      $0("local.get", 0)
    }
    builder.function(swap) {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("block", .type(swap))
      $0("call", Int64(function))
      $0("local.get", 0)
      $0("br_if", 0)
      $0("end")
    }
    return builder.build()
  }()

  static let memory: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i64])
    builder.memory(1, 10)
    builder.function(type, export: "touch") {
      $0("local.get", 0)
      $0("local.get", 0)
      $0("i32.load8_u", 0, 5)
      $0("i32.store16", 1, 300)
      $0("local.get", 0)
      $0("f64.const", 1)
      $0("f64.store", 3, 8)
      $0("memory.size", 0)
      $0("memory.grow", 0)
      $0("i64.load32_s", 2, 0)
    }
    builder.export("memory", .memory(0))
    builder.data(.active(offset: 8), [1, 2, 3, 4])
    return builder.build()
  }()

  static let bulkMemory: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32, .i32, .i32], [])
    builder.memory(2)
    builder.dataCount = 2
    builder.function(type, export: "bulk") {
      for name in ["memory.copy", "memory.fill", "memory.init"] {
        for local in 0..<3 { $0("local.get", Int64(local)) }
        $0(name, name == "memory.init" ? 1 : 0)
      }
      $0("data.drop", 1)
    }
    builder.data(.active(offset: 0), Array("hello".utf8))
    builder.data(.passive, [0xff, 0xfe])
    return builder.build()
  }()

  static let tables: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i32])
    builder.table(.funcRef, Limits(minimum: 4, maximum: 20))
    builder.table(.funcRef, Limits(minimum: 3))
    let function = builder.function(type, export: "f") {
      $0("i32.const", 0)
      $0("i32.const", 1)
      $0("local.get", 0)
      $0("table.copy", 0, 1)
      $0("i32.const", 0)
      $0("i32.const", 0)
      $0("i32.const", 1)
      $0("table.init", 1, 0)
      $0("elem.drop", 1)
      $0("i32.const", 2)
      $0("i32.const", 1)
      $0("table.get", 1)
      $0("table.set", 0)
      $0("table.size", 1)
    }
    builder.elements(.active(offset: 1), functions: [function, function])
    builder.elements(.passive, functions: [function])
    return builder.build()
  }()

  static let references: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.externRef], [.i32])
    builder.table(.externRef, Limits(minimum: 1))
    let function = builder.function(type, locals: [.funcRef], export: "isNull") {
      $0("i32.const", 0)
      $0("local.get", 0)
      $0("i32.const", 1)
      $0("table.fill", 0)
      $0("local.get", 0)
      $0("i32.const", 3)
      $0("table.grow", 0)
      $0("drop")
      $0("ref.func", 0)
      $0("local.set", 1)
      $0("local.get", 1)
      $0.refNull(.func)
      $0("i32.const", 1)
      $0.select(.funcRef)
      $0("ref.is_null")
    }
    builder.elements(.declarative, functions: [function])
    return builder.build()
  }()

  static let indirect: [UInt8] = {
    var builder = ModuleBuilder()
    let binary = builder.type([.i32, .i32], [.i32])
    let add = builder.function(binary) {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("i32.add")
    }
    builder.function(binary, export: "apply") {
      $0("local.get", 0)
      $0("local.get", 1)
      $0("i32.const", 1)
      $0("call_indirect", Int64(binary), 0)
    }
    builder.table(.funcRef, Limits(minimum: 2, maximum: 2))
    builder.elements(.active(offset: 1), functions: [add])
    return builder.build()
  }()

  static let tailCalls: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i64], [.i64])
    builder.function(type, export: "down") {
      $0("local.get", 0)
      $0("i64.eqz")
      $0("if", .value(.i64))
      $0("local.get", 0)
      $0("i32.const", 0)
      $0("return_call_indirect", Int64(type), 0)
      $0("else")
      $0("local.get", 0)
      $0("i64.const", 1)
      $0("i64.sub")
      $0("return_call", 0)
      $0("end")
    }
    builder.table(.funcRef, Limits(minimum: 1))
    return builder.build()
  }()

  static let globals: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([], [.f32])
    builder.global(.i32) { $0("i32.const", 5) }
    let counter = builder.global(.f32, mutable: true) { $0("f32.const", 0x3f80_0000) }
    builder.global(.funcRef) { $0.refNull(.func) }
    builder.global(.funcRef) { $0("ref.func", 0) }
    builder.function(type, export: "next") {
      $0("global.get", Int64(counter))
      $0("f32.const", 0x3f80_0000)
      $0("f32.add")
      $0("global.set", Int64(counter))
      $0("global.get", Int64(counter))
    }
    builder.export("counter", .global(counter))
    return builder.build()
  }()

  static let imports: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [])
    let log = builder.import("env", "log", .function(type))
    let base = builder.import(
      "env", "base", .global(GlobalType(value: .i32, isMutable: false)))
    builder.import("env", "memory", .memory(MemoryType(limits: Limits(minimum: 1, maximum: 2))))
    builder.import(
      "env", "table", .table(TableType(element: .funcRef, limits: Limits(minimum: 1))))
    builder.global(.i32) { $0("global.get", Int64(base)) }
    builder.function(type, export: "run") {
      $0("global.get", Int64(base))
      $0("call", Int64(log))
    }
    builder.data(at: { $0("global.get", 0) }, [9, 9])
    return builder.build()
  }()

  static let start: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    builder.start = builder.function(type) { $0("nop") }
    return builder.build()
  }()

  static let segments: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    let function = builder.function(type) { _ in }
    builder.memory(1)
    builder.table(.funcRef, Limits(minimum: 10))
    builder.table(.externRef, Limits(minimum: 10))
    builder.elements(
      .active(offset: 2), .funcRef,
      expressions: [{ $0("ref.func", Int64(function)) }, { $0.refNull(.func) }])
    builder.elements(.active(1, offset: 1), .externRef, expressions: [{ $0.refNull(.extern) }])
    builder.elements(.passive, .funcRef, expressions: [{ $0("ref.func", Int64(function)) }])
    builder.elements(.declarative, .externRef, expressions: [])
    builder.dataCount = 2
    builder.data(.active(offset: 100), [])
    builder.data(.passive, [1])
    return builder.build()
  }()

  static let names: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32])
    builder.function(type, export: "naïve \u{1f980}") { $0("i32.const", 42) }
    builder.custom("producers", [0], after: 0)
    builder.custom("", [1, 2, 3], after: 3)
    builder.names(module: "sample", functions: [(0, "answer")])
    return builder.build()
  }()

  static let conversions: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.f32, .f64], [.i64])
    builder.function(type, export: "convert") {
      $0("local.get", 0)
      $0("f64.promote_f32")
      $0("local.get", 1)
      $0("f64.copysign")
      $0("i32.trunc_sat_f64_u")
      $0("i64.extend_i32_s")
      $0("f32.convert_i64_u")
      $0("i32.reinterpret_f32")
      $0("i64.extend_i32_u")
      $0("i64.extend16_s")
    }
    return builder.build()
  }()

  static let extendedConst: [UInt8] = {
    var builder = ModuleBuilder()
    builder.import("env", "base", .global(GlobalType(value: .i32, isMutable: false)))
    builder.memory(1)
    builder.global(.i64) {
      $0("i64.const", 3)
      $0("i64.const", 1 << 33)
      $0("i64.mul")
    }
    builder.data(
      at: {
        $0("global.get", 0)
        $0("i32.const", 16)
        $0("i32.add")
      }, [1])
    return builder.build()
  }()

  static let locals: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([.f64], [.i64])
    let code = CodeBuilder {
      $0("i64.const", 1)
      $0("local.get", 203)
      $0("local.tee", 10)
      $0("local.get", 2)
      $0("select")
    }
    // Two groups: 3 i32, 200 i64.
    let groups = [2, 3, 0x7f] + BinaryEncoding.unsigned(200) + [0x7e]
    builder.function(type, body: groups + code.bytes + [0x0b])
    return builder.build()
  }()

  static let unreachable: [UInt8] = {
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32])
    builder.function(type) {
      $0("block", .value(.f32))
      $0("unreachable")
      $0("i32.add")
      $0("select")
      $0("i32.const", 1)
      $0("br_if", 0)
      $0("end")
      $0("drop")
      $0("i32.const", 3)
      $0("return")
      $0("i64.add")
      $0("i32.wrap_i64")
    }
    return builder.build()
  }()
}
