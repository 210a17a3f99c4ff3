// Loads whose value turns out not to matter only when stores are followed, functions inlined
// or bits traced: they trap all the same.

import Foundation
import TestSupport
import Testing

struct LateKnowledgeTests {
  private let helpers = """
    (memory (export "memory") 1)
    (global $g (mut i32) (i32.const 0)) (global $h (mut f32) (f32.const -79))
    (global $stack (mut i32) (i32.const 1024))
    (func $one (param i32) (result i32)
      (if (result i32) (i32.eq (local.get 0) (local.get 0))
        (then (i32.const 1)) (else (i32.const 1))))
    (func $zero (param f32) (result f32)
      (if (result f32) (f32.eq (local.get 0) (local.get 0))
        (then (f32.const 0)) (else (f32.const 0))))
    (func $store_six (param i32)
      (i32.store offset=4 (local.get 0) (i32.const 1))
      (i32.store offset=8 (local.get 0) (i32.const 2))
      (i32.store offset=12 (local.get 0) (i32.const 3))
      (i32.store offset=16 (local.get 0) (i32.const 4))
      (i32.store offset=20 (local.get 0) (i32.const 5))
      (i32.store offset=24 (local.get 0) (i32.const 6)))
    (func $construct (param $object i32) (param $from i32)
      (i32.store (local.get $object) (i32.load (local.get $from)))
      (call $store_six (local.get $object)))
    (func $scaled (param $from i32) (param $by i32) (result i32)
      (call $store_six (i32.const 64))
      (i32.mul (i32.load (local.get $from)) (local.get $by)))
    """

  /// The body of a function of an address and a number, with one more local.
  @Test(arguments: [
    // Stored and overwritten.
    """
    (i32.store (i32.const 4) (i32.load (local.get 0)))
    (global.set $g (i32.load (i32.const 100)))
    (i32.store (i32.const 4) (i32.const 7))
    """,
    """
    (i32.store (i32.const 4) (i32.load (local.get 0)))
    (if (local.get 1) (then (global.set $g (i32.load (i32.const 100))))
      (else (i32.store (i32.const 8) (i32.const 8))))
    (i32.store (i32.const 4) (i32.const 7))
    """,
    """
    (local.set 2 (i32.sub (global.get $stack) (i32.const 16)))
    (global.set $stack (local.get 2))
    (i32.store offset=12 (local.get 2) (i32.load (local.get 0)))
    (i32.store offset=8 (local.get 2) (local.get 1))
    (if (i32.gt_u (i32.load offset=8 (local.get 2)) (i32.const 5))
      (then (i32.store offset=4 (local.get 2) (i32.const 8))))
    (i32.store offset=12 (local.get 2) (i32.const 7))
    (global.set $stack (i32.add (local.get 2) (i32.const 16)))
    """,
    "(call $construct (i32.const 1000) (local.get 0)) (i32.store (i32.const 1000) (i32.const 7))",
    // Multiplied by what a store or a call says.
    """
    (i32.store (i32.const 200) (i32.const 0))
    (local.set 2 (i32.load (local.get 0)))
    (global.set $g (i32.mul (local.get 2) (i32.load (i32.const 200))))
    """,
    "(global.set $g (call $scaled (local.get 0) (i32.const 0)))",
    // Shifted out in several steps.
    """
    (global.set $g (i32.shl (i32.xor (i32.shl (i32.xor (i32.shl
      (i32.load8_u (local.get 0)) (i32.const 11)) (local.get 1)) (i32.const 11))
      (local.get 1)) (i32.const 11)))
    """,
    // A branch around a store that goes when the variable goes.
    "(if (i32.load (local.get 0)) (then (global.set $g (call $one (global.get $g)))))",
    "(if (i32.load (local.get 0)) (then (global.set $h (call $zero (global.get $h)))))",
    """
    (if (i32.load (local.get 0)) (then) (else
      (global.set $g (if (result i32) (global.get $g)
        (then (i32.const 3)) (else (call $one (global.get $g)))))))
    """,
    // Needed of the last turn of a loop only, which does not trap.
    """
    (loop $again (local.set 2 (i32.load (local.get 0)))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    (i32.store (i32.const 32) (local.get 2))
    """,
    """
    (loop $again (i32.store (i32.const 32) (i32.load (local.get 0)))
      (local.set 0 (i32.add (local.get 0) (i32.const 8)))
      (br_if $again (local.tee 1 (i32.sub (local.get 1) (i32.const 1)))))
    """,
  ])
  func `C2: a load that LLVM finds useless late traps`(_ body: String) throws {
    let script = """
      (module \(helpers) (func (export "f") (param i32 i32) (local i32) \(body))
        (func (export "scale") (param i32 i32) (result i32)
          (i32.add (call $scaled (local.get 0) (local.get 1))
            (call $scaled (local.get 0) (i32.const 5)))))
      (assert_trap (invoke "f" (i32.const -4) (i32.const 2)) "out of bounds memory access")
      (assert_return (invoke "f" (i32.const 80) (i32.const 2)))
      """
    let folder = try TemporaryFolder()
    try script.write(toFile: folder.file("case.wast"), atomically: true, encoding: .utf8)
    for options in [["-O1"], ["-O2"], ["-O3"], ["-Os"], ["-O0"], ["--strict"]] {
      let result = try ApusCommand.run(["wast", folder.file("case.wast")] + options)
      #expect(result.status == 0, "\(options): \(result.output)")
    }
  }
}
