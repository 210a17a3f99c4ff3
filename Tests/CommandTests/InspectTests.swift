// `apus inspect`: the listing for people, and the JSON that scripts rely on.

import Foundation
import TestSupport
import Testing

@Suite struct InspectTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func inspect(_ bytes: [UInt8], _ options: String...) throws -> ProcessResult {
    try ApusCommand.run(["inspect"] + options + [writeFile(bytes, to: folder.file("m.wasm"))])
  }

  private func json(_ bytes: [UInt8]) throws -> [String: Any] {
    let text = try inspect(bytes, "--json").output
    return try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func keysAreStable() throws {
    let report = try json(SampleModules.all[0].bytes)
    #expect(
      report.keys.sorted() == [
        "data", "elements", "exports", "features", "file", "functions", "globals", "imports",
        "memories", "sections", "size", "tables", "types",
      ])
    #expect(report["size"] as? Int == 8)
  }

  @Test(arguments: SampleModules.all.map(\.name))
  func everySampleHasBothForms(name: String) throws {
    let bytes = try #require(SampleModules.all.first { $0.name == name }?.bytes)
    #expect(try inspect(bytes).status == 0)
    let report = try json(bytes)
    let sections = try #require(report["sections"] as? [[String: Any]])
    for section in sections {
      #expect(section["id"] is Int && section["offset"] is Int && section["size"] is Int)
    }
  }

  @Test func showsWhatAModuleTakesAndGives() throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [.i64])
    builder.import("env", "get", .function(type))
    builder.memory(2, 16)
    builder.function(type, export: "run") {
      $0("local.get", 0)
      $0("call", 0)
    }
    let bytes = builder.build()
    let report = try json(bytes)
    let imports = try #require(report["imports"] as? [[String: Any]])
    #expect(imports.first?["module"] as? String == "env")
    #expect(imports.first?["type"] as? String == "(func (param i32) (result i64))")
    let memories = try #require(report["memories"] as? [[String: Any]])
    #expect(memories.first?["minimumPages"] as? Int == 2)
    #expect(memories.first?["maximumPages"] as? Int == 16)
    let text = try inspect(bytes).output
    for line in ["\"env\"", "\"run\"", "(memory 2 16)", "128 KiB to 1 MiB"] {
      #expect(text.contains(line), "\(line)")
    }
  }

  /// Hazard M11: names are data, here shown to a terminal.
  @Test func hostileNamesAreEscaped() throws {
    var builder = ModuleBuilder()
    let name = "\u{1b}[2J\n\u{202e}%s\"\\\u{0}"
    builder.function(builder.type([], []), export: name) { _ in }
    let text = try inspect(builder.build()).output
    #expect(!text.contains("\u{1b}") && !text.contains("\u{202e}") && !text.contains("\0"))
    let exports = try #require(try json(builder.build())["exports"] as? [[String: Any]])
    #expect(exports.first?["name"] as? String == name)
    let raw = try inspect(builder.build(), "--json").output
    #expect(!raw.contains("\u{1b}") && !raw.contains("\0"))
  }

  @Test func invalidModulesAreRejected() throws {
    let result = try inspect([0, 0x61, 0x73])
    #expect(result.status == 1)
    #expect(result.output == "")
  }
}
