// Engines that are right, wrong, slow, broken or not there: each gets its row, and the
// others theirs. The engines are shell scripts.

import Foundation
import Testing

@testable import Benchmarking

@Suite(.serialized) struct RunnerTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    InterruptRequest.clear()
  }

  /// A suite of one program, an empty module.
  private func suite(_ lines: String = "") throws -> Suite {
    try folder.write("", "m.wasm")
    return try Suite(
      path: folder.write(
        "name = 's'\n[[program]]\nname = 'p'\nmodule = 'm.wasm'\n\(lines)", "suite.toml"))
  }

  /// An engine whose `run` and `compile` are scripts.
  private func engine(
    _ name: String, run: String, compile: String? = nil, lines: String = ""
  ) throws -> Engine {
    try folder.write("#!/bin/sh\n\(run)\n", "\(name).sh", executable: true)
    var text = "name = '\(name)'\nkind = 'wasm'\n"
    text += "run = ['{engine}', '{arguments}']\ndirectory = ['{guest}={host}']\n\(lines)\n"
    if let compile {
      try folder.write("#!/bin/sh\n\(compile)\n", "\(name)-cc.sh", executable: true)
      text += "compile = ['{cc}', '{module}', '{output}', '{directories}']\n"
    }
    text += "[tools]\nengine = ['./\(name).sh']\n"
    if compile != nil { text += "cc = ['./\(name)-cc.sh']\n" }
    return try Engine(path: folder.write(text, "\(name).toml"))
  }

  private func measure(
    _ engines: [Engine], _ suite: Suite? = nil, runs: Int = 3, timeout: Double = 20,
    report: @escaping (Runner.Event) -> Void = { _ in }
  ) throws -> BenchmarkResults {
    var options = Runner.Options(apus: "apus", seed: 1)
    options.runs = runs
    options.timeout = timeout
    var runner = try Runner(
      suite: try suite ?? self.suite(), engines: engines, options: options, report: report)
    return try runner.run()
  }

  @Test func `samples of every phase`() throws {
    let good = try engine(
      "good", run: "echo 42; sleep 0.02", compile: "head -c 1000 /dev/zero > $2; sleep 0.02")
    let results = try measure([good])
    let row = try #require(results.rows.first)
    #expect(results.isComplete)
    #expect(row.problem == nil)
    #expect(row.runs.count == 3)
    #expect(row.compiles.count == 3)
    #expect(row.artefactSize == 1000)
    for sample in row.compiles { #expect(sample.wall > 0.02 && sample.wall < 5) }
    // A shell takes less than what starts it.
    let peak = try #require(row.peakMemory)
    #expect(peak > 100 << 10 && peak < 8 << 20)
    for sample in row.runs {
      #expect(sample.wall > 0 && sample.user + sample.system < sample.wall + 0.1)
      #expect(sample.peakMemory > 0)
    }
    #expect(results.startup.first?.runs.count == 6)
    #expect(results.programs.first?.moduleSize == 0)
    #expect(results.settings.seed == 1)
    #expect(results.machine.cores > 0)
  }

  @Test func `bad engines get a row, and the rest of the table stands`() throws {
    let engines = [
      try engine("good", run: "echo 42"),
      try engine("other", run: "echo 42"),
      try engine("wrong", run: "echo 41"),
      try engine("hanging", run: "echo 42; sleep 60"),
      try engine("crashing", run: "kill -SEGV $$"),
      try engine("failing", run: "echo no such thing >&2; exit 3"),
      try engine("uncompiled", run: "echo 42", compile: "echo bad module >&2; exit 1"),
      try Engine(
        path: folder.write(
          "name = 'missing'\nkind = 'wasm'\nrun = ['{engine}']\n[tools]\nengine = ['no-such']",
          "missing.toml")),
    ]
    let results = try measure(engines, timeout: 1)
    var problems: [String: String] = [:]
    for row in results.rows {
      guard let problem = row.problem else {
        #expect(row.runs.count == 3, "\(row.engine)")
        continue
      }
      problems[row.engine] = "\(problem.kind.rawValue): \(problem.message)"
      #expect(row.runs.isEmpty)
    }
    #expect(
      problems == [
        "wrong": "wrong output: line 1 is \"41\", good, other print \"42\"",
        "hanging": "timed out: it ran for more than 1.00 s",
        "crashing": "crashed: it was ended by SIGSEGV",
        "failing": "failed: it ended with status 3: no such thing",
        "uncompiled": "not compiled: bad module",
      ])
    #expect(results.rows.map(\.engine) == engines.dropLast().map(\.name))
    #expect(results.engines.last?.missing == "no-such: not found")
  }

  @Test func `the suite's output counts for more than the engines'`() throws {
    try folder.write("42\n", "expected")
    let suite = try suite("expected = 'expected'")
    let results = try measure(
      [try engine("a", run: "echo 41"), try engine("b", run: "echo 41; echo 2")], suite)
    #expect(
      results.rows.map { $0.problem?.message } == [
        "line 1 is \"41\", the suite expects \"42\"", "line 1 is \"41\", the suite expects \"42\"",
      ])
  }

  @Test func `an output that changes is wrong`() throws {
    let changing = try engine("changing", run: "echo x >> $0.log; wc -l < $0.log")
    let results = try measure([changing])
    #expect(results.rows.first?.problem?.kind == .wrongOutput)
  }

  @Test func `a crash in a later run keeps what came before`() throws {
    // Start-up takes seven runs, the program two.
    let late = try engine(
      "late", run: "echo x >> $0.log; [ $(wc -l < $0.log) -lt 11 ] || kill -ABRT $$; echo 42")
    let row = try #require(try measure([late]).rows.first)
    #expect(row.problem?.kind == .crashed)
    #expect(row.runs.count == 2)
  }

  @Test func `a program that writes without end is ended, and only its files are limited`() throws {
    let wild = try engine(
      "wild", run: "sleep 0.02; exec dd if=/dev/zero of=$0.big bs=1 count=1 seek=1200000000")
    let row = try #require(try measure([wild]).rows.first)
    #expect(row.problem?.message.contains("SIGXFSZ") == true, "\(String(describing: row.problem))")
    #expect(truncate(try folder.write("", "mine"), 1_200_000_000) == 0)
  }

  @Test func `arguments, input and folders reach the program`() throws {
    try folder.write("from input", "in.txt")
    try folder.write("from folder", "data/file")
    try folder.write("a b|from input|from folder", "expected")
    let suite = try suite(
      "arguments = ['a b']\nstdin = 'in.txt'\ndirectories = ['data::.']\nexpected = 'expected'")
    let good = try engine(
      "good", run: "[ $# = 0 ] || printf '%s|%s|%s' \"$1\" \"$(cat)\" \"$(cat file)\"",
      compile: "echo \"$3\" > $2")
    let results = try measure([good], suite)
    #expect(results.rows.first?.problem == nil, "\(String(describing: results.rows.first))")
  }

  @Test func `an engine that cannot run the empty program says why`() throws {
    let suite = try suite("arguments = ['7']")
    let results = try measure([try engine("picky", run: "[ $# = 1 ] || exit 9; echo 42")], suite)
    #expect(results.rows.first?.problem == nil)
    #expect(
      Summary(results).text.contains("start-up, picky: failed: it ended with status 9\n"))
  }

  @Test func `time between marks`() throws {
    let suite = try suite("timed = 'marks'")
    let results = try measure(
      [
        try engine("good", run: "echo 1500000 >&$APUS_BENCH_FD", lines: "marks = true"),
        try engine("silent", run: "true", lines: "marks = true"),
        try engine("plain", run: "true"),
      ], suite)
    #expect(results.rows[0].times(.marks) == [0.0015, 0.0015, 0.0015])
    #expect(results.rows[1].problem?.kind == .noMarks)
    #expect(results.rows[2].problem?.kind == .unsupported)
  }

  @Test func `native engines take sources, the others what is built from them`() throws {
    try folder.write("text", "a.c")
    func suite(_ build: String) throws -> Suite {
      try Suite(
        path: folder.write(
          "name = 's'\n[build]\nwasm = ['sh', '-c', '\(build)', '{output}']\n"
            + "[[program]]\nname = 'p'\nsources = ['a.c']\n", "suite.toml"))
    }
    let native = try Engine(
      path: folder.write(
        "name = 'native'\nkind = 'native'\ncompile = ['{engine}', '{sources}', '{output}']\n"
          + "run = ['cat', '{output}']\n[tools]\nengine = ['cp']", "native.toml"))
    let wasm = try Engine(
      path: folder.write(
        "name = 'wasm'\nkind = 'wasm'\nrun = ['{engine}', '{module}']\n[tools]\nengine = ['cat']",
        "wasm.toml"))
    let results = try measure([native, wasm], try suite("printf text > $0"))
    #expect(results.rows.map(\.problem) == [nil, nil])
    #expect(results.programs.first?.moduleSize == 4)

    let failed = try measure([native, wasm], try suite("echo bad source; false"))
    #expect(failed.rows[0].problem == nil)
    #expect(failed.rows[1].problem == .init(kind: .notBuilt, message: "bad source"))
    let module = try measure([native, wasm])
    #expect(module.rows[0].problem?.kind == .unsupported)
  }

  @Test func `an interruption keeps what was measured`() throws {
    defer { InterruptRequest.clear() }
    let good = try engine("good", run: "echo 42; sleep 0.01")
    var taken = 0
    let results = try measure([good], runs: 50) { event in
      guard case .step(let text, _) = event, text.hasPrefix("p: run") else { return }
      taken += 1
      if taken == 4 { InterruptRequest.make() }
    }
    #expect(!results.isComplete)
    #expect((1...4).contains(results.rows.first?.runs.count ?? 0))
    #expect(results.rows.first?.problem == nil)
  }

  @Test func `a hanging program dies with what it started`() throws {
    let mark = "apus\(UInt32.random(in: 0...UInt32.max))"
    let hanging = try engine("hanging", run: "sh -c 'sleep 61 # \(mark)' & wait")
    _ = try measure([hanging], timeout: 0.3)
    let processes = try FileManager.default.contentsOfDirectory(atPath: "/proc")
    let left = processes.filter { process in
      let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
      return arguments.map { String(decoding: $0, as: UTF8.self).contains(mark) } ?? false
    }
    #expect(left.isEmpty)
  }

  @Test func `results survive the way through a file`() throws {
    let results = try measure([try engine("good", run: "echo 42")])
    let json = try results.json()
    #expect(try BenchmarkResults(json: json, file: "r.json") == results)
    let text = String(decoding: json, as: UTF8.self)
    let newer = text.replacingOccurrences(of: "\"version\" : 1", with: "\"version\" : 2")
    #expect(newer != text)
    #expect(
      message { _ = try BenchmarkResults(json: Data(newer.utf8), file: "r.json") }
        == "r.json: has version 2 of the format; this apus reads version 1: use the apus that wrote it"
    )
    #expect(
      message { _ = try BenchmarkResults(json: Data("[]".utf8), file: "r.json") }
        == "r.json: is no file of results of apus bench")
    let damaged = text.replacingOccurrences(of: "\"wall\"", with: "\"wal\"")
    #expect(
      message { _ = try BenchmarkResults(json: Data(damaged.utf8), file: "r.json") }
        .contains("wall is missing"))
  }

  @Test func `the order of runs follows from the seed`() throws {
    let engines = try ["a", "b", "c"].map { try engine($0, run: "true") }
    func order(_ seed: UInt64) throws -> [String] {
      var order: [String] = []
      var options = Runner.Options(apus: "apus", seed: seed)
      options.runs = 6
      var runner = try Runner(suite: suite(), engines: engines, options: options) { event in
        if case .step(let text, _) = event { order.append(text) }
      }
      _ = try runner.run()
      return order
    }
    #expect(try order(1) == order(1))
    #expect(try order(1) != order(2))
  }

  @Test func `without an engine there is nothing to do`() throws {
    #expect(message { _ = try measure([]) } == "there is no engine to run")
    let good = try engine("good", run: "true")
    #expect(message { _ = try measure([good, good]) }.hasPrefix("there are two engines 'good'"))
    let missing = try Engine(
      path: folder.write(
        "name = 'e'\nkind = 'wasm'\nrun = ['x']\n[tools]\nengine = ['no-such']", "e.toml"))
    #expect(message { _ = try measure([missing]) }.contains("e: no-such: not found"))
  }
}
