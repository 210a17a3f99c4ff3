// Accesses whose value is not used trap all the same, before what follows them.

import Foundation
import TestSupport
import Testing
import Wasm

struct DeadAccessTests {
  /// Runs `text` and then prints "after".
  private func run(_ text: String, _ options: [String]) throws -> ProcessResult {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    let write = builder.type([.i32, .i32, .i32, .i32], [.i32])
    let read = builder.type([.i32], [.i32])
    builder.import("wasi_snapshot_preview1", "fd_write", .function(write))
    builder.memory(1)
    builder.global(.i32, mutable: true) { $0("i32.const", 0) }
    builder.function(
      none, locals: [.i32, .i64, .f32, .f64, .v128], export: "f",
      text: text + """
         i32.const 0 i32.const 32 i32.store i32.const 4 i32.const 5 i32.store
        i32.const 1 i32.const 0 i32.const 1 i32.const 8 call 0 drop
        """)
    builder.function(read, text: "local.get 0 i32.load")
    builder.function(builder.type([.i32], []), text: "")
    builder.function(
      builder.type([], [.i32, .i32]), text: "i32.const 1 i32.const -16 i32.load")
    builder.function(
      builder.type([.f32], [.f32]),
      text: "local.get 0 local.get 0 f32.eq if:f32 local.get 0 else f32.const 0 end")
    builder.function(
      read, text: "local.get 0 local.get 0 i32.eq if:i32 i32.const 1 else i32.const 1 end")
    builder.data(.active(0, offset: 32), Array("after".utf8))
    return try ApusCommand.compile(builder.build(), ["--invoke", "f"] + options).run()
  }

  static let loads = [
    "i32.load", "i64.load", "f32.load", "f64.load", "i32.load8_s", "i32.load8_u", "i32.load16_s",
    "i32.load16_u", "i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s",
    "i64.load32_u", "v128.load", "v128.load8x8_s", "v128.load8x8_u", "v128.load16x4_s",
    "v128.load16x4_u", "v128.load32x2_s", "v128.load32x2_u", "v128.load8_splat",
    "v128.load16_splat", "v128.load32_splat", "v128.load64_splat", "v128.load32_zero",
    "v128.load64_zero",
  ]

  static let laneLoads = [
    "v128.const 0 0 v128.load8_lane 0 0 9", "v128.const 0 0 v128.load16_lane 0 0 2",
    "v128.const 0 0 v128.load32_lane 0 0 0", "v128.const 0 0 v128.load64_lane 0 0 1",
  ]

  @Test(arguments: loads + laneLoads)
  func `C1, C2: a load that is dropped traps before the next call`(_ load: String) throws {
    for options in [[], ["-O3"], ["-O0"]] {
      let result = try run("i32.const 0xfffffff0 \(load) drop ", options)
      #expect(trap(in: result) == "out of bounds memory access")
      #expect(result.output.isEmpty)
    }
  }

