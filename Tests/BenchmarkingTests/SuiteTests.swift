// Files that describe suites and engines: what they mean, and what is said of wrong ones.

import Foundation
import Testing

@testable import Benchmarking

struct SuiteTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for name in ["a.c", "b.wasm", "input.txt", "data/file", "a.expected"] {
      try folder.write("x", name)
    }
  }

  private func suite(_ text: String) throws -> Suite {
    try Suite(path: try folder.write(text, "suite.toml"))
  }

  /// What is said of a suite, without the folder.
  private func complaint(_ text: String) -> String {
    message { _ = try suite(text) }.replacingOccurrences(of: folder.path + "/", with: "")
  }

  @Test func `a suite with everything`() throws {
    let suite = try suite(
      """
      name = "all"
      description = "Every key."

      [build]
      wasm = ["cc", "{flags}", "{sources}", "-o", "{output}"]

      [[program]]
      name = "first"
      about = "from C"
      sources = ["a.c"]
      flags = ["-DN=1"]
      native-flags = ["-pthread"]
      wasm-flags = ["-mcpu=generic"]
      arguments = ["1", "two"]
      stdin = "input.txt"
      directories = ["data::.", "data"]
      expected = "a.expected"

      [[program]]
      name = "second"
      module = "b.wasm"
      timed = "marks"
      """)
    #expect(suite.name == "all")
    #expect(suite.description == "Every key.")
    #expect(suite.build[.wasm]?.first == "cc")
    #expect(suite.build[.simd] == Suite.defaultBuild[.simd])
    let first = suite.programs[0]
    #expect(
      first.code
        == .sources(
          ["\(folder.path)/a.c"], flags: ["-DN=1"], nativeFlags: ["-pthread"],
          wasmFlags: ["-mcpu=generic"]))
    #expect(first.arguments == ["1", "two"])
    #expect(first.input == "\(folder.path)/input.txt")
    #expect(first.expected == "\(folder.path)/a.expected")
    #expect(first.directories.map(\.guest) == [".", "data"])
    #expect(first.directories.map(\.host) == ["\(folder.path)/data", "\(folder.path)/data"])
    // It finds its files where the guest does.
    #expect(first.folder == "\(folder.path)/data")
    #expect(first.timed == .process)
    #expect(suite.programs[1].code == .module("\(folder.path)/b.wasm"))
    #expect(suite.programs[1].timed == .marks)
    #expect(suite.hasSources)
    #expect(suite.programs[1].folder == folder.path)
  }

  @Test func `the core suite is read`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("benchmarks/core.toml")
    let suite = try Suite(path: file.path)
    #expect(suite.programs.count >= 18)
    for program in suite.programs {
      #expect(program.expected != nil && program.about != nil, "\(program.name)")
      guard case .sources = program.code else {
        Issue.record("\(program.name) has no sources")
        continue
      }
    }
  }

  @Test func `modules make a suite`() throws {
    let module = "\(folder.path)/b.wasm"
    let suite = try Suite(modules: [module, module])
    #expect(suite.programs.map(\.name) == ["b", "b-2"])
    #expect(suite.programs[0].code == .module(module))
    #expect(!suite.hasSources)
    #expect(
      message { _ = try Suite(modules: ["/no/such.wasm"]) } == "/no/such.wasm: cannot be read")
    #expect(message { _ = try Suite(modules: ["/usr"]) } == "/usr: is a folder, not a module")
    try folder.write("x", "..wasm")
    #expect(try Suite(modules: ["\(folder.path)/..wasm"]).programs.map(\.name) == ["..wasm"])
  }

  private static let wrongSuites: [(String, String)] = [
    ("name = \"a\"\nname = = 3", "suite.toml:2:"),
    ("name = 3", "suite.toml:1:1: name must be a string"),
    ("title = 'a'\nname = 'a'", "suite.toml:1:1: there is no key 'title'"),
    ("name = 'a'", "there is no [[program]]"),
    ("description = 'a'", "suite.toml:1:1: name is missing"),
    ("name = 'a'\nprogram = 3", "suite.toml:2:1: program must be tables [[program]]"),
    ("name = 'a'\n[[program]]\nabout = 'x'", "suite.toml:2:1: name is missing"),
    (
      "name = 'a'\n[[program]]\nname = 'x'\n",
      "suite.toml:2:1: the program 'x' has neither sources nor a module"
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'b.wasm'\n[[program]]\n  name = 'x/y'",
      "suite.toml:6:3: name must be letters"
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'b.wasm'\n[[program]]\nname = 'x'\n"
        + "module = 'b.wasm'", "suite.toml:6:1: there are two programs 'x'"
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'c.wasm'",
      "suite.toml:4:1: there is no file c.wasm"
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'b.wasm'\nflags = []",
      "suite.toml:5:1: a program has either a module or flags"
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'b.wasm'\ntimed = 'wall'",
      "suite.toml:5:1: timed must be \"process\" or \"marks\""
    ),
    (
      "name = 'a'\n[[program]]\nname = 'x'\nmodule = 'b.wasm'\narguments = ['a', 3]",
      "suite.toml:5:1: arguments must be a list of strings"
    ),
    (
      "name = 'a'\n[build]\nwasm = ['cc', '-o{output}', '{source}']",
      "suite.toml:3:1: wasm knows no {source}"
    ),
    (
      "name = 'a'\n[build]\nwasm = ['cc', 'x{flags}']",
      "suite.toml:3:1: {flags} of wasm must be a word of its own"
    ),
    (
      "name = '''\n[[program]]\nname = 3\n'''\n[[program]]\nname = 3",
      "suite.toml:6:1: name must be a string"
    ),
  ]

  @Test(arguments: wrongSuites)
  func `a wrong suite is told where`(_ text: String, _ expected: String) {
    let complaint = complaint(text)
    #expect(complaint.contains(expected), "\(complaint)")
  }
}

