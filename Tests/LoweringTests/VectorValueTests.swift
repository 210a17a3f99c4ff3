// Vectors as values: constants, globals, blocks, calls of all kinds, other modules.

import Foundation
import TestSupport
import Testing
import Wasm

struct VectorValueTests {
  private let first = Vector128([0x0123_4567_89ab_cdef, -0x7654_3210_fedc_ba99] as [Int64])
  private let second = Vector128([-1, 0x7ff4_0000_0000_0001] as [Int64])

  private func halves(_ vectors: [Vector128]) -> String {
    vectors.flatMap { $0.lanes(Int64.self) }.map { String($0) }.joined(separator: " ")
  }

  /// Puts the halves of the vector in a local on the stack.
  private func split(_ local: Int) -> String {
    "local.get \(local) i64x2.extract_lane 0 local.get \(local) i64x2.extract_lane 1 "
  }

  @Test func `globals hold vectors, and constant expressions make them`() throws {
    var builder = ModuleBuilder()
    let bits = first.lanes(Int64.self)
    builder.global(.v128) { $0("v128.const", bits[0], bits[1]) }
    builder.global(.v128, mutable: true) { $0("v128.const", 5, 6) }
    builder.function(
      builder.type([], [.i64, .i64, .i64, .i64]), locals: [.v128, .v128], export: "f",
      text: """
        global.get 1 local.set 0 v128.const \(second.text) global.set 1
        global.get 1 global.get 0 v128.xor local.set 1 \(split(0)) \(split(1))
        """)
    let both = zipLanes([first, second]) { (left: UInt8, right: UInt8) in left ^ right }
    for options in vectorModes {
      #expect(
        try results(builder.build(), options) == [halves([Vector128([5, 6] as [Int64]), both])])
    }
  }

  @Test func `blocks, branches, select and locals pass vectors on`() throws {
    var builder = ModuleBuilder()
    let inner = builder.type([.v128, .v128, .i32], [.i64, .i64])
    builder.function(
      inner, locals: [.v128],
      text: """
        local.get 2 if:v128 local.get 0 else local.get 1 end
        local.get 1 local.get 0 local.get 2 select v128.andnot
        block:v128 local.get 0 local.get 2 br_if 0 drop local.get 1 end
        v128.xor local.set 3 \(split(3))
        """)
    builder.function(
      builder.type([.i32], [.i64, .i64]), export: "f",
      text: "v128.const \(first.text) v128.const \(second.text) local.get 0 call 0")
    func rule(_ left: UInt8, _ right: UInt8) -> UInt8 { left & ~right ^ left }
    let expected = [zipLanes([second, first], rule), zipLanes([first, second], rule)]
    for options in vectorModes {
      #expect(
        try results(builder.build(), options, arguments: [["0"], ["1"]])
          == expected.map { halves([$0]) }, "\(options)")
    }
  }

  /// Ten vectors as arguments are more than there are registers for; two results are in
  /// registers, three in memory. With tail calls the convention is another.
  @Test(arguments: ["call 1", "i32.const 1 call_indirect 1 0", "call 3"])
  func `calls pass many vectors and return several`(_ call: String) throws {
    var builder = ModuleBuilder()
    let main = builder.type([], [.i64, .i64, .i32, .i64, .i64])
    let many = builder.type(
      [ValueType](repeating: .v128, count: 10) + [.i32], [.v128, .v128])
    let three = builder.type([.v128, .i32, .v128], [.v128, .i32, .v128])
    let few = builder.type([.v128, .i32], [.v128, .v128])
    builder.table(.funcRef, Limits(minimum: 4, maximum: 4))
    builder.elements(.active(0, offset: 0), functions: [0, 1])
    let constants = (1...8).map { "v128.const \($0) \($0) " }.joined()
    let arguments =
      call == "call 3" ? "" : "v128.const \(first.text) \(constants) v128.const \(second.text) "
    builder.function(
      main, locals: [.v128, .v128, .i32], export: "f",
      text: """
        \(call == "call 3" ? "v128.const \(second.text)" : arguments) i32.const 5 \(call)
        local.set 0 local.set 1
        local.get 0 i32.const 1 local.get 1 call 2
        local.set 0 local.set 2 local.set 1
        \(split(1)) local.get 2 \(split(0))
        """)
    builder.function(
      many, text: "local.get 9 local.get 0 local.get 10 i32x4.splat i32x4.add")
    builder.function(three, text: "local.get 2 local.get 1 i32.const 1 i32.add local.get 0")
    if call == "call 3" {
      builder.function(
        few,
        text: "v128.const \(first.text) \(constants) local.get 0 local.get 1 return_call 1")
    }
    let sum = Vector128(first.lanes(Int32.self).map { $0 &+ 5 })
    for options in vectorModes {
      #expect(
        try results(builder.build(), options)
          == [halves([second]) + " 2 " + halves([sum])], "\(options)")
    }
  }

  @Test func `modules share functions and globals of vectors`() throws {
    var library = ModuleBuilder()
    let unary = library.type([.v128], [.v128])
    let bits = first.lanes(Int64.self)
    library.global(.v128) { $0("v128.const", bits[0], bits[1]) }
    library.export("vector", .global(0))
    library.function(unary, export: "not", text: "local.get 0 v128.not")
    let folder = try TemporaryFolder()
    try Data(library.build()).write(to: URL(fileURLWithPath: folder.file("lib.wasm")))
    var builder = ModuleBuilder()
    builder.import("lib", "not", .function(builder.type([.v128], [.v128])))
    builder.import("lib", "vector", .global(GlobalType(value: .v128, isMutable: false)))
    builder.function(
      builder.type([], [.i64, .i64]), locals: [.v128], export: "f",
      text: "global.get 0 call 0 local.set 0 \(split(0))")
    let complement = Vector128(first.bytes.map { ~$0 })
    for options in [[], ["-O0"]] {
      #expect(
        try results(builder.build(), ["--link", "lib=\(folder.file("lib.wasm"))"] + options)
          == [halves([complement])])
    }
  }
}