  @Test(arguments: [
    "i32.const -16 i32.load i32.const 0 i32.mul drop ",
    "i32.const -16 i32.load i32.const 0 i32.and local.set 0 ",
    "i32.const -16 i32.load local.tee 0 local.get 0 i32.sub drop ",
    "i32.const -16 i32.load local.tee 0 local.get 0 i32.xor drop ",
    "i32.const -16 i32.load local.set 0 i32.const 1 local.set 0 ",
    "i32.const -16 i32.load if end ",
    "i32.const -16 i64.load i64.const 0 i64.mul local.set 1 ",
    "i32.const -16 f64.load f64.const 2.0 f64.mul local.set 3 ",
    "i32.const 8 i32.const -16 i32.load i32.const 0 i32.ge_u i32.store ",
    "i32.const 8 i32.const -16 i32.load i32.const -1 i32.or i32.store ",
    "i32.const 8 i32.const -16 i32.load i32.const 1 i32.rem_u i32.store ",
    "i32.const 8 i32.const -16 i32.load8_u i32.const 8 i32.shr_u i32.store ",
    "i32.const -16 local.tee 0 local.get 0 i32.load i32.store ",
    "block block i32.const -16 i32.load br_table 1 0 1 end end ",
    "i32.const -16 i32.load call 3 ",
    "i32.const 8 call 4 drop i32.store ",
    "i32.const -16 call 2 drop ",
    "i32.const -16 call 2 i32.const 0 i32.mul drop ",
    "i32.const -16 v128.load v128.const 0 0 v128.and local.set 4 ",
    "i32.const -16 v128.load local.tee 4 local.get 4 v128.xor drop ",
    "i32.const -16 v128.load local.tee 4 local.get 4 i8x16.sub i8x16.bitmask drop ",
    "i32.const 8 i32.const -16 v128.load local.tee 4 local.get 4 i16x8.sub v128.store ",
    "i32.const 8 v128.const 1 2 i32.const -16 v128.load i8x16.shuffle 0 0 v128.store ",
    "i32.const 8 i32.const -16 v128.load i64.const 1 i64x2.replace_lane 0 "
      + "i64.const 2 i64x2.replace_lane 1 v128.store ",
    "i32.const 8 i32.const -16 v128.load i32.const 7 i32x4.replace_lane 2 "
      + "i32x4.extract_lane 2 i32.store ",
    "i32.const 8 i32.const -16 v128.const 5 6 v128.load8_lane 0 0 9 "
      + "i8x16.extract_lane_u 8 i32.store ",
    "i32.const -16 i32.load local.tee 0 i32.const 1 i32.shl local.get 0 local.get 0 i32.add "
      + "i32.xor drop ",
    "i32.const 8 i32.const -16 i32.load i32.const -16 i32.load i32.sub i32.store ",
    "i32.const 8 i32.const -16 i32.load i32.const 1 i32.and i32.const 2 i32.eq i32.store ",
    "i32.const -16 i32.load if i32.const 7 local.set 0 else i32.const 7 local.set 0 end ",
    "i32.const -16 i32.load if i32.const 8 i32.const 1 i32.store else i32.const 8 i32.const 1 "
      + "i32.store end ",
    "i32.const -16 i32.load global.set 0 ",
    "global.get 0 drop i32.const -16 i32.load global.set 0 ",
    "i32.const -16 i32.load if global.get 0 call 6 global.set 0 end ",
    "i32.const -16 i32.load if else global.get 0 if:i32 i32.const 3 else global.get 0 call 6 end "
      + "global.set 0 end ",
    "i32.const -16 f32.load f64.promote_f32 f32.demote_f64 drop ",
    "i32.const 2 local.set 0 loop i32.const -16 f32.load f64.promote_f32 f32.demote_f64 local.get 2 "
      + "local.get 0 select local.set 2 local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0 end ",
    "i32.const -16 f32.load call 5 f32.const 2 call 5 f32.lt i32.const 15 i32.and "
      + "i32.const 16 i32.shr_u drop ",
  ])
  func `C2: a load whose value does not matter traps`(_ text: String) throws {
    for options in [[], ["-O0"], ["-O1"], ["-O3"], ["--strict"]] {
      let result = try run(text, options)
      #expect(trap(in: result) == "out of bounds memory access", "\(options)")
      #expect(result.output.isEmpty)
    }
  }

  /// The condition, memory at 64, is zero, so that the value is not needed.
  @Test(arguments: [
    "local.set 0 i32.const 64 i32.load if i32.const 8 local.get 0 i32.store end ",
    "local.set 0 i32.const 64 i32.load if local.get 0 global.set 0 end ",
    "local.set 0 i32.const 64 i32.load if local.get 0 i32.const 16 i32.shl local.set 0 else "
      + "i32.const 3 local.set 0 end i32.const 8 local.get 0 i32.store ",
    "local.set 0 i32.const 8 local.get 0 i32.const 1 i32.const 64 i32.load select i32.store ",
    "local.set 0 i32.const 8 i32.const 127 local.get 0 i32.const 64 i32.load i32.eqz select "
      + "i32.store ",
    "i32.eqz i32.const 64 i32.load i32.const 5 i32.eq i32.and "
      + "if i32.const 8 i32.const 1 i32.store end ",
    "local.set 0 i32.const 64 i32.load i32.const 5 i32.eq local.get 0 i32.eqz i32.and "
      + "if i32.const 8 i32.const 1 i32.store end ",
    "local.set 0 i32.const 8 local.get 0 i32.const 1 i32.const 64 i32.load i32.div_u i32.add "
      + "i32.store ",
    "local.set 0 block i32.const 64 i32.load i32.eqz br_if 0 "
      + "loop local.get 0 call 2 drop i32.const 64 i32.load br_if 0 end end ",
  ])
  func `C1: a load that is needed on another path only traps`(_ text: String) throws {
    for options in [[], ["-O1"], ["-O3"], ["-O0"], ["--strict"], ["--target-cpu", "x86-64"]] {
      let result = try run("i32.const -16 i32.load " + text, options)
      #expect(trap(in: result) == "out of bounds memory access", "\(options)")
      #expect(result.output.isEmpty)
    }
  }

