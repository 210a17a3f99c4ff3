// `apus compile`: outputs, their names, and what is left when it fails.

import Foundation
import TestSupport
import Testing

@Suite struct CompileTests {
  let folder: TemporaryFolder
  let module: String

  init() throws {
    folder = try TemporaryFolder()
    module = try writeFile(SampleModules.all[0].bytes, to: folder.file("app.wasm"))
  }

  @Test func namesTheOutputAfterTheModule() throws {
    for (kind, name) in [
      ("exe", "app"), ("obj", "app.o"), ("asm", "app.s"), ("llvm-ir", "app.ll"),
      ("bitcode", "app.bc"),
    ] {
      let result = try ApusCommand.run(
        ["compile", "app.wasm", "--emit", kind], directory: folder.path)
      #expect(result.status == 0, "\(result)")
      #expect(result.output == "" && result.errors == "")
      let start = try readFile(folder.file(name)).prefix(4)
      switch kind {
      case "exe", "obj": #expect(start.elementsEqual([0x7f] + Array("ELF".utf8)))
      case "bitcode": #expect(start.elementsEqual([0x42, 0x43, 0xc0, 0xde]))
      default: #expect(!start.isEmpty)
      }
    }
    #expect(
      try names(in: folder.path) == ["app", "app.bc", "app.ll", "app.o", "app.s", "app.wasm"])
    #expect(try runProcess(folder.file("app"), ["any", "--arguments"]).status == 0)
  }

  @Test func writesToStandardOutput() throws {
    let result = try ApusCommand.run(["compile", module, "--emit", "asm", "-o", "-"])
    #expect(result.status == 0)
    #expect(result.output.contains("apus_program"))
    let source = try ApusCommand.run(
      ["compile", "-", "-o", folder.file("x")], input: "\0asm\u{1}\0\0\0")
    #expect(source.status == 0, "\(source)")
    let unnamed = try ApusCommand.run(["compile", "-"], input: "\0asm\u{1}\0\0\0")
    #expect(unnamed.status == 64)
  }

  @Test func namesAnUnknownCPU() throws {
    for cpu in ["bogus", "i686", "-mattr"] {
      let result = try ApusCommand.run(
        ["compile", module, "--target-cpu=\(cpu)", "-o", folder.file("x")])
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.contains("unknown CPU '\(cpu)': x86-64, "), "\(result)")
      #expect(result.errors.split(separator: "\n").count == 1)
    }
    for cpu in ["x86-64", "x86-64-v2", "x86-64-v4", "skylake", "znver3", "native"] {
      let result = try ApusCommand.run(
        ["compile", module, "--target-cpu", cpu, "-o", folder.file("x")])
      #expect(result.status == 0, "\(result)")
    }
  }

  @Test func leavesNothingWhenItFails() throws {
    let cut = try writeFile(
      Array(SampleModules.all[1].bytes.dropLast(3)), to: folder.file("cut.wasm"))
    try writeFile([1, 2, 3], to: folder.file("old"))
    let scratch = try TemporaryFolder()
    let result = try ApusCommand.run(
      ["compile", cut, "-o", folder.file("old")],
      environment: environment(["TMPDIR": scratch.path]))
    #expect(result.status == 1)
    #expect(result.errors.hasPrefix("apus: error: \(cut): "))
    #expect(result.errors.split(separator: "\n").count == 1)
    #expect(try readFile(folder.file("old")) == [1, 2, 3])
    #expect(try names(in: scratch.path) == [])
    #expect(try names(in: folder.path) == ["app.wasm", "cut.wasm", "old"])
  }

  @Test func refusesOutputsThatCannotBe() throws {
    for (output, wording) in [
      (module, "would be overwritten"), (folder.path, "directory"),
      (folder.file("none/app"), "No such file"), ("/proc/app", "cannot write"),
    ] {
      let result = try ApusCommand.run(["compile", module, "-o", output])
      #expect(result.status == 1, "\(output): \(result)")
      #expect(result.errors.contains(wording), "\(result)")
    }
    #expect(try readFile(module) == SampleModules.all[0].bytes)
  }

  @Test func verboseShowsEachPhase() throws {
    let result = try ApusCommand.run(["compile", "-v", module, "-o", folder.file("app")])
    for phase in [
      "read", "decode and validate", "link modules", "lower", "optimize", "emit",
      "link executable", "write", "total",
    ] {
      #expect(result.errors.contains("\n" + phase) || result.errors.hasPrefix(phase))
    }
    #expect(result.errors.contains("100.0 %"))
  }

  @Test func missingToolsAreNamed() throws {
    for (variables, wording) in [
      (["PATH": "/nonexistent"], "apt-get install lld-19"),
      (["APUS_LD": "/nonexistent"], "APUS_LD"),
      (["APUS_LD": "/bin/false"], "the linker /bin/false failed"),
      (["APUS_RUNTIME": "/nonexistent"], "APUS_RUNTIME"),
      (["APUS_CODEGEN": "/nonexistent"], "APUS_CODEGEN"),
    ] {
      let result = try ApusCommand.run(
        ["compile", module, "-o", folder.file("app")], environment: environment(variables))
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.contains(wording), "\(result)")
      #expect(try names(in: folder.path) == ["app.wasm"])
    }
  }

  /// Makes a code generator that is a shell script.
  private func codegen(_ script: String) throws -> [String: String] {
    let path = try writeFile(Array("#!/bin/sh\n\(script)\n".utf8), to: folder.file("codegen"))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return environment(["APUS_CODEGEN": path])
  }

  /// Hazard T6.
  @Test func inputsThatChangeMeanwhileAreNoticed() throws {
    for script in ["printf x >>\(module)", "rm \(module)"] {
      try writeFile(SampleModules.all[0].bytes, to: module)
      let result = try ApusCommand.run(
        ["compile", module, "-o", folder.file("app")], environment: codegen(script))
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.contains("changed while"), "\(result)")
      #expect(!(try names(in: folder.path)).contains("app"))
    }
  }

  /// Hazards T6 and G1: crashes are a line and a status.
  @Test func signalsBecomeMessages() throws {
    for (signal, status, wording) in [
      (SIGBUS, 1, "changed while"), (SIGSEGV, 2, "internal error"), (SIGILL, 2, "internal error"),
    ] as [(Int32, Int32, String)] {
      let process = Process()
      let (input, errors) = (Pipe(), Pipe())
      process.executableURL = URL(fileURLWithPath: ApusCommand.path)
      process.arguments = ["validate", "-"]
      process.standardInput = input
      process.standardError = errors
      try process.run()
      // Long enough that it waits for input.
      usleep(500_000)
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      try input.fileHandleForWriting.close()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == status)
      let text = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
      #expect(text.contains(wording) && text.split(separator: "\n").count == 1)
    }
  }

  /// Hazard T7: a code generator that dies is one line and status 2.
  @Test func crashesOfTheCodeGeneratorAreReported() throws {
    for (script, wording) in [
      ("echo 'LLVM ERROR: out of registers' >&2; kill -ABRT $$", "signal 6"),
      ("kill -KILL $$", "out of memory"), ("exit 70", "status 70"),
    ] {
      let result = try ApusCommand.run(
        ["compile", module, "-o", folder.file("app")],
        environment: codegen(script))
      #expect(result.status == 2, "\(result)")
      #expect(result.errors.contains(wording), "\(result)")
      #expect(result.errors.split(separator: "\n").count == 1)
      #expect(try names(in: folder.path) == ["app.wasm", "codegen"])
    }
  }

  /// Hazards B2 and B3: equal inputs make equal outputs, which say nothing about the
  /// machine.
  @Test func outputsDependOnInputsAlone() throws {
    let other = try TemporaryFolder()
    let scratch = try TemporaryFolder()
    try writeFile(SampleModules.all[3].bytes, to: folder.file("m.wasm"))
    try writeFile(SampleModules.all[3].bytes, to: other.file("renamed.wasm"))
    for kind in ["exe", "obj"] {
      let first = try ApusCommand.run(
        ["compile", "m.wasm", "--emit", kind, "-o", "a"], directory: folder.path)
      let second = try ApusCommand.run(
        ["compile", other.file("renamed.wasm"), "--emit", kind, "-o", other.file("b")],
        directory: "/", environment: environment(["TMPDIR": scratch.path]))
      #expect(first.status == 0 && second.status == 0, "\(first) \(second)")
      let output = try readFile(folder.file("a"))
      #expect(try readFile(other.file("b")) == output)
      let text = String(decoding: output, as: UTF8.self)
      for path in [folder.path, other.path, scratch.path, "/tmp/", "m.wasm", NSUserName() + "/"] {
        #expect(!text.contains(path), "\(path)")
      }
    }
  }

  /// Hazard T3: killed at any moment, the output is old or complete.
  @Test func killedCompilesLeaveNothingHalfWritten() throws {
    let large = try writeFile(SampleModules.large(150), to: folder.file("large.wasm"))
    let output = folder.file("out")
    let arguments = ["compile", large, "-O0", "-o", output]
    let whole = try ApusCommand.run(arguments)
    #expect(whole.status == 0)
    let complete = try readFile(output)
    let milliseconds = Int(whole.time / .milliseconds(1))
    for round in 0..<16 {
      let old: [UInt8] = [1, 2, 3]
      try writeFile(old, to: output)
      let scratch = try TemporaryFolder()
      let signal = round % 4 == 3 ? SIGKILL : SIGTERM
      let process = Process()
      process.executableURL = URL(fileURLWithPath: ApusCommand.path)
      process.arguments = arguments
      process.environment = environment(["TMPDIR": scratch.path])
      try process.run()
      usleep(UInt32(1000 * (milliseconds * round / 14)))
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      let contents = try readFile(output)
      #expect(contents == old || contents == complete, "round \(round)")
      #expect(try names(in: folder.path) == ["app.wasm", "large.wasm", "out"])
      if signal == SIGTERM { #expect(try names(in: scratch.path) == [], "round \(round)") }
    }
    #expect(try ApusCommand.run(arguments).status == 0)
  }

  /// Hazard T4.
  @Test func concurrentCompilesToOneOutput() async throws {
    let output = folder.file("out")
    try await withThrowingTaskGroup(of: Int32.self) { group in
      for _ in 0..<8 {
        group.addTask { try ApusCommand.run(["compile", module, "-o", output]).status }
      }
      for try await status in group { #expect(status == 0) }
    }
    #expect(try runProcess(output, []).status == 0)
    #expect(try names(in: folder.path) == ["app.wasm", "out"])
  }
}