struct EngineTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func engine(_ text: String) throws -> Engine {
    try Engine(path: try folder.write(text, "engine.toml"))
  }

  private static let head = "name = 'e'\nkind = 'wasm'\nrun = ['{engine}', '{module}']\n"

  @Test func `an engine with everything`() throws {
    try folder.write("", "driver.py")
    let engine = try engine(
      """
      name = "e"
      about = "An engine."
      kind = "wasm"
      version = ["{engine}", "--version"]
      compile = [["{engine}", "{module}", "{directories}"], ["{cc}", "-o", "{output}"]]
      run = ["{output}", "{arguments}", "in {folder}"]
      directory = ["--dir", "{host}::{guest}"]
      variant = "wasm-simd"
      marks = true
      default = false
      [tools]
      engine = ["$NO_SUCH_VARIABLE", "no-such-program", "./driver.py"]
      cc = ["sh"]
      """)
    #expect(engine.compile.count == 2)
    #expect(engine.variant == .simd)
    #expect(engine.hasMarks)
    #expect(!engine.isDefault)
    guard case .found(let template) = engine.locate(apus: "/apus") else {
      Issue.record("its tools are not found")
      return
    }
    #expect(template.texts["engine"] == "\(folder.path)/driver.py")
    #expect(template.texts["cc"]?.hasSuffix("/sh") == true)
    var full = template
    full.lists["arguments"] = ["a b", "{module}"]
    full.texts["output"] = "/o"
    #expect(full.fill(engine.run) == ["/o", "a b", "{module}", "in \(folder.path)"])
  }

  @Test func `the command itself is a tool`() throws {
    let engine = try engine(Self.head + "[tools]\nengine = ['{apus}']")
    guard case .found(let template) = engine.locate(apus: "/apus") else {
      Issue.record("not found")
      return
    }
    #expect(template.texts["engine"] == "/apus")
  }

  @Test func `an engine that is not installed says so`() throws {
    let engine = try engine(Self.head + "[tools]\nengine = ['no-such-program', './nor-this']")
    guard case .missing(let reason) = engine.locate(apus: "/apus") else {
      Issue.record("found")
      return
    }
    #expect(reason == "no-such-program, ./nor-this: not found")
  }

  private static let wrongEngines: [(String, String)] = [
    ("name = 'e'\nkind = 'jvm'", "engine.toml:2:1: kind must be"),
    (head, "there is no [tools] with an engine"),
    (head + "[tools]\nengine = []", "engine.toml:5:1: engine must be a list of names"),
    (
      head + "compile = []\nfast = true\n[tools]\nengine = ['a']",
      "engine.toml:5:1: there is no key"
    ),
    (
      head + "version = ['{engin}']\n[tools]\nengine = ['a']",
      "engine.toml:4:1: version knows no {engin}; it knows {engine}, {folder}"
    ),
    (
      "name = 'e'\nkind = 'native'\nrun = ['{output}']\n[tools]\nengine = ['a']",
      "compile is missing"
    ),
    (
      "name = 'e'\nkind = 'native'\nrun = ['{module}']\ncompile = ['x']\n[tools]\nengine = ['a']",
      "engine.toml:3:1: run knows no {module}"
    ),
    (head + "compile = [['a'], 3]\n[tools]\nengine = ['a']", "engine.toml:4:1: compile must be"),
    (head + "variant = 'gc'\n[tools]\nengine = ['a']", "engine.toml:4:1: variant must be"),
    (head + "directory = ['{path}']\n[tools]\nengine = ['a']", "directory knows no {path}"),
  ]

  @Test(arguments: wrongEngines)
  func `a wrong engine is told where`(_ text: String, _ expected: String) {
    let complaint = message { _ = try engine(text) }
    #expect(complaint.contains(expected), "\(complaint)")
  }

  @Test func `two engines of one name`() throws {
    let text = Self.head + "[tools]\nengine = ['a']"
    try folder.write(text, "a.toml")
    try folder.write(text, "b.toml")
    let complaint = message { _ = try Engine.all(in: folder.path) }
    #expect(complaint.contains("b.toml: there are two engines 'e'"))
    #expect(message { _ = try Engine.all(in: "/no/such") }.contains("/no/such"))
  }
}
