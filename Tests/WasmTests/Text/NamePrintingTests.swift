// Names in text: whatever they are, identifiers are legal, unique and short.
// Hazards M11 and M12.

import TestSupport
import Testing

@testable import Wasm

/// A module of as many functions as there are names, in which each calls itself.
private func module(functionNames names: [String]) throws -> Module {
  var builder = ModuleBuilder()
  let type = builder.type([], [])
  for index in names.indices { builder.function(type) { $0("call", Int64(index)) } }
  builder.names(functions: names.enumerated().map { (FuncIndex($0), $1) })
  return try ModuleDecoder.decode(ModuleBytes(copying: builder.build()), features: .all)
}

@Suite struct NamePrintingTests {
  /// The first lines of the functions that are called `names`, up to the index.
  private func heads(_ names: String...) throws -> [String] {
    try ModulePrinter.print(module(functionNames: names)).split(separator: "\n")
      .filter { $0.hasPrefix("  (func ") }
      .map { line in
        let head = String(line.dropFirst(8))
        return head.firstRange(of: "(;").map { String(head[..<$0.lowerBound].dropLast()) } ?? head
      }
  }

  @Test func identifiersAreLegal() throws {
    #expect(
      try heads("main", "a.b<c>::d'", "a b", "x;(", "é", "\"\\", "[", "") == [
        "$main", "$a.b<c>::d'", "$\"a b\"", "$\"x;(\"", "$\"é\"", "$\"\\\"\\\\\"", "$\"[\"",
        "(@name \"\")",
      ])
  }

  @Test func identifiersAreUnique() throws {
    #expect(
      try heads("a", "a", "a#1", "a", "b") == [
        "$a", "$a#1 (@name \"a\")", "$a#1#2 (@name \"a#1\")", "$a#3 (@name \"a\")", "$b",
      ])
  }

  /// Canonically equal names count as equal: a suffix too many does no harm.
  @Test func composedAndDecomposedNamesAreTold() throws {
    let heads = try heads("\u{e9}", "e\u{301}")
    #expect(heads == ["$\"\u{e9}\"", "$\"e\u{301}#1\" (@name \"e\u{301}\")"])
  }

  @Test func hostileNamesAreEscaped() throws {
    let name = "\u{1b}[2J\n\u{202e}%s\"\\\u{0};)../x\u{7f}\u{9b}"
    var builder = ModuleBuilder()
    builder.import(name, name, .function(builder.type([], [])))
    builder.function(0, export: name) { $0("call", 0) }
    builder.names(module: name, functions: [(0, name), (1, name)])
    builder.custom(name, Array(name.utf8))
    let text = try ModulePrinter.print(
      ModuleDecoder.decode(ModuleBytes(copying: builder.build())))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || (0x20...0x7e).contains($0.value) })
    // Each of the names is a whole string: nothing in it ends it early.
    #expect(text.contains("(export \"\\u{1b}[2J\\u{a}\\u{202e}%s\\\"\\\\\\u{0};)../x\\u{7f}"))
  }

  /// Names of 100 KB come back whole, but not at each of a thousand calls.
  @Test func longNamesAreSaidOnce() throws {
    let long = String(repeating: "n", count: 100_000)
    var builder = ModuleBuilder()
    builder.function(builder.type([], [])) { code in
      for _ in 0..<1_000 { code("call", 0) }
    }
    builder.names(functions: [(0, long)])
    let text = try ModulePrinter.print(
      ModuleDecoder.decode(ModuleBytes(copying: builder.build())))
    #expect(text.contains("(@name \"\(long)\")"))
    #expect(text.utf8.count < 500_000)
  }

  @Test func namesCanBeIgnored() throws {
    var options = ModulePrinter.Options()
    options.usesNames = false
    let text = try ModulePrinter.print(module(functionNames: ["f"]), options: options)
    #expect(text.contains("call 0\n") && !text.contains("$f"))
  }

  // MARK: Every kind of name

  private static let everyKind: [UInt8] = {
    let name = { (text: String) in BinaryEncoding.name(text) }
    func map(_ id: UInt8, _ text: String) -> [UInt8] {
      BinaryEncoding.section(id, [1, 0] + name(text))
    }
    func indirect(_ id: UInt8, _ text: String) -> [UInt8] {
      BinaryEncoding.section(id, [1, 0, 1, 0] + name(text))
    }
    return BinaryEncoding.section(0, name("module")) + map(1, "function")
      + indirect(2, "local") + indirect(3, "label") + map(4, "type") + map(5, "table")
      + map(6, "memory") + map(7, "global") + map(8, "element") + map(9, "data")
      + indirect(10, "field") + map(11, "tag")
  }()

  private func names(_ contents: [UInt8]) -> NameSection {
    var names = NameSection()
    contents.withUnsafeBytes { names.decode(ByteReader($0, range: 0..<contents.count)) }
    return names
  }

  @Test func everySubsectionIsDecoded() {
    let names = names(Self.everyKind)
    #expect(names.module == "module" && names.functions == [0: "function"])
    #expect(names.locals == [0: [0: "local"]] && names.labels == [0: [0: "label"]])
    #expect(names.types == [0: "type"] && names.tables == [0: "table"])
    #expect(names.memories == [0: "memory"] && names.globals == [0: "global"])
    #expect(names.elements == [0: "element"] && names.data == [0: "data"])
    #expect(names.fields == [0: [0: "field"]] && names.tags == [0: "tag"])
  }

  @Test func everySpaceUsesItsNames() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [])
    builder.function(type) {
      $0("block", .empty)
      $0("local.get", 0)
      $0("br_if", 0)
      $0("global.get", 0)
      $0("drop")
      $0("data.drop", 0)
      $0("elem.drop", 0)
      $0("call", 0)
      $0("call_indirect", 0, 0)
      $0("end")
    }
    builder.table(TableType(element: .funcRef, limits: Limits(minimum: 1)))
    builder.memory(1)
    builder.global(.i32) { $0("i32.const", 0) }
    builder.elements(.passive, functions: [0])
    builder.dataCount = 1
    builder.data(.passive, [])
    builder.export("t", .table(0))
    builder.export("m", .memory(0))
    builder.custom("name", Self.everyKind)
    let text = try ModulePrinter.print(
      ModuleDecoder.decode(ModuleBytes(copying: builder.build())))
    #expect(
      text == """
        (module $module
          (type $type (;0;) (func (param i32)))
          (table $table (;0;) 1 funcref)
          (memory $memory (;0;) 1)
          (global $global (;0;) i32 (i32.const 0))
          (export "t" (table $table))
          (export "m" (memory $memory))
          (elem $element (;0;) func $function)
          (func $function (;0;) (type $type) (param $local i32)
            block $label (;@1;)
              local.get $local
              br_if $label
              global.get $global
              drop
              data.drop $data
              elem.drop $element
              call $function
              call_indirect (type $type) (param i32)
            end
          )
          (data $data (;0;) "")
        )

        """)
  }

  // MARK: Broken name sections

  @Test func whatIsBrokenIsPassedOver() {
    for count in 0..<Self.everyKind.count {
      // A prefix never holds more than the whole, and what precedes the cut is there.
      let names = names(Array(Self.everyKind.prefix(count)))
      #expect(count < 9 || names.module == "module")
    }
    // A count of four billion, behind which the next subsection stands.
    let names = names([1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f] + [0, 2, 1, 0x6d])
    #expect(names.functions.isEmpty && names.module == "m")
    // The first of two names stays.
    let twice = self.names([1, 7, 2, 0, 1, 0x61, 0, 1, 0x62])
    #expect(twice.functions == [0: "a"])
    // What is no UTF-8 ends its subsection.
    #expect(self.names([1, 7, 2, 0, 1, 0x61, 1, 1, 0xff]).functions == [0: "a"])
  }

  @Test func indicesBeyondTheModuleDoNoHarm() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], [])) { code in
      code("block", .empty)
      code("end")
    }
    let far: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    var contents: [UInt8] = []
    for id in [1, 4, 5, 6, 7, 8, 9, 11] as [UInt8] {
      contents += BinaryEncoding.section(id, [1] + far + [1, 0x61])
    }
    for id in [2, 3, 10] as [UInt8] {
      contents += BinaryEncoding.section(id, [2, 0, 1] + far + [1, 0x61] + far + [0])
    }
    builder.custom("name", contents)
    let text = try ModulePrinter.print(
      ModuleDecoder.decode(ModuleBytes(copying: builder.build())))
    #expect(!text.contains("$"))
  }
}
