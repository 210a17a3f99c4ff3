// `apus validate`, as a script would use it.

import TestSupport
import Testing

@Suite struct ValidateTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ bytes: [UInt8], to name: String) throws -> String {
    try writeFile(bytes, to: folder.file(name))
  }

  @Test func validModulesAreSilent() throws {
    let files = try SampleModules.all.map { try write($0.bytes, to: "\($0.name).wasm") }
    let result = try ApusCommand.run(["validate"] + files)
    #expect(result.status == 0)
    #expect(result.output == "" && result.errors == "")
  }

  @Test func oneBadFileDoesNotStopTheOthers() throws {
    let good = try write(SampleModules.all[0].bytes, to: "good.wasm")
    let cut = try write(Array(SampleModules.all[1].bytes.dropLast(3)), to: "cut.wasm")
    let result = try ApusCommand.run(["validate", cut, good, folder.file("none.wasm"), cut])
    #expect(result.status == 1)
    let lines = result.errors.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix("apus: error: \(cut): ") == true)
    #expect(lines.first?.contains("(at 0x") == true)
    #expect(lines.dropFirst().first?.contains("No such file or directory") == true)
  }

  @Test func whatIsNoModule() throws {
    let component: [UInt8] = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]
    for (bytes, wording) in [
      ([], "unexpected end"), (Array("hello, world".utf8), "magic header not detected"),
      (component, "component"),
    ] as [([UInt8], String)] {
      let result = try ApusCommand.run(["validate", write(bytes, to: "x.wasm")])
      #expect(result.status == 1)
      #expect(result.errors.contains(wording))
    }
    for path in [folder.path, "/dev/null", "/dev/zero"] {
      let result = try ApusCommand.run(["validate", path])
      #expect(result.status == 1)
      #expect(result.errors.contains("not a file"))
    }
  }

  @Test func errorsNameTheFunction() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], [.i32]), export: "answer") { $0("i64.const", 42) }
    let result = try ApusCommand.run(["validate", write(builder.build(), to: "m.wasm")])
    #expect(result.errors.contains("type mismatch"))
    #expect(result.errors.contains("code section, function 0 \"answer\")"), "\(result)")
  }

  @Test func standardInput() throws {
    let result = try ApusCommand.run(["validate", "-"], input: "\0asm\u{1}\0\0\0")
    #expect(result.status == 0)
    let empty = try ApusCommand.run(["validate", "-"], input: "")
    #expect(empty.status == 1)
    #expect(empty.errors.hasPrefix("apus: error: <stdin>: "))
  }

  /// Hazard M11: names are data.
  @Test func hostileFileNamesStayOnTheirLine() throws {
    let file = try write([1], to: "a\u{1b}[31m\nb.wasm")
    let result = try ApusCommand.run(["validate", file])
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(!result.errors.contains("\u{1b}"))
  }
}
