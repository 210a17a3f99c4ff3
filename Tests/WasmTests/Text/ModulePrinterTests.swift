// What the printer makes of modules: the form of the text, not that it parses.

import TestSupport
import Testing

@testable import Wasm

/// The text of `bytes`.
private func text(
  of bytes: [UInt8], options: ModulePrinter.Options = ModulePrinter.Options()
) throws -> String {
  try ModulePrinter.print(
    try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all), options: options)
}

/// The lines of the only function of a module, trimmed, without the first and the last.
private func body(_ code: (inout CodeBuilder) -> Void) throws -> [String] {
  var builder = ModuleBuilder()
  builder.function(builder.type([], [.i32, .i32]), locals: [.i32], code)
  builder.dataCount = 1
  builder.data(.passive, [])
  let lines = try text(of: builder.build()).split(separator: "\n")
  let start = try #require(lines.firstIndex { $0.contains("(local i32)") })
  let end = try #require(lines.firstIndex { $0 == "  )" })
  return lines[(start + 1)..<end].map { line in String(line.dropFirst(4)) }
}

@Suite struct ModulePrinterTests {
  @Test func fieldsStandOnLinesOfTheirOwn() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32, .i64], [.f32])
    builder.import("env", "f", .function(type))
    builder.import(
      "env", "m", .memory(MemoryType(limits: Limits(minimum: 1, maximum: 2), isShared: true)))
    builder.memory(
      MemoryType(
        limits: Limits(minimum: 3), addressType: .i64, pageSizeLog2: 0))
    builder.table(TableType(element: .externRef, limits: Limits(minimum: 0, maximum: 9)))
    builder.global(.i32, mutable: true) { $0("i32.const", -7) }
    builder.global(.i32) {
      $0("i32.const", 1)
      $0("i32.const", 2)
      $0("i32.add")
    }
    builder.export("t", .table(0))
    builder.start = 0
    builder.elements(.passive, functions: [0, 0])
    builder.data(.active(1, offset: 5), Array("a\"\\\n\t\0é".utf8))
    builder.custom("c", [1, 2], after: 7)
    #expect(
      try text(of: builder.build()) == #"""
        (module
          (type (;0;) (func (param i32 i64) (result f32)))
          (import "env" "f" (func (;0;) (type 0) (param i32 i64) (result f32)))
          (import "env" "m" (memory (;0;) 1 2 shared))
          (table (;0;) 0 9 externref)
          (memory (;1;) i64 3 (pagesize 1))
          (global (;0;) (mut i32) (i32.const -7))
          (global (;1;) i32 i32.const 1 i32.const 2 i32.add)
          (export "t" (table 0))
          (start 0)
          (elem (;0;) func 0 0)
          (data (;0;) (memory 1) (i32.const 5) "a\"\\\n\t\00\c3\a9")
          (@custom "c" (after export) "\01\02")
        )

        """#)
  }

  @Test func nestingIsIndentedAndLabelsSayWhere() throws {
    let lines = try body {
      $0("block", .empty)
      $0("loop", .value(.i32))
      $0("i32.const", 1)
      $0("if", .type(0))
      $0("br", 3)
      $0("else")
      $0("br_table", 0, 1, 9)
      $0("end")
      $0("br_if", 0)
      $0("end")
      $0("end")
    }
    #expect(
      lines == [
        "block (;@1;)",
        "  loop (;@2;) (result i32)",
        "    i32.const 1",
        "    if (;@3;) (type 0) (result i32 i32)",
        "      br 3 (;@0;)",
        "    else",
        "      br_table 0 (;@3;) 1 (;@2;) 9",
        "    end",
        "    br_if 0 (;@2;)",
        "  end",
        "end",
      ])
  }

  @Test func whatIsTheDefaultIsNotPrinted() throws {
    let lines = try body {
      $0("i32.load", 2, 0)
      $0("i64.load8_s", 0, 4_000_000_000)
      $0("v128.load64_lane", 0, 8, 1)
      $0("i32.atomic.rmw.add", 2, 16)
      $0("atomic.fence")
      $0("memory.copy", 0, 0)
      $0("memory.copy", 0, 1)
      $0("memory.init", 0, 1)
      $0("table.get", 0)
      $0("table.get", 3)
      $0("call_indirect", 0, 0)
      $0("call_indirect", 0, 2)
      $0.select(.i64)
      $0("select")
      $0.refNull(.extern)
    }
    #expect(
      lines == [
        "i32.load",
        "i64.load8_s offset=4000000000",
        "v128.load64_lane offset=8 align=1 1",
        "i32.atomic.rmw.add offset=16",
        "atomic.fence",
        "memory.copy",
        "memory.copy 0 1",
        "memory.init 1 0",
        "table.get",
        "table.get 3",
        "call_indirect (type 0) (result i32 i32)",
        "call_indirect 2 (type 0) (result i32 i32)",
        "select (result i64)",
        "select",
        "ref.null extern",
      ])
  }

  @Test func everyOpcodeHasItsName() {
    for row in InstructionTable.rows {
      var bytes = row.prefix.map { [$0] } ?? []
      bytes += BinaryEncoding.unsigned(row.code)
      let name = bytes.withUnsafeBytes { buffer in
        String(decoding: Mnemonics.shared.name(at: 0, in: buffer), as: UTF8.self)
      }
      #expect(name == row.mnemonic)
    }
  }

  // MARK: Bounds

  /// Hazard M7: neither the stack nor the width of lines grows with the depth.
  @Test func deepNestingStaysLinear() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], [])) { code in
      code.raw(Array(repeatElement([0x02, 0x40], count: 300_000).joined()))
      code.raw(Array(repeating: 0x0b, count: 300_000))
    }
    let printed = try text(of: builder.build())
    #expect(printed.utf8.count < 300_000 * 200)
  }

  /// A signature of many types is not repeated wherever it is named.
  @Test func longSignaturesAreNotSpelledOutAgain() throws {
    var builder = ModuleBuilder()
    let type = builder.type(Array(repeating: .i64, count: 1_000), [])
    for _ in 0..<1_000 { builder.function(type) { $0("nop") } }
    let printed = try text(of: builder.build())
    #expect(printed.utf8.count < 100_000)
  }

  // MARK: Encodings that text cannot say

  /// A module with one function of this body, as it is.
  private func module(body: [UInt8]) -> [UInt8] {
    BinaryEncoding.preamble
      + BinaryEncoding.section(1, [1, 0x60, 0, 0]) + BinaryEncoding.section(3, [1, 0])
      + BinaryEncoding.section(10, [1] + BinaryEncoding.unsigned(UInt32(body.count)) + body)
  }

  @Test func paddedIntegersAndGroupsOfLocalsAreAnnotated() throws {
    let body: [UInt8] =
      [0x83, 0x00, 1, 0x7f, 2, 0x7f, 1, 0x7e]  // locals: (i32) (i32 i32) (i64)
      + [0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x1a]  // i32.const -1, drop
      + [0x41, 0x80, 0x7f, 0x1a]  // i32.const -128, drop: as short as can be
      + [0x20, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a]  // local.get 0, drop
      + [0xfc, 0x8b, 0x80, 0x00, 0x00]  // memory.fill
      + [0x41, 0, 0x28, 0x02, 0x84, 0x80, 0x00, 0x1a, 0x0b]  // i32.load offset=4
    let printed = try text(of: module(body: body))
    #expect(
      printed.contains("\n    (@encoding (groups 1 2 1) (padded (0 2) 9 20 (27 3) (35 3)))\n"),
      "\(printed)")
    #expect(printed.contains("\n    (local i32 i32 i32 i64)\n"))
  }

  @Test func shortEncodingsAreNotAnnotated() throws {
    for sample in SampleModules.all {
      #expect(try !text(of: sample.bytes).contains("@encoding"), "\(sample.name)")
    }
  }
}
