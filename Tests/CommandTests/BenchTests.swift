// `apus bench` from the command line, with the engines that ship.

import Foundation
import TestSupport
import Testing

@Suite(.serialized) struct BenchTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Prints 42, with marks around a loop.
  private static let program = #"""
    (module
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (import "bench" "start" (func $start))
      (import "bench" "end" (func $end))
      (memory (export "memory") 1)
      (data (i32.const 0) "\10\00\00\00\03\00\00\00")
      (data (i32.const 16) "42\n")
      (func (export "_start") (local $i i32)
        call $start
        (loop $again
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $again (i32.ne (local.get $i) (i32.const 1000))))
        call $end
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
    """#

  private func writeText(_ text: String, _ name: String) throws -> String {
    try writeFile(Array(text.utf8), to: folder.file(name))
  }

  /// A suite with the program, binary.
  private func suite(_ lines: String) throws -> String {
    let text = try writeText(Self.program, "p.wat")
    let parsed = try ApusCommand.run(["parse", text, "-o", folder.file("p.wasm")])
    #expect(parsed.status == 0, "\(parsed)")
    return try writeText(
      "name = 'test'\n[[program]]\nname = 'p'\nmodule = 'p.wasm'\n\(lines)\n", "suite.toml")
  }

  private struct Results: Decodable {
    struct Engine: Decodable {
      var name: String
      var version: String?
      var missing: String?
    }
    struct Problem: Decodable {
      var kind: String
      var message: String
    }
    struct Sample: Decodable {
      var wall: Double
      var marked: Double?
    }
    struct Row: Decodable {
      var engine: String
      var problem: Problem?
      var compiles: [Sample]
      var artefactSize: Int?
      var runs: [Sample]
    }
    var isComplete: Bool
    var engines: [Engine]
    var rows: [Row]
    var startup: [Row]
  }

  private func results(_ path: String) throws -> Results {
    try JSONDecoder().decode(Results.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test func `the engines that ship agree, and tell the time between marks`() throws {
    _ = try writeText("42\n", "expected")
    let file = folder.file("results.json")
    let result = try ApusCommand.run([
      "bench", "--suite", try suite("expected = 'expected'\ntimed = 'marks'"),
      "--engine", "apus,apus-O0,node,wasmtime-py,wasm2c,native", "--runs", "2", "-o", file,
    ])
    #expect(result.status == 0, "\(result)")
    let results = try results(file)
    #expect(results.engines.count == 6)
    for engine in results.engines where engine.missing == nil {
      #expect(engine.version?.isEmpty == false, "\(engine.name)")
      let row = try #require(results.rows.first { $0.engine == engine.name })
      if engine.name == "native" {
        #expect(row.problem?.kind == "unsupported")
        continue
      }
      #expect(row.problem == nil, "\(row)")
      #expect(row.runs.count == 2)
      for sample in row.runs { #expect(try #require(sample.marked) < sample.wall) }
      let startup = try #require(results.startup.first { $0.engine == engine.name })
      #expect(startup.problem == nil, "\(startup)")
      #expect(startup.runs.count == 4)
    }
    let apus = try #require(results.rows.first { $0.engine == "apus" })
    // A second one is left out if the first takes longer than a second.
    #expect((1...2).contains(apus.compiles.count))
    #expect(apus.artefactSize ?? 0 > 1000)
    if SharedFiles.isRequired {
      let missing = results.engines.filter { $0.missing != nil }
      #expect(missing.isEmpty, "\(missing)")
    }
  }

  /// A description of an engine that ends as `script` does.
  private func engine(_ name: String, _ script: String) throws -> String {
    _ = try writeText(script, "\(name).sh")
    return try writeText(
      "name = '\(name)'\nkind = 'wasm'\nrun = ['sh', '{engine}']\n"
        + "[tools]\nengine = ['./\(name).sh']\n", "\(name).toml")
  }

  @Test func `a wrong engine is a row, and status 1`() throws {
    let result = try ApusCommand.run([
      "bench", "--suite", try suite(""), "--engine",
      [try engine("good", "echo 42"), try engine("wrong", "echo 43")].joined(separator: ","),
      "--runs", "2", "--timeout", "20s",
    ])
    #expect(result.status == 1, "\(result)")
    #expect(result.output.contains("wrong output"))
    #expect(result.output.contains("line 1 is \"43\", good prints \"42\""))
  }

  @Test func `reports and comparisons of a file of results`() throws {
    let engine = try engine("good", "echo 42")
    let file = folder.file("results.json")
    _ = try suite("")
    let measured = try ApusCommand.run([
      "bench", folder.file("p.wasm"), "--engine", engine, "--runs", "6", "--json", "-o", file,
      "--keep", folder.file("kept"),
    ])
    #expect(measured.status == 0, "\(measured)")
    #expect(measured.output == (try String(contentsOfFile: file, encoding: .utf8)))
    #expect(FileManager.default.fileExists(atPath: folder.file("kept/p/good")))

    let page = folder.file("report.html")
    #expect(try ApusCommand.run(["bench", "report", file, "-o", page]).status == 0)
    #expect(try String(contentsOfFile: page, encoding: .utf8).hasPrefix("<!DOCTYPE html>"))
    for (format, head) in [
      ("markdown", "# modules\n"), ("csv", "program,engine"), ("text", "prog"),
      ("svg", "<svg xmlns="),
    ] {
      let report = try ApusCommand.run(["bench", "report", file, "--format", format])
      #expect(report.output.hasPrefix(head), "\(report)")
    }

    let same = try ApusCommand.run(
      ["bench", "compare", file, file, "--fail-on-regression", "5%"])
    #expect(same.status == 0, "\(same)")
    #expect(same.output.contains("no evidence"))
    // Every time ten times as long.
    let text = try String(contentsOfFile: file, encoding: .utf8)
    let slower = try writeText(
      text.replacing(/"wall" : ([0-9.e-]+)/) { "\"wall\" : 1\($0.output.1)" }, "slower.json")
    let worse = try ApusCommand.run(
      ["bench", "compare", file, slower, "--fail-on-regression", "5%"])
    #expect(worse.status == 1, "\(worse)")
    #expect(worse.output.contains("slower"))
    #expect(worse.errors.contains("p, good: regression"))
    #expect(try ApusCommand.run(["bench", "compare", file, slower]).status == 0)
  }

  @Test func `Ctrl-C keeps what was measured`() throws {
    let file = folder.file("results.json")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ApusCommand.path)
    process.arguments = [
      "bench", "--suite", try suite(""), "--engine", try engine("slow", "echo 42; sleep 0.1"),
      "--runs", "900", "-o", file,
    ]
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let child = process.processIdentifier
    DispatchQueue.global().asyncAfter(deadline: .now() + 100) { kill(child, SIGKILL) }
    // Until it is known to measure.
    var text = ""
    while !text.contains("slow:") {
      let data = errors.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    usleep(500_000)
    kill(child, SIGINT)
    kill(child, SIGTERM)
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 1)
    let results = try results(file)
    #expect(results.isComplete == false)
    #expect(results.startup.count == 1)
    #expect(results.startup.allSatisfy { $0.problem == nil && $0.runs.count < 900 })
  }

  @Test func `a run that is killed leaves what it has measured, and is continued`() throws {
    _ = try suite("")
    let second = try writeFile(
      Array(try Data(contentsOf: URL(fileURLWithPath: folder.file("p.wasm")))),
      to: folder.file("q.wasm"))
    let file = folder.file("results.json")
    let gate = folder.file("gate")
    let arguments = [
      "bench", folder.file("p.wasm"), second, "--runs", "2", "--timeout", "100s", "-o", file,
      "--engine",
      try engine("gated", "[ -e \(gate) ] || [ ! -e \(gate).shut ] || sleep 90; echo 42"),
    ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ApusCommand.path)
    process.arguments = arguments
    let errors = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    // The first program is through; whatever comes now hangs.
    var text = ""
    while !text.contains("p, gated:") {
      let data = errors.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    _ = try writeText("", "gate.shut")
    for _ in 0..<100 where (try? self.results(file).rows.count) != 1 { usleep(100_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let part = try results(file)
    #expect(!part.isComplete && part.rows.map(\.engine) == ["gated"], "\(text)")
    let report = try ApusCommand.run(["bench", "report", file, "--format", "text"])
    #expect(report.status == 0 && report.output.contains("incomplete"), "\(report)")

    _ = try writeText("", "gate")
    let rest = try ApusCommand.run(arguments + ["--continue"])
    #expect(rest.status == 0, "\(rest)")
    #expect(!rest.errors.contains("p, gated:") && rest.errors.contains("q, gated:"), "\(rest)")
    let whole = try results(file)
    #expect(whole.isComplete && whole.rows.count == 2)
    let again = try ApusCommand.run(arguments + ["--continue"])
    #expect(again.status == 1 && again.errors.contains("cannot be continued: it is complete"))
  }

  @Test func `files that cannot be compared or drawn say why`() throws {
    let first = folder.file("first.json")
    let second = folder.file("second.json")
    _ = try suite("")
    for (name, file) in [("one", first), ("two", second)] {
      let measured = try ApusCommand.run([
        "bench", folder.file("p.wasm"), "--engine", try engine(name, "exit 1"), "--runs", "1",
        "-o", file,
      ])
      #expect(measured.status == 1, "\(measured)")
    }
    let compared = try ApusCommand.run(["bench", "compare", first, second])
    #expect(compared.status == 1)
    #expect(compared.errors.contains("has no program and engine in common with"), "\(compared)")
    #expect(compared.errors.contains("Only the old one has the engines one."))
    let drawn = try ApusCommand.run(["bench", "report", first, "--format", "svg"])
    #expect(drawn.status == 1 && drawn.output.isEmpty)
    #expect(drawn.errors.contains("has nothing to draw"), "\(drawn)")
    #expect(try ApusCommand.run(["bench", "report", first]).status == 0)
  }

  @Test func `results that cannot be written are printed`() throws {
    _ = try suite("")
    let result = try ApusCommand.run([
      "bench", folder.file("p.wasm"), "--engine", try engine("good", "echo 42"), "--runs", "1",
      "-o", "/dev/full",
    ])
    #expect(result.status == 1, "\(result)")
    #expect(result.output.contains("good"))
    #expect(result.errors.contains("/dev/full: cannot write"), "\(result)")
  }

  @Test func `what is wrong is told with its place`() throws {
    let suite = try writeText("name = 'a'\nprograms = []", "bad.toml")
    let result = try ApusCommand.run(["bench", "--suite", suite])
    #expect(result.status == 1)
    #expect(result.errors.contains("bad.toml:2:1: there is no key 'programs'"), "\(result)")
    _ = try self.suite("")
    let engine = try ApusCommand.run(["bench", "--engine", "nosuch", folder.file("p.wasm")])
    #expect(engine.status == 1)
    #expect(engine.errors.contains("there is no engine 'nosuch'; known are apus, apus-O0"))
    let results = try ApusCommand.run(["bench", "report", suite])
    #expect(results.errors.contains("is no file of results of apus bench"))
  }

  @Test(arguments: [
    ["bench"], ["bench", "--suite", "a", "b.wasm"], ["bench", "--runs", "0", "a.wasm"],
    ["bench", "--continue", "a.wasm"],
    ["bench", "--timeout", "soon", "a.wasm"], ["bench", "report"],
    ["bench", "report", "a", "--format", "pdf"], ["bench", "compare", "a"],
    ["bench", "compare", "a", "b", "--fail-on-regression", "much"],
  ])
  func `wrong command lines`(arguments: [String]) throws {
    let result = try ApusCommand.run(arguments)
    #expect(result.status == 64, "\(result)")
    #expect(result.errors.contains("Error: "))
  }

  @Test func `the engines are listed`() throws {
    let result = try ApusCommand.run(["bench", "--list"])
    #expect(result.status == 0)
    for name in [
      "apus", "native", "native-gcc", "node", "w2c2", "wamr", "wasm2c", "wasm3", "wasmedge",
      "wasmer", "wasmtime", "wasmtime-py", "wazero",
    ] {
      let lines = result.output.split(separator: "\n")
      #expect(lines.contains { $0.hasPrefix("\(name) ") }, "\(name)")
    }
  }
}
