import Driver
import Program
import SystemPackage
import Testing
import Wasm

@Suite struct PipelineTests {
  @Test func outputKinds() {
    #expect(OutputKind.names == ["exe", "obj", "asm", "llvm-ir", "bitcode"])
    #expect(
      OutputKind.names.compactMap(OutputKind.init(name:)).map(\.suffix) == [
        "", ".o", ".s", ".ll", ".bc",
      ])
    #expect(OutputKind(name: "elf") == nil)
  }

  @Test func phaseTableAddsUp() {
    let times = PhaseTimes()
    let observer = times.observing()
    observer.ended("decode", .milliseconds(25))
    observer.ended("link modules", .microseconds(74_960))
    #expect(
      times.table == """
        decode            25.0 ms   25.0 %
        link modules      75.0 ms   75.0 %
        total            100.0 ms  100.0 %

        """)
  }

  @Test func failuresNamePlaces() {
    let error = WasmError(.invalid, "type mismatch", at: 0x1a3, section: "code", function: 12)
    #expect(
      Failure(error, file: "a.wasm").description
        == "a.wasm: type mismatch (at 0x1a3, code section, function 12)")
    #expect(Failure(WasmError(.limit, "x", at: 0), file: "a").status == .limit)
    #expect(Failure("no\nnewline", file: "e\u{1b}sc").description == "e\\u{1b}sc: no\\u{a}newline")
  }

  @Test func unknownToolchainStopsBeforeWork() async {
    let toolchain = Toolchain(folder: "/nonexistent") { _ in nil }
    await #expect(throws: Failure.self) {
      try await Pipeline(toolchain: toolchain).compile(CompileJob(modules: []))
    }
  }
}
