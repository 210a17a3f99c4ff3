// M17: small modules that would keep an optimiser busy for minutes.

import Foundation
import TestSupport
import Testing
import Wasm

struct CompileBudgetTests {
  /// Compiles with a limit of time and of memory, and says how it went.
  ///
  /// - Parameters:
  ///   - seconds: of processor time, whatever else the machine does.
  private func compile(
    _ module: [UInt8], _ options: [String] = [], seconds: Int = 60
  ) throws -> ProcessResult {
    let folder = try TemporaryFolder()
    try Data(module).write(to: URL(fileURLWithPath: folder.file("module.wasm")))
    return try runProcess(
      "/bin/sh",
      [
        "-c",
        "ulimit -v 4194304; ulimit -t \(seconds); "
          + "exec \"$0\" compile module.wasm -o program --verbose \"$@\"",
        ApusCommand.path,
      ] + options, directory: folder.path, limit: .seconds(60))
  }

  @Test func `M17: a long dependent chain of loads and stores is not optimised`() throws {
    var text = ""
    for index in 0..<10_000 {
      text += "local.get 0 local.get 0 i32.load local.get 0 i32.load offset=\(4 * (index % 1000)) "
      text += "i32.add local.tee 0 i32.store offset=\(4 * (index * 7 % 1000)) "
    }
    let result = try compile(module([.i32], [.i32], text + "local.get 0"), ["--invoke", "f"])
    #expect(result.status == 0, "\(result)")
    #expect(result.errors.contains("is too large to be optimised in reasonable time"))
    #expect(result.time < .seconds(20))
  }

  @Test func `M17: a function that is not optimised still computes and traps`() throws {
    let chain = String(
      repeating: "local.get 0 i32.const 3 i32.mul i32.const 1 i32.add local.set 0 ", count: 11_000)
    var expected: Int32 = 7
    for _ in 0..<11_000 { expected = expected &* 3 &+ 1 }
    let found = try results(module([.i32], [.i32], chain + "local.get 0"), arguments: [["7"]])
    #expect(found == ["\(expected)"])
    let traps = module([.i32], [.i32], chain + "i32.const -16 i32.load drop local.get 0")
    #expect(try results(traps, arguments: [["7"]]) == ["out of bounds memory access"])
  }

  @Test func `M17: many loads of which one value is made take linear time`() throws {
    let count = 8000
    let tree = (0..<count).map { "local.get 0 i32.load offset=\(4 * $0) " }
    let stores = (0..<count).map { "local.get 0 local.get 1 i32.store offset=\(4 * $0) " }
    let text =
      tree.joined() + String(repeating: "i32.xor ", count: count - 1)
      + "local.set 1 local.get 2 if " + stores.joined() + "end"
    let result = try compile(
      module([.i32, .i32, .i32], [], text), ["--invoke", "f"], seconds: 10)
    #expect(result.status == 0, "\(result)")
  }

  /// `count` nested blocks of `width` results each, all of them labels of one branch.
  private func manyResults(_ count: Int, _ width: Int) -> [UInt8] {
    var builder = ModuleBuilder()
    let none = builder.type([], [])
    let wide = builder.type([], Array(repeating: .i32, count: width))
    let body =
      [0] + Array(repeating: [0x02, UInt8(wide)], count: count).flatMap { $0 }
      + Array(repeating: [0x41, 1], count: width).flatMap { $0 } + [0x41, 0, 0x0e]
      + BinaryEncoding.unsigned(count - 1)
      + (0..<count).flatMap { BinaryEncoding.unsigned($0) }
      + Array(repeating: 0x0b, count: count) + Array(repeating: 0x1a, count: width) + [0x0b]
    builder.function(none, body: body, export: "_start")
    return builder.build()
  }

  @Test func `M17: labels by results are bounded`() throws {
    let fine = try compile(manyResults(1000, 400))
    #expect(fine.status == 0 && fine.time < .seconds(20), "\(fine)")
    let excessive = try compile(manyResults(60_000, 1000))
    #expect(excessive.status == 2, "\(excessive)")
    #expect(excessive.errors.contains("too many block results: 60000000 in function 0"))
    #expect(excessive.time < .seconds(20))
  }
}
