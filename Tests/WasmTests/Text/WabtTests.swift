// Our text of real modules, read by Debian's wabt: it makes the same code of it as of its
// own text, and its disassembler names the same instructions.

import Foundation
import TestSupport
import Testing
import Wasm

@Suite(
  .enabled(
    if: SharedFiles.has("sightglass") && SharedFiles.has("wasi-testsuite") && Wabt.isUsable,
    "wabt, ../shared/sightglass or ../shared/wasi-testsuite is absent"))
struct WabtTests {
  @Test func codeIsTheSameInWabtsEyes() throws {
    var compared = 0
    for file in corpus() {
      let bytes = [UInt8](try Data(contentsOf: file))
      // A module that wabt cannot read tells nothing: there is a component among them.
      guard let theirText = try Wabt.text(of: bytes) else { continue }
      let module = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
      var options = ModulePrinter.Options()
      // This wabt does not know quoted identifiers.
      options.usesNames = false
      let ours = try Wabt.binary(of: try ModulePrinter.print(module, options: options))
      let theirs = try Wabt.binary(of: theirText)
      for id in [1, 2, 3, 4, 5, 6, 7, 8, 10, 11] as [UInt8] {
        #expect(
          section(id, of: ours) == section(id, of: theirs), "section \(id) of \(file.path)")
      }
      compared += 1
    }
    print("read by wabt: \(compared) modules")
    #expect(compared >= 90)
  }

  @Test(arguments: [
    "sightglass/libsodium/libsodium-auth.wasm", "sightglass/blake3-simd/benchmark.wasm",
    "sightglass/shootout/shootout-switch.wasm", "sightglass/quicksort/benchmark.wasm",
    "wasi-testsuite/wasi-threads/thread_spawn-simple.wasm",
  ])
  func disassemblyNamesTheSameInstructions(path: String) throws {
    let file = SharedFiles.root.appendingPathComponent(path)
    let bytes = [UInt8](try Data(contentsOf: file))
    let module = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
    let ours = mnemonics(inText: try ModulePrinter.print(module))
    let theirs = try Wabt.mnemonics(of: file.path)
    #expect(ours.count > 1_000 && ours == theirs)
  }

  private func corpus() -> [URL] {
    ["sightglass", "wasi-testsuite"].flatMap { SharedFiles.files(in: $0, suffix: ".wasm") }
  }

  private func section(_ id: UInt8, of bytes: [UInt8]) -> [UInt8] {
    let module = try? ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
    return module?.sections.first { $0.id == id }.map { Array(bytes[$0.range]) } ?? []
  }

  /// The first word of each line of a function; its end is the parenthesis.
  private func mnemonics(inText text: String) -> [Substring] {
    text.split(separator: "\n").compactMap { line in
      if line == "  )" { return "end" }
      guard line.hasPrefix("    ") else { return nil }
      let word = line.drop { $0 == " " }.prefix { $0 != " " }
      return word.first == "(" || word.first == "\"" || word.first == "$" ? nil : word
    }
  }
}

/// The tools of wabt.
private enum Wabt {
  static let isUsable =
    SharedFiles.isRequired
    || (try? runProcess("/usr/bin/env", ["wat2wasm", "--version"]))?.status == 0

  /// Runs a tool on a file with `contents`, and returns what it writes to another.
  private static func convert(
    _ tool: String, _ contents: some Sequence<UInt8>
  ) throws -> (result: ProcessResult, output: [UInt8]) {
    let folder = try TemporaryFolder()
    try Data(contents).write(to: URL(fileURLWithPath: folder.file("input")))
    let result = try runProcess(
      "/usr/bin/env",
      [tool, "--enable-all", "--no-check", folder.file("input"), "-o", folder.file("output")])
    let output = (try? Data(contentsOf: URL(fileURLWithPath: folder.file("output")))) ?? Data()
    return (result, Array(output))
  }

  /// wabt's own text of a module; `nil` if it cannot read it.
  static func text(of bytes: [UInt8]) throws -> String? {
    let (result, output) = try convert("wasm2wat", bytes)
    return result.status == 0 ? String(decoding: output, as: UTF8.self) : nil
  }

  static func binary(of text: String) throws -> [UInt8] {
    let (result, output) = try convert("wat2wasm", text.utf8)
    #expect(result.status == 0, "\(result)")
    return output
  }

  /// The names of all instructions in a file, in order.
  static func mnemonics(of path: String) throws -> [Substring] {
    let result = try runProcess("/usr/bin/env", ["wasm-objdump", "-d", path])
    return result.output.split(separator: "\n").compactMap { line in
      guard let bar = line.firstRange(of: " | ") else { return nil }
      let word = line[bar.upperBound...].drop { $0 == " " }.prefix { $0 != " " }
      return word.isEmpty || word.hasPrefix("local[") ? nil : word
    }
  }
}
