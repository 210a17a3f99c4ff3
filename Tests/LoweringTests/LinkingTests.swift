// Programs of several modules, and imports that nothing provides.

import Foundation
import TestSupport
import Testing
import Wasm

struct LinkingTests {
  /// A library with a memory, a table, globals and functions.
  private func library() -> [UInt8] {
    var builder = ModuleBuilder()
    let next = builder.type([], [.i32])
    let set = builder.type([.i32], [])
    builder.memory(1, 4)
    builder.table(.funcRef, Limits(minimum: 2, maximum: 2))
    builder.global(.i32, mutable: true) { $0("i32.const", 40) }
    builder.global(.i32) { $0("i32.const", 1000) }
    builder.function(
      next, export: "next", text: "global.get 0 i32.const 1 i32.add global.set 0 global.get 0")
    builder.function(set, export: "poke", text: "i32.const 8 local.get 0 i32.store")
    builder.export("memory", .memory(0))
    builder.export("table", .table(0))
    builder.export("counter", .global(0))
    builder.export("base", .global(1))
    builder.elements(.active(0, offset: 0), functions: [0])
    return builder.build()
  }

  @Test func `modules share functions, memories, tables and globals`() throws {
    var builder = ModuleBuilder()
    let main = builder.type([], [.i32, .i32, .i32, .i32])
    let next = builder.type([], [.i32])
    let set = builder.type([.i32], [])
    builder.import("lib", "next", .function(next))
    builder.import("lib", "poke", .function(set))
    builder.import("lib", "memory", .memory(MemoryType(limits: Limits(minimum: 1, maximum: 4))))
    builder.import(
      "lib", "table",
      .table(TableType(element: .funcRef, limits: Limits(minimum: 2, maximum: 2))))
    builder.import("lib", "counter", .global(GlobalType(value: .i32, isMutable: true)))
    builder.import("lib", "base", .global(GlobalType(value: .i32, isMutable: false)))
    builder.global(.i32) { $0.assemble("global.get 1 i32.const 5 i32.add") }
    builder.function(
      main, export: "f",
      text: """
        i32.const 7 call 1
        call 0 i32.const 1 call_indirect 1 0
        i32.const 8 i32.load
        global.get 0 global.get 2 i32.add
        """)
    builder.function(next, text: "call 0 i32.const 100 i32.mul")
    builder.elements(.active(0, offset: 1), functions: [3])
    let folder = try TemporaryFolder()
    try Data(library()).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    for options in modes {
      let found = try results(
        builder.build(), ["--link", "lib=\(folder.file("lib.wasm"))"] + options)
      #expect(found == ["41 4200 7 1047"], "\(options)")
    }
  }

  @Test func `M14: every import that nothing provides is listed with its type`() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32, .f64], [.i64])
    builder.import("env", "first", .function(type))
    builder.import("env", "second", .memory(MemoryType(limits: Limits(minimum: 1))))
    builder.import("wasi_snapshot_preview1", "fd_close", .function(type))
    let failure = #expect(throws: CompileFailure.self) { try ApusCommand.compile(builder.build()) }
    let message = failure?.result.errors ?? ""
    #expect(failure?.result.status == 1)
    #expect(message.contains(#""env" "first" (func (param i32 f64) (result i64))"#))
    #expect(message.contains(#""env" "second" (memory 1)"#))
    #expect(message.contains(#""wasi_snapshot_preview1" "fd_close""#))
    #expect(message.contains("--allow-unresolved"))
  }

  @Test func `an unresolved import that is allowed traps with its name`() throws {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    builder.import("env", "missing\u{1b}", .function(none))
    builder.function(none, export: "f", text: "call 0")
    let result = try ApusCommand.compile(
      builder.build(), ["--invoke", "f", "--allow-unresolved"]
    ).run()
    #expect(result.status == 134)
    #expect(result.errors.hasPrefix("error: ") && result.errors.contains("env.missing\u{FFFD}"))
  }

  @Test(arguments: ["main", "memcpy", "_start2", "malloc", "llvm.memcpy.p0.p0.i64", "apus_program"])
  func `M13: an export may have the name of anything`(_ name: String) throws {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.function(
      builder.type([], [.i32]), export: name,
      text: """
        i32.const 0 i32.const 7 i32.const 9 memory.fill 0
        i32.const 16 i32.const 0 i32.const 9 memory.copy 0 0 i32.const 20 i32.load
        """)
    let result = try ApusCommand.compile(builder.build(), ["--invoke", name]).run()
    #expect(result.output == "\(0x0707_0707)\n", "\(result)")
  }

  @Test func `names that look the same are different names`() throws {
    let names = ["\u{c5}", "A\u{30a}", "\u{212b}"]
    var library = ModuleBuilder()
    let number = library.type([], [.i32])
    for (index, name) in names.enumerated() {
      library.function(number, export: name, text: "i32.const \(16 + index)")
    }
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32])
    for name in names { builder.import("lib", name, .function(type)) }
    builder.function(
      builder.type([], [.i32, .i32, .i32]), export: "f", text: "call 0 call 1 call 2")
    let folder = try TemporaryFolder()
    try Data(library.build()).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    let link = ["--link", "lib=\(folder.file("lib.wasm"))"]
    #expect(try results(builder.build(), link) == ["16 17 18"])
  }

  @Test func `B2: the same module and options give the same bytes`() throws {
    let folder = try TemporaryFolder()
    try Data(library()).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    let bytes = TrapTests.module("local.get 0 call 2 drop i32.const 0 call_indirect 0 1")
    let options = ["--invoke", "f", "--link", "lib=\(folder.file("lib.wasm"))"]
    var contents: Set<Data> = []
    for _ in 0..<4 {
      let program = try ApusCommand.compile(bytes, options)
      contents.insert(try Data(contentsOf: URL(fileURLWithPath: program.path)))
    }
    #expect(contents.count == 1)
  }
}
