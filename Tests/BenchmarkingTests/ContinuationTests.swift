// Runs that end before their time: what they measured is told as they go, and a later run
// measures the rest.

import Foundation
import Testing

@testable import Benchmarking

@Suite(.serialized) struct ContinuationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    InterruptRequest.clear()
  }

  /// Programs `a`, `b` and `c`, and an engine that writes down each start.
  private func make(_ programs: [String] = ["a", "b", "c"]) throws -> (Suite, Engine) {
    try folder.write("", "m.wasm")
    let tables = programs.map {
      "[[program]]\nname = '\($0)'\nmodule = 'm.wasm'\narguments = ['\($0)']\n"
    }
    let suite = try Suite(
      path: folder.write("name = 's'\n\(tables.joined())", "suite.toml"))
    try folder.write(
      "#!/bin/sh\n[ \"$1\" != --version ] || { cat $0.version; exit; }\n"
        + "echo \"$1\" >> '\(folder.path)/log'\necho 42\n", "e.sh", executable: true)
    try folder.write("e 1.0\n", "e.sh.version")
    let engine = try Engine(
      path: folder.write(
        "name = 'e'\nkind = 'wasm'\nversion = ['{engine}', '--version']\n"
          + "run = ['{engine}', '{arguments}']\n[tools]\nengine = ['./e.sh']\n", "e.toml"))
    return (suite, engine)
  }

  private func measure(
    _ suite: Suite, _ engine: Engine, runs: Int = 2, previous: BenchmarkResults? = nil,
    report: @escaping (Runner.Event) -> Void = { _ in }
  ) throws -> BenchmarkResults {
    var options = Runner.Options(apus: "apus", seed: 1)
    options.runs = runs
    options.previous = previous
    var runner = try Runner(suite: suite, engines: [engine], options: options, report: report)
    return try runner.run()
  }

  @Test func `what is known is told after each program`() throws {
    let (suite, engine) = try make()
    var told: [BenchmarkResults] = []
    let results = try measure(suite, engine) { event in
      if case .progress(let results) = event { told.append(results) }
    }
    #expect(told.map(\.rows.count) == [0, 1, 2, 3])
    #expect(told.allSatisfy { !$0.isComplete && $0.startup.count == 1 })
    #expect(results.isComplete && results.rows == told[3].rows)
    let part = Summary(told[2])
    #expect(
      part.doubts.contains(
        "These results are incomplete: the run was interrupted after 2 of 3 programs."))
    #expect(part.html.contains("2 of 3 programs"))
  }

  @Test func `a later run measures what is missing`() throws {
    let (suite, engine) = try make()
    var told: [BenchmarkResults] = []
    _ = try measure(suite, engine) { event in
      if case .progress(let results) = event { told.append(results) }
    }
    try FileManager.default.removeItem(atPath: "\(folder.path)/log")
    // One program is whole, another has lost a run.
    var previous = told[2]
    previous.rows[1].runs.removeLast()
    let json = try previous.json()
    previous = try BenchmarkResults(json: json, file: "r.json")
    let results = try measure(suite, engine, previous: previous)
    #expect(results.isComplete)
    #expect(results.rows.map(\.program) == ["a", "b", "c"])
    #expect(results.rows[0] == previous.rows[0])
    #expect(results.startup == previous.startup)
    #expect(results.created == previous.created && results.continued?.count == 1)
    let log = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
    #expect(log == "b\nb\nb\nc\nc\nc\n")
    #expect(Summary(results).doubts.contains { $0.hasPrefix("The run was interrupted and cont") })
  }

  @Test func `only the same is continued`() throws {
    let (suite, engine) = try make()
    let complete = try measure(suite, engine)
    func complaint(_ change: (inout BenchmarkResults) -> Void) -> String {
      var previous = complete
      previous.isComplete = false
      change(&previous)
      return message { _ = try measure(suite, engine, previous: previous) }
    }
    #expect(
      message { _ = try measure(suite, engine, previous: complete) }
        == "cannot be continued: it is complete")
    #expect(complaint { $0.suite.name = "t" } == "cannot be continued: suites were t, now s")
    #expect(complaint { $0.settings.runs = 9 } == "cannot be continued: the runs were 9, now 2")
    #expect(complaint { $0.engines[0].name = "x" }.contains(#"the engines were ["x"], now ["e"]"#))
    #expect(complaint { $0.machine.processor = "x" }.contains("the processors were x, now "))
    #expect(complaint { $0.engines[0].version = "e 0.9" }.contains("the engine e was e 0.9"))
  }

  @Test func `an interruption while a module is built is no failure of the compiler`() throws {
    defer { InterruptRequest.clear() }
    try folder.write("x", "a.c")
    let suite = try Suite(
      path: folder.write(
        "name = 's'\n[build]\nwasm = ['sleep', '30']\n"
          + "[[program]]\nname = 'p'\nsources = ['a.c']\n", "suite.toml"))
    let (_, engine) = try make()
    let results = try measure(suite, engine) { event in
      guard case .step(let text, _) = event, text.contains("building") else { return }
      InterruptRequest.make()
    }
    #expect(!results.isComplete)
    #expect(results.rows.allSatisfy { $0.problem == nil && $0.runs.isEmpty })
  }

  @Test func `standard error is compared where the suite says what it is`() throws {
    let (_, engine) = try make()
    try folder.write("warning\n", "errors")
    let suite = try Suite(
      path: folder.write(
        "name = 's'\n[[program]]\nname = 'p'\nmodule = 'm.wasm'\nexpected-errors = 'errors'\n",
        "suite.toml"))
    let row = try #require(try measure(suite, engine).rows.first)
    #expect(
      row.problem
        == .init(
          kind: .wrongOutput,
          message: "line 1 of standard error is not there, the suite expects \"warning\""))
    try folder.write("", "errors")
    #expect(try measure(suite, engine).rows.first?.problem == nil)
  }

  @Test func `the compiler of modules is told`() throws {
    let (_, engine) = try make()
    try folder.write("x", "a.c")
    try folder.write(
      "#!/bin/sh\n[ \"$1\" != --version ] || { echo cc 9; exit; }\necho > $1\n", "cc.sh",
      executable: true)
    let suite = try Suite(
      path: folder.write(
        "name = 's'\n[build]\nwasm = ['\(folder.path)/cc.sh', '{output}']\n"
          + "[[program]]\nname = 'p'\nsources = ['a.c']\n", "suite.toml"))
    let results = try measure(suite, engine)
    #expect(results.builds?.map(\.version) == ["cc 9"])
    #expect(results.rows.first?.problem == nil)
    #expect(Summary(results).markdown.contains("| modules (wasm) | cc 9 |"))
    #expect(Summary(results).html.contains("modules (wasm)"))
  }
}
