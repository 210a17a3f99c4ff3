// Fuel ends a program in the same place, whatever the optimiser made of its loops.

import Foundation
import TestSupport
import Testing

/// An export that takes i32s, and arguments for it.
private struct Kernel: CustomTestStringConvertible {
  var name: String
  var text: String
  var arguments: [[String]]
  var testDescription: String { name }
}

struct FuelTests {
  /// A kernel that is run twelve times: what all runs but the last take shows in how much
  /// the last has left. In `body`, $n and $s are arguments, $i, $j and $a locals.
  private static func kernel(_ name: String, _ body: String, _ arguments: [[String]]) -> Kernel {
    let text = """
      (module
        (memory 1)
        (func $odd (param i32) (result i32) (i32.and (local.get 0) (i32.const 1)))
        (func $once (param $n i32) (param $s i32) (result i32)
          (local $i i32) (local $j i32) (local $a i32)
          \(body)
          (i32.add (local.get $a) (local.get $i)))
        (func (export "f") (param $n i32) (param $s i32) (result i32)
          (local $turn i32) (local $a i32)
          (loop
            (local.set $a (i32.add (i32.mul (local.get $a) (i32.const 31))
              (call $once (local.get $n) (local.get $s))))
            (br_if 0 (i32.ne
              (local.tee $turn (i32.add (local.get $turn) (i32.const 1))) (i32.const 12))))
          (local.get $a)))
      """
    return Kernel(name: name, text: text, arguments: arguments)
  }

  private static let kernels = [
    kernel(
      "sum up to a bound",
      """
      (loop
        (local.set $a (i32.add (local.get $a) (i32.load (i32.shl (local.get $i) (i32.const 2)))))
        (br_if 0 (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      """, [["0", "0"], ["1", "0"], ["100", "0"]]),
    kernel(
      "bound met exactly or never",
      """
      (loop
        (i32.store8 (i32.and (local.get $i) (i32.const 255)) (local.get $i))
        (br_if 0 (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 3))) (local.get $n))))
      """, [["3", "0"], ["99", "0"], ["100", "0"]]),
    kernel(
      "down to below a bound",
      """
      (local.set $i (local.get $n))
      (loop
        (local.set $a (i32.add (local.get $a) (local.get $i)))
        (br_if 0 (i32.gt_u (local.tee $i (i32.sub (local.get $i) (i32.const 8))) (i32.const 7))))
      """, [["7", "0"], ["8", "0"], ["100", "0"], ["104", "0"]]),
    kernel(
      "a step that is known late",
      """
      (loop
        (i32.store8 (i32.and (local.get $i) (i32.const 0xffff)) (i32.const 1))
        (br_if 0
          (i32.le_s (local.tee $i (i32.add (local.get $i) (local.get $s))) (local.get $n))))
      """,
      [["100", "1"], ["100", "7"], ["100", "0"], ["0", "-1"], ["2147483647", "1073741824"]]),
    kernel(
      "two ways out and the test on top",
      """
      (block $out
        (loop $again
          (br_if $out (i32.ge_s (local.get $i) (local.get $n)))
          (br_if $out (i32.eq (local.get $i) (local.get $s)))
          (local.set $a (i32.add (local.get $a) (i32.load8_u (local.get $i))))
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br $again)))
      """, [["50", "60"], ["50", "20"], ["-1", "0"]]),
    kernel(
      "a loop in a loop, and a call",
      """
      (loop $outer
        (local.set $j (local.get $n))
        (loop $inner
          (if (call $odd (local.get $j)) (then
            (local.set $a (i32.add (local.get $a) (local.get $j)))))
          (br_if $inner (local.tee $j (i32.sub (local.get $j) (i32.const 1)))))
        (br_if $outer
          (i32.ne (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $s))))
      """, [["1", "1"], ["9", "5"]]),
    kernel(
      "a trap on the way",
      """
      (loop
        (local.set $a (i32.add (local.get $a)
          (i32.load (i32.mul (local.get $i) (local.get $s)))))
        (local.set $a (i32.div_s (i32.const 1000) (i32.sub (local.get $i) (i32.const 40))))
        (br_if 0 (i32.lt_s (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
      """, [["30", "4"], ["100", "4"], ["100", "4096"]]),
  ]

  private static let levels = [["-O0"], ["-O1"], ["-O2"], ["-O3"], ["-O2", "--strict"]]

  /// Runs of a module under limits of their own, compiled once for each level.
  private struct Runs {
    let folder: TemporaryFolder
    let environment: [String: String]

    init(_ text: String) throws {
      folder = try TemporaryFolder()
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("module.wat")))
      var environment = ProcessInfo.processInfo.environment
      environment["XDG_CACHE_HOME"] = folder.path
      self.environment = environment
    }

    func run(_ level: [String], fuel: Int, _ arguments: [String], options: [String] = []) throws
      -> (status: Int32, output: String)
    {
      let result = try ApusCommand.run(
        ["run"] + level + options + ["--fuel", "\(fuel)", folder.file("module.wat")] + arguments,
        environment: environment)
      return (result.status, result.output)
    }
  }

  @Test(arguments: kernels)
  private func `counted loops end in the same place at every level`(kernel: Kernel) throws {
    let runs = try Runs(kernel.text)
    func run(_ level: [String], _ fuel: Int, _ arguments: [String]) throws -> (Int32, String) {
      try runs.run(level, fuel: fuel, arguments, options: ["--invoke", "f"])
    }
    for arguments in kernel.arguments {
      // The least fuel with which it ends by itself, if it does.
      var (low, high) = (1, 65536)
      let isFinite = try run(["-O0"], high, arguments).0 != 123
      while isFinite && low < high {
        let middle = (low + high) / 2
        if try run(["-O0"], middle, arguments).0 != 123 { high = middle } else { low = middle + 1 }
      }
      for fuel in isFinite ? [high - 1, high, high + 1, 8 * high] : [high] {
        let expected = try run(["-O0"], fuel, arguments)
        #expect((expected.0 == 123) == (fuel < high || !isFinite))
        for level in Self.levels.dropFirst() {
          let found = try run(level, fuel, arguments)
          #expect(found == expected, "\(level), fuel \(fuel), \(arguments)")
        }
      }
    }
  }

  @Test func `what was written before fuel ran out is the same at every level`() throws {
    // Writes the sum that a loop made, after each turn of the loop around.
    let runs = try Runs(
      """
      (module
        (import "wasi_snapshot_preview1" "fd_write"
          (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 0) "\\10\\00\\00\\00\\01\\00\\00\\00")
        (func (export "_start") (local $n i32) (local $i i32)
          (loop $outer
            (local.set $i (i32.const 0))
            (loop $inner
              (i32.store8 (i32.const 16)
                (i32.add (i32.const 65) (i32.and (local.get $i) (i32.const 15))))
              (br_if $inner
                (i32.le_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get $n))))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
            (br_if $outer
              (i32.ne (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 12))))))
      """)
    #expect(try runs.run(["-O0"], fuel: 100_000, []) == (0, "ABCDEFGHIJKL"))
    var outputs: Set<String> = []
    for fuel in stride(from: 1, through: 1700, by: 73) {
      let expected = try runs.run(["-O0"], fuel: fuel, [])
      outputs.insert(expected.output)
      for level in Self.levels.dropFirst() {
        #expect(try runs.run(level, fuel: fuel, []) == expected, "\(level), fuel \(fuel)")
      }
    }
    #expect(outputs.count > 8)
  }
}