  /// The stores of one instance before it traps, read by another that shares the memory.
  private let order = """
    (module $m (memory (export "memory") 1)
      (func (export "read") (param i32) (result i32) (i32.load (local.get 0))))
    (register "m" $m)
    (module $stores (import "m" "memory" (memory 1))
      (global $g (mut i32) (i32.const 0))
      (func (export "constant")
        (i32.store (i32.const 0) (i32.const 1))
        (global.set $g (i32.load (i32.const 0xfffffff0)))
        (i32.store (i32.const 0) (i32.const 2)))
      (func (export "variable") (param i32)
        (i32.store (i32.const 4) (i32.const 1))
        (i32.store (i32.const 8) (i32.load (local.get 0)))
        (i32.store (i32.const 4) (i32.const 2))))
    (assert_trap (invoke $stores "constant") "out of bounds memory access")
    (assert_return (invoke $m "read" (i32.const 0)) (i32.const 1))
    (assert_trap (invoke $stores "variable" (i32.const -4)) "out of bounds memory access")
    (assert_return (invoke $m "read" (i32.const 4)) (i32.const 1))
    (assert_return (invoke $m "read" (i32.const 8)) (i32.const 0))
    """

  @Test func `C3: a store before a trap is there for another instance`() throws {
    let folder = try TemporaryFolder()
    try order.write(toFile: folder.file("order.wast"), atomically: true, encoding: .utf8)
    for options in [["--strict"], ["--strict", "-O3"], ["-O0"]] {
      let result = try ApusCommand.run(["wast", folder.file("order.wast")] + options)
      #expect(result.status == 0 && result.output.contains("8 passed"), "\(options): \(result)")
    }
  }

  /// LLVM reads only the bytes that are used, unless they are the last.
  @Test(arguments: [
    "i32.const 65528 v128.load i64x2.extract_lane 0 i64.store ",
    "i32.const 65528 v128.load i16x8.extend_low_i8x16_u v128.store ",
    "i32.const 65528 v128.load f32x4.extract_lane 1 f32.store ",
    "i32.const 65528 v128.load v128.const 1 1 i64x2.add i64x2.extract_lane 0 i64.store ",
    "i32.const 65528 v128.load local.tee 4 local.get 4 i8x16.shuffle 0 0 v128.store ",
    "i32.const 65528 v128.load v128.const -1 0 v128.and v128.store ",
    "i32.const 65528 v128.load f64x2.promote_low_f32x4 v128.store ",
    "i32.const 65532 v128.load8x8_s i8x16.extract_lane_u 0 i32.store ",
    "i32.const 65532 i64.load i32.wrap_i64 i32.store ",
    "i32.const 65532 i64.load i64.const 0xffff i64.and i64.store ",
    "i32.const 65534 i32.load i32.const 255 i32.and i32.store ",
    "i32.const 65532 i64.load i64.store32 ", "i32.const 65535 i32.load i32.store8 ",
    "i32.const 65534 i32.load i32.extend8_s i32.store ",
  ])
  func `C2: a load of which the last byte does not matter traps`(_ text: String) throws {
    for options in [[], ["-O0"], ["-O3"], ["--target-cpu", "x86-64"]] {
      let result = try run("i32.const 8 " + text, options)
      #expect(trap(in: result) == "out of bounds memory access", "\(options)")
      #expect(result.output.isEmpty)
    }
  }

  @Test func `C5: a division whose result is dropped traps`() throws {
    let result = try run("i32.const 1 local.get 0 i32.div_u drop ", [])
    #expect(trap(in: result) == "integer divide by zero")
    #expect(result.output.isEmpty)
  }

  @Test func `C14: an endless loop does not fall through`() throws {
    for options in [[], ["-O3"]] {
      var builder = ModuleBuilder()
      builder.function(builder.type([], []), export: "f", text: "loop br 0 end")
      let program = try ApusCommand.compile(builder.build(), ["--invoke", "f"] + options)
      let result = try program.run(limit: .seconds(1))
      #expect(result.signal == 9, "\(result)")
    }
  }
}
