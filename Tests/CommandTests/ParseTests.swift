// `apus parse`, and texts where other commands take modules.

import TestSupport
import Testing
import Wasm

@Suite struct ParseTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let answer = """
    (module
      (func $answer (export "answer") (result i32) (i32.const 42))
      (func (export "_start")))
    """

  private func write(_ text: String, to name: String) throws -> String {
    try writeFile(Array(text.utf8), to: folder.file(name))
  }

  @Test func encodes() throws {
    let text = try write(Self.answer, to: "m.wat")
    let output = folder.file("out.wasm")
    let result = try ApusCommand.run(["parse", text, "-o", output])
    #expect(result.status == 0 && result.errors == "" && result.output == "")
    let module = try ModuleDecoder.decode(ModuleBytes(copying: try readFile(output)))
    #expect(module.names.functions == [0: "answer"])
    #expect(try ApusCommand.run(["validate", output]).status == 0)

    #expect(try ApusCommand.run(["parse", "--no-names", text, "-o", output]).status == 0)
    let nameless = try ModuleDecoder.decode(ModuleBytes(copying: try readFile(output)))
    #expect(nameless.names.functions.isEmpty && nameless.sections.allSatisfy { $0.name == nil })
    // A binary is taken as well, and comes out as it is.
    let again = folder.file("again.wasm")
    #expect(try ApusCommand.run(["parse", output, "-o", again]).status == 0)
    #expect(try readFile(again) == readFile(output))
  }

  @Test func outputNames() throws {
    let text = try write(Self.answer, to: "m.wat")
    let result = try ApusCommand.run(["parse", text], directory: folder.path)
    #expect(result.status == 0)
    #expect(try names(in: folder.path) == ["m.wasm", "m.wat"])
    #expect(try ApusCommand.run(["parse", "m.wasm"], directory: folder.path).status == 1)
    let piped = try ApusCommand.run(["parse", "-"], input: "(module)")
    #expect(piped.status == 0 && piped.output == "\0asm\u{1}\0\0\0")
  }

  @Test func errorsShowTheLine() throws {
    let text = try write(
      "(module\n  (func $f (result i32)\n\t(i32.add (i32.const 1) (i64.const 2))))\n", to: "m.wat")
    let result = try ApusCommand.run(["parse", text], directory: folder.path)
    #expect(result.status == 1)
    let lines = result.errors.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0)
    }
    #expect(lines.count == 4, "\(result.errors)")
    #expect(lines[0].hasPrefix("apus: error: \(text):3:3: type mismatch: "))
    #expect(lines[0].contains("(in function \"f\")"))
    #expect(lines[1] == "    (i32.add (i32.const 1) (i64.const 2))))" && lines[2] == "     ^")
    #expect(try names(in: folder.path) == ["m.wat"])
    // What is not valid is encoded if one wants it.
    #expect(
      try ApusCommand.run(["parse", text, "--no-validate", "-o", folder.file("x")]).status == 0)
    #expect(try ApusCommand.run(["validate", folder.file("x")]).status == 1)
  }

  /// Hazard M11: what a text holds is data.
  @Test func hostileTextsStayOnTheirLine() throws {
    let text = try write("(module (func $\"\u{1b}[31m\" (frob \u{202e}", to: "m.wat")
    let result = try ApusCommand.run(["validate", text])
    #expect(result.status == 1 && !result.errors.contains("\u{1b}"))
    #expect(!result.errors.unicodeScalars.contains("\u{202e}"))
    #expect(result.errors.split(separator: "\n").count == 3, "\(result.errors)")
  }

  @Test func everyCommandTakesTexts() throws {
    let text = try write(Self.answer, to: "m.wat")
    #expect(try ApusCommand.run(["validate", text]).status == 0)
    let inspected = try ApusCommand.run(["inspect", text])
    #expect(inspected.status == 0 && inspected.output.contains("answer"))
    #expect(try ApusCommand.run(["print", text]).output.contains("i32.const 42"))
    let ran = try ApusCommand.run(["run", "--invoke", "answer", "-"], input: Self.answer)
    #expect(ran.status == 0 && ran.output == "42\n", "\(ran)")

    let main = try write(
      """
      ;; Linked with the other text.
      (import "lib" "answer" (func (result i32)))
      (func (export "double") (result i32) (i32.mul (call 0) (i32.const 2)))
      """, to: "main.wat")
    let linked = try ApusCommand.run(["run", "--link", "lib=\(text)", "--invoke", "double", main])
    #expect(linked.status == 0 && linked.output == "84\n", "\(linked)")
    let compiled = try ApusCommand.run(["compile", text], directory: folder.path)
    #expect(compiled.status == 0, "\(compiled)")
    #expect(try names(in: folder.path).contains("m"))
  }

  /// Errors that the code generator finds come back with their line as well.
  @Test func errorsOfTheCodeGenerator() throws {
    let text = try write("(module\n  (func (unknown)))", to: "m.wat")
    for command in ["compile", "run", "inspect", "validate"] {
      let result = try ApusCommand.run([command, text], directory: folder.path)
      #expect(result.status == 1, "\(command)")
      #expect(
        result.errors.contains("\(text):2:10: unknown operator unknown\n    (func (unknown)))\n")
          && result.errors.contains("\n           ^\n"), "\(command): \(result.errors)")
    }
  }

  @Test func whatIsNeitherTextNorBinary() throws {
    for (contents, wording) in [
      ("hello", "magic header not detected"), ("\u{feff}(module)", "illegal character"),
      ("(component)", "unknown operator component"), (";; nothing", ""),
    ] {
      let result = try ApusCommand.run(["validate", try write(contents, to: "x")])
      #expect(result.status == (wording.isEmpty ? 0 : 1))
      #expect(wording.isEmpty || result.errors.contains(wording), "\(result.errors)")
    }
  }
}
