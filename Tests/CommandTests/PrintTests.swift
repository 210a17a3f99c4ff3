// `apus print`, as a user would use it. What the text says is tested in `WasmTests`.

import TestSupport
import Testing

@Suite struct PrintTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func print(_ bytes: [UInt8], _ options: String...) throws -> ProcessResult {
    try ApusCommand.run(["print"] + options + [writeFile(bytes, to: folder.file("m.wasm"))])
  }

  private static let answer: [UInt8] = {
    var builder = ModuleBuilder()
    builder.function(builder.type([], [.i32]), export: "answer") { $0("i32.const", 42) }
    builder.function(builder.type([], []), export: "nothing") { $0("nop") }
    return builder.build()
  }()

  private static let answerText = """
    (module
      (type (;0;) (func (result i32)))
      (type (;1;) (func))
      (export "answer" (func 0))
      (export "nothing" (func 1))
      (func (;0;) (type 0) (result i32)
        i32.const 42
      )
      (func (;1;) (type 1)
        nop
      )
    )

    """

  @Test func toStandardOutput() throws {
    let result = try print(Self.answer)
    #expect(result.status == 0 && result.errors == "")
    #expect(result.output == Self.answerText)
    #expect(try print(Self.answer, "-o", "-").output == Self.answerText)
    let piped = try ApusCommand.run(["print", "-"], input: "\0asm\u{1}\0\0\0")
    #expect(piped.output == "(module\n)\n")
  }

  @Test func toAFile() throws {
    let result = try print(Self.answer, "-o", folder.file("m.wat"))
    #expect(result.status == 0 && result.output == "" && result.errors == "")
    #expect(try readFile(folder.file("m.wat")) == Array(Self.answerText.utf8))
  }

  @Test func oneFunction() throws {
    let expected = "  (func (;1;) (type 1)\n    nop\n  )\n"
    #expect(try print(Self.answer, "--function", "nothing").output == expected)
    #expect(try print(Self.answer, "--function", "1").output == expected)
    for missing in ["2", "-1", "unknown"] {
      let result = try print(Self.answer, "--function=\(missing)")
      #expect(result.status == 1)
      #expect(result.errors.contains("there is no function \"\(missing)\""))
    }
  }

  @Test func namesAreIdentifiersUnlessUnwanted() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], []), export: "e") { $0("call", 0) }
    builder.names(functions: [(0, "self")])
    let bytes = builder.build()
    #expect(try print(bytes).output.contains("call $self\n"))
    #expect(try print(bytes, "--function", "self").output.contains("(func $self (;0;)"))
    #expect(try print(bytes, "--no-names").output.contains("call 0\n"))
  }

  @Test func whatIsInvalidIsPrintedAndWhatIsMalformedIsNot() throws {
    var builder = ModuleBuilder()
    builder.function(builder.type([], [.i32]), export: "answer") { $0("i64.const", 42) }
    #expect(try print(builder.build()).output.contains("i64.const 42"))
    let result = try print([0, 0x61, 0x73], "-o", folder.file("m.wat"))
    #expect(result.status == 1 && result.output == "")
    #expect(result.errors.hasPrefix("apus: error: "))
    #expect(try names(in: folder.path) == ["m.wasm"])
  }

  @Test func anInputIsNotOverwritten() throws {
    let result = try print(Self.answer, "-o", folder.file("m.wasm"))
    #expect(result.status == 1)
    #expect(try readFile(folder.file("m.wasm")) == Self.answer)
  }
}
