// The engines that ship but are not installed where tests run: programs of their names record
// how they are called. The expected lines follow the engines' manuals.

import Foundation
import Testing

@testable import Benchmarking

@Suite(.serialized) struct EngineFileTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    InterruptRequest.clear()
  }

  /// What each is to be called with, once for each phase; the version comes first.
  private static let calls: [(engine: String, calls: [String])] = [
    (
      "wasmtime",
      [
        "engine --version", "engine compile MODULE -o OUTPUT",
        "engine run --allow-precompiled --dir HOST::/data OUTPUT one two",
      ]
    ),
    (
      "wasmer",
      [
        "engine --version", "engine compile --llvm MODULE -o SCRATCH/module.wasmu",
        "engine run --volume HOST:/data SCRATCH/module.wasmu -- one two",
      ]
    ),
    (
      "wamr",
      [
        "engine --version", "wamrc --opt-level=3 -o OUTPUT MODULE",
        "engine --map-dir=/data::HOST OUTPUT one two",
      ]
    ),
    (
      "wasmedge",
      [
        "engine --version", "engine compile --optimize 3 MODULE SCRATCH/module.so",
        "engine run --dir /data:HOST SCRATCH/module.so one two",
      ]
    ),
    (
      "wazero",
      [
        "engine version", "engine compile -cachedir=SCRATCH/cache MODULE",
        "engine run -cachedir=SCRATCH/cache -mount=HOST:/data MODULE one two",
      ]
    ),
    ("wasm3", ["engine --version", "engine MODULE one two"]),
    (
      "w2c2",
      [
        "engine MODULE SCRATCH/module.c",
        "cc -O3 -march=x86-64-v3 -ffp-contract=off -ISOURCE -ISCRATCH SCRATCH/module.c MAIN WASI -lm -lpthread "
          + "-o OUTPUT",
        "artefact one two",
      ]
    ),
    (
      "wasm2c",
      [
        "engine --version", "engine MODULE -n module -o SCRATCH/module.c",
        "cc -O3 -march=x86-64-v3 -ffp-contract=off -w -IRUNTIME -ISCRATCH SCRATCH/module.c "
          + "RUNTIME/wasm-rt-impl.c WASI -lm -o OUTPUT", "artefact one two",
      ]
    ),
  ]

  /// A program that writes down how it was called, and makes the files that it is asked for.
  private func fake(_ name: String) throws -> String {
    let text = try folder.write(
      """
      #!/bin/sh
      echo "${0##*/} $*" >> '\(folder.path)/log'
      for word; do
        case $word in
          version|--version) echo "$0 1.2.3"; exit ;;
          -cachedir=*) mkdir -p "${word#-cachedir=}"; word=${word#-cachedir=}/code ;;
          */scratch/module.*|*/artefact) ;;
          *) continue ;;
        esac
        [ -e "$word" ] || cp "$0" "$word"
      done
      """, "tools/\(name).sh")
    // Another process makes the file that is run: one that has it open for writing while a test
    // beside this one starts something would keep it from being run.
    let path = "\(folder.path)/tools/\(name)"
    let (end, _) = MeasuredProcess(
      arguments: ["install", "-m", "755", text, path], folder: "/", limit: 30
    ).run()
    #expect(end == .exited(0))
    return path
  }

  @Test(arguments: calls)
  func `is called as its manual says`(_ name: String, _ calls: [String]) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("benchmarks/engines/\(name).toml")
    var engine = try Engine(path: file.path)
    var places: [(String, String)] = []
    for index in engine.tools.indices {
      let tool = engine.tools[index].name
      let path = try fake(tool)
      engine.tools[index].candidates = [path]
      if !["engine", "cc", "wamrc"].contains(tool) { places.append((path, tool.uppercased())) }
    }
    try folder.write("", "m.wasm")
    try folder.write("", "host/file")
    let suite = try Suite(
      path: folder.write(
        "name = 's'\n[[program]]\nname = 'p'\nmodule = 'm.wasm'\narguments = ['one', 'two']\n"
          + "directories = ['host::/data']\n", "suite.toml"))
    var options = Runner.Options(apus: "apus", seed: 1)
    options.runs = 1
    options.keep = "\(folder.path)/kept"
    var runner = try Runner(suite: suite, engines: [engine], options: options) { _ in }
    let results = try runner.run()
    let row = try #require(results.rows.first)
    #expect(row.problem == nil, "\(String(describing: row.problem))")
    #expect(row.runs.count == 1)
    if !engine.version.isEmpty {
      #expect(results.engines[0].version?.hasSuffix("engine 1.2.3") == true)
    }
    #expect((row.artefactSize ?? 0 > 100) == !engine.compile.isEmpty, "the size of the artefact")

    var log = try String(contentsOfFile: "\(folder.path)/log", encoding: .utf8)
    let kept = "\(folder.path)/kept/p/\(name)"
    places += [
      ("\(kept)/scratch", "SCRATCH"), ("\(kept)/artefact", "OUTPUT"),
      ("\(folder.path)/m.wasm", "MODULE"), ("\(folder.path)/host", "HOST"),
    ]
    for (path, word) in places { log = log.replacingOccurrences(of: path, with: word) }
    let lines = log.split(separator: "\n").map(String.init)
    // What was called for the empty program, and the warm-up, are not of interest.
    let unlike = calls.filter { !lines.contains($0) }
    #expect(unlike.isEmpty, "not called so; called were\n\(log)")
  }

  @Test func `a cache does not save a second compile its work`() throws {
    try folder.write("", "m.wasm")
    let script = "[ ! -e $1/cache ] || exit 1; mkdir -p $1/cache; echo 12345 > $1/cache/code"
    try folder.write("#!/bin/sh\n\(script)\n", "cc.sh", executable: true)
    let engine = try Engine(
      path: folder.write(
        "name = 'e'\nkind = 'wasm'\ncompile = ['{engine}', '{scratch}']\n"
          + "run = ['ls', '{scratch}/cache']\nartefact = '{scratch}/cache'\n"
          + "[tools]\nengine = ['./cc.sh']\n", "e.toml"))
    var options = Runner.Options(apus: "apus", seed: 1)
    options.runs = 3
    let suite = try Suite(modules: ["\(folder.path)/m.wasm"])
    var runner = try Runner(suite: suite, engines: [engine], options: options) { _ in }
    let row = try #require(try runner.run().rows.first)
    #expect(row.problem == nil, "\(String(describing: row.problem))")
    #expect(row.compiles.count == 3)
    #expect(row.artefactSize == 6)
  }
}
