// Loops that a producer unrolled, which become vector code and do the same.

import TestSupport
import Testing
import Wasm

/// An unrolled loop over `to`, `of` (locals 0 and 1) with `n` (local 2) turns, and locals for
/// its work from 3 on.
private struct Loop {
  var name: String
  var body: String

  /// A function that fills a page, runs the loop and hashes the page.
  var module: [UInt8] {
    LoweringTests.module(
      [.i32, .i32, .i32], [.i64], locals: [.i32, .i32, .i32, .i64],
      """
      loop
        local.get 3 local.get 3 i64.extend_i32_u i64.const 7046029254386353131 i64.mul i64.store
        local.get 3 i32.const 8 i32.add local.tee 3 i32.const 65536 i32.ne br_if 0
      end
      i32.const 0 local.set 3
      local.get 2 if
        loop \(body)
        end
      end
      i32.const 0 local.set 3
      loop
        local.get 3 i64.load local.get 6 i64.xor i64.const 7046029254386353131 i64.mul local.set 6
        local.get 3 i32.const 8 i32.add local.tee 3 i32.const 65536 i32.ne br_if 0
      end
      local.get 6 local.get 0 i64.extend_i32_u i64.add
      """)
  }
}

struct RerollingTests {
  private static func next(_ bytes: Int) -> String {
    """
    \u{20}local.get 0 i32.const \(bytes) i32.add local.set 0
    local.get 1 i32.const \(bytes) i32.add local.set 1
    local.get 2 i32.const -1 i32.add local.tee 2 br_if 0
    """
  }

  /// One copy of `to[at] += factor * of[at]`.
  private static func sum(_ at: Int, of: Int? = nil, factor: String = "i32.const 3") -> String {
    """
    local.get 0 i32.const \(at) i32.add local.tee 4 local.get 4 i32.load
    local.get 1 i32.const \(of ?? at) i32.add i32.load \(factor) i32.mul i32.add i32.store
    """
  }

  private static let rolled = [
    Loop(name: "in order", body: sum(0) + " " + sum(4) + " " + next(8)),
    Loop(
      name: "four copies", body: [0, 4, 8, 12].map { sum($0) }.joined(separator: " ") + next(16)),
    Loop(
      name: "both reads before both writes",
      body: """
        local.get 1 i32.load i32.const 5 i32.mul local.set 4
        local.get 1 i32.load offset=4 i32.const 5 i32.mul local.set 5
        local.get 0 local.get 4 i32.store local.get 0 local.get 5 i32.store offset=4
        \(next(8))
        """),
    Loop(
      name: "a read shared by copies",
      body: """
        local.get 1 i32.load offset=4 local.set 4
        local.get 0 local.get 1 i32.load local.get 4 i32.add i32.store
        local.get 0 local.get 4 local.get 1 i32.load offset=8 i32.add i32.store offset=4
        \(next(8))
        """),
    Loop(
      name: "bytes, counted down by the number of copies",
      body: """
        local.get 0 local.get 1 i32.load8_u i32.const 1 i32.add i32.store8
        local.get 0 local.get 1 i32.load8_u offset=1 i32.const 1 i32.add i32.store8 offset=1
        local.get 0 i32.const 2 i32.add local.set 0
        local.get 1 i32.const 2 i32.add local.set 1
        local.get 2 i32.const -2 i32.add local.tee 2 br_if 0
        """),
    Loop(
      name: "an index from a counter",
      body: """
        local.get 0 local.get 3 i32.const 2 i32.shl i32.add local.get 3 i32.store
        local.get 0 local.get 3 i32.const 1 i32.add i32.const 2 i32.shl i32.add
        local.get 3 i32.const 1 i32.add i32.store
        local.get 3 i32.const 2 i32.add local.tee 3 local.get 2 i32.lt_u br_if 0
        """),
  ]

  private static let refused = [
    Loop(name: "another factor", body: sum(0) + " " + sum(4, factor: "i32.const 4") + next(8)),
    Loop(
      name: "another operation", body: sum(0) + " " + sum(4).replacing("mul", with: "or") + next(8)),
    Loop(name: "a gap", body: sum(0) + " " + sum(8) + next(16)),
    Loop(name: "another distance", body: sum(0) + " " + sum(4, of: 8) + next(8)),
    Loop(name: "a longer turn", body: sum(0) + " " + sum(4) + next(12)),
    Loop(name: "the same place", body: sum(0) + " " + sum(0) + next(8)),
    Loop(
      name: "a read of no copy",
      body: sum(0) + " local.get 1 i32.load offset=64 drop " + sum(4) + next(8)),
    Loop(
      name: "a write of no copy",
      body: sum(0) + " " + sum(4) + " local.get 1 i32.const 1 i32.store offset=256 " + next(8)),
    Loop(
      name: "a value of the last copy behind the loop",
      body: sum(0) + " " + sum(4) + " local.get 4 i32.load i64.extend_i32_u local.set 6 " + next(8)),
  ]

  /// LLVM's words for a loop that it shall leave alone: the version that is kept beside.
  private func isVersioned(_ loop: Loop) throws -> Bool {
    let file = try ApusCommand.compile(loop.module, ["--emit", "llvm-ir", "--invoke", "f"])
    let text = try String(contentsOfFile: file.path, encoding: .utf8)
    return text.contains("llvm.loop.vectorize.enable")
  }

  @Test(arguments: rolled.indices)
  func `copies become one, in vectors`(index: Int) throws {
    #expect(try isVersioned(Self.rolled[index]), "\(Self.rolled[index].name)")
    let text = try ApusCommand.assembly(Self.rolled[index].module, ["--invoke", "f"])
    #expect(text.contains("%ymm"), "\(text)")
  }

  @Test(arguments: refused.indices)
  func `what is no copy stays`(index: Int) throws {
    #expect(try !isVersioned(Self.refused[index]), "\(Self.refused[index].name)")
  }

  /// Streams that overlap by each small distance either way, ends of memory and of the
  /// address space, and numbers of turns around the shortest vector loop.
  private static let arguments: [[String]] = {
    var list: [[Int]] = []
    for distance in -20...20 { list.append([4096, 4096 + distance, 100]) }
    for turns in [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33] { list.append([8, 4096, turns]) }
    for start in [65536 - 800, 65536 - 799, 65536 - 400, 65535, 65536] {
      list += [[start, 0, 100], [0, start, 100]]
    }
    // Indices that wrap; a page of memory does not hold what is before.
    for start in [-8, -4, -1, -16, -800] { list += [[start, 0, 100], [0, start, 100]] }
    list += [[0, 32768, 99], [1, 32771, 101], [0, 4, -1], [0, 0, 1 << 30]]
    return list.map { $0.map(String.init) }
  }()

  @Test(arguments: (rolled + refused).indices)
  func `loops do the same, rolled or not`(index: Int) throws {
    let loop = (Self.rolled + Self.refused)[index]
    let expected = try results(loop.module, ["-O0"], arguments: Self.arguments)
    for options in [["-O2"], ["-O3", "--target-cpu", "x86-64"]] {
      let found = try results(loop.module, options, arguments: Self.arguments)
      for (argument, pair) in zip(Self.arguments, zip(expected, found)) {
        #expect(pair.0 == pair.1, "\(loop.name) \(argument) \(options)")
      }
    }
    #expect(expected.contains { $0.contains("memory") } && expected.contains { !$0.contains(" ") })
  }
}
