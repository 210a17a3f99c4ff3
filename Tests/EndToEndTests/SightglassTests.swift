// Real benchmark modules, compiled at -O2, print exactly what is expected.

import Foundation
import TestSupport
import Testing

@Suite(
  .enabled(if: SharedFiles.has("sightglass"), "the Sightglass modules are not beside the package"))
struct SightglassTests {
  private static let modules = SharedFiles.files(in: "sightglass", suffix: ".wasm")

  /// Not a core module: a clean error that says so.
  private static func rejection(_ module: URL) -> String? {
    module.path.contains("cm-online-stats") ? "this is a component" : nil
  }

  /// What a module prints. Those of libsodium have no file for it: each prints 0, in every
  /// engine.
  private static func expectation(_ module: URL, _ stream: String) throws -> String? {
    if module.path.contains("/libsodium/") { return stream == "stdout" ? "0\n" : "" }
    let path = module.deletingPathExtension().path + ".\(stream).expected"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
  }

  @Test func `the collection is complete`() {
    #expect(Self.modules.count(where: { Self.rejection($0) == nil }) == 31)
  }

  @Test(arguments: modules.filter { rejection($0) == nil })
  func `a module prints what is expected`(_ module: URL) throws {
    try expectOutput(of: module, ["-O2"])
  }

  @Test(arguments: [["-O0"], ["-O2", "--target-cpu", "x86-64"]])
  func `C25: the level and the CPU change nothing that a module prints`(_ options: [String]) throws
  {
    for module in Self.modules
    where ["richards", "quicksort", "blake3", "bz2"].contains(where: module.path.contains) {
      try expectOutput(of: module, options)
    }
  }

  private func expectOutput(of module: URL, _ options: [String]) throws {
    let folder = try TemporaryFolder()
    let program = folder.file("program")
    let compiled = try ApusCommand.run(
      ["compile", module.path, "-o", program, "--dir", "."] + options)
    try #require(compiled.status == 0, "\(compiled)")
    let result = try runProcess(
      program, [], directory: module.deletingLastPathComponent().path, limit: .seconds(120))
    #expect(result.status == 0)
    for (stream, found) in [("stdout", result.output), ("stderr", result.errors)] {
      guard let expected = try Self.expectation(module, stream) else { continue }
      #expect(found == expected, "\(stream) of \(module.path)")
    }
  }

  @Test(arguments: modules.filter { rejection($0) != nil })
  func `what is no module is rejected with the reason`(_ module: URL) throws {
    let folder = try TemporaryFolder()
    let result = try ApusCommand.run(["compile", module.path, "-o", folder.file("program")])
    #expect(result.status == 1)
    #expect(result.errors.contains(Self.rejection(module) ?? ""), "\(result)")
    #expect(result.errors.split(separator: "\n").count == 1, "\(result)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func `decoding and validation take at most a twentieth of an -O2 compile`() throws {
    let module = try #require(
      Self.modules.first { $0.path.hasSuffix("tinygo-json.wasm") })
    let folder = try TemporaryFolder()
    let result = try ApusCommand.run(
      ["compile", module.path, "-o", folder.file("program"), "-O2", "--verbose"])
    try #require(result.status == 0, "\(result)")
    let lines = result.errors.split(separator: "\n")
    func share(_ phase: String) -> Double? {
      let words = lines.first { $0.hasPrefix(phase) }?.split(separator: " ")
      return words.flatMap { $0.count > 2 ? Double($0[$0.count - 2]) : nil }
    }
    let validation = try #require(share("decode and validate"), "\(result.errors)")
    #expect(validation <= 5, "\(result.errors)")
    #expect(share("total") == 100)
  }
}
