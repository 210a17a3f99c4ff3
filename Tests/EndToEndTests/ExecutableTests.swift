// What an executable says of itself, and that compiling again makes the same bytes.

import Foundation
import TestSupport
import Testing

struct ExecutableTests {
  private static let text = """
    (module
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 8)))))
    """
  private static let policy = """
    confine = true
    [grants]
    dir = ["/usr::/data"]
    env = ["LANG", "A=b"]
    tcp-listen = ["127.0.0.1:8080"]
    listen-fd = [3]
    [limits]
    memory = "1MiB"
    stack = "512KiB"
    fds = 20
    timeout = "10s"
    fuel = 100000
    """

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  private func compile(
    in folder: TemporaryFolder, _ options: [String], environment: [String: String]? = nil
  ) throws -> String {
    try write(Self.text, folder.file("m.wat"))
    try write(Self.policy, folder.file("policy.toml"))
    let result = try ApusCommand.run(
      ["compile", "m.wat", "-o", "m"] + options, directory: folder.path, environment: environment)
    try #require(result.status == 0, "\(result)")
    return folder.file("m")
  }

  @Test func `B2: the same bytes from another folder, at another time, as another name`() throws {
    let (first, second) = (try TemporaryFolder(), try TemporaryFolder())
    var environment = ProcessInfo.processInfo.environment
    let one = try compile(in: first, ["--policy", "policy.toml"])
    environment["USER"] = "someone"
    environment["HOME"] = second.path
    environment["TZ"] = "Pacific/Apia"
    environment["TMPDIR"] = second.path
    let two = try compile(in: second, ["--policy", "policy.toml"], environment: environment)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: one))
    #expect(try bytes == Data(contentsOf: URL(fileURLWithPath: two)))
    #expect(bytes.range(of: Data(first.path.utf8)) == nil)
  }

  @Test func `inspect shows grants, limits, digest and system calls`() throws {
    let folder = try TemporaryFolder()
    let path = try compile(in: folder, ["--policy", "policy.toml", "--env", "MORE=1"])
    let text = try ApusCommand.run(["inspect", path]).output
    for part in [
      "x86-64-v3", "folder: /usr as /data", "variable: A=b", "variable: MORE=1",
      "limit: fuel 100000", "limit: memory 1048576", "limit: time 10000000000",
      "stack: 524288 bytes", "writev", "exit_group", "socket: 127.0.0.1:8080", "socket: 3\n",
      "made by apus", "with LLVM 19.",
    ] { #expect(text.contains(part), "\(part) in \(text)") }
    let digest = try runProcess("/usr/bin/sha256sum", [folder.file("m.wat")]).output.prefix(64)
    #expect(text.contains(digest))
    let json = try ApusCommand.run(["inspect", "--json", path])
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect((object["limits"] as? [String: Int])?["descriptors"] == 20)
    #expect((object["codeGenerator"] as? String)?.hasPrefix("LLVM 19.") == true)
    #expect((object["systemCalls"] as? [String])?.contains("socket") == false)
    #expect(try ApusCommand.run(["inspect", "/bin/true"]).status == 1)
  }

  /// What the guest writes is the user's to filter, but nothing of the module's gets into a
  /// message of the runtime as it is.
  @Test func `W20: names in messages hold nothing that a terminal obeys`() throws {
    let text = """
      (module
        (import "\\1b[31m" "\\c2\\9b2J\\0d\\e2\\80\\ae" (func $missing))
        (func $"\\1b]0;title\\07" (call $missing))
        (func (export "_start") (call $"\\1b]0;title\\07")))
      """
    let result = try ApusCommand.compile(Array(text.utf8), ["--allow-unresolved", "-O0"]).run()
    #expect(result.status == 134 && result.errors.contains("]0;title"), "\(result)")
    #expect(result.errors.hasPrefix("error: unresolved import called: "), "\(result)")
    for scalar in result.errors.unicodeScalars where scalar != "\n" {
      let category = scalar.properties.generalCategory
      #expect(category != .control && category != .format, "\(result)")
    }
  }

  @Test func `inspect takes a module from standard input`() throws {
    let result = try ApusCommand.run(["inspect", "-"], input: Self.text)
    #expect(result.status == 0 && result.output.contains("fd_write"), "\(result)")
  }

  @Test func `verify tells what was changed`() throws {
    let folder = try TemporaryFolder()
    let path = try compile(in: folder, ["-O1", "--policy", "policy.toml"])
    let same = try ApusCommand.run(["verify", path, folder.file("m.wat")])
    #expect(same.status == 0 && same.output.hasSuffix(": the same bytes\n"), "\(same)")

    try write("(module (func (export \"_start\")))", folder.file("other.wat"))
    let other = try ApusCommand.run(["verify", path, folder.file("other.wat")])
    #expect(other.status == 1 && other.errors.contains("made from other modules"), "\(other)")

    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let grant = try #require(bytes.range(of: Data("\0/data\0".utf8)))
    bytes[grant.lowerBound + 2] = UInt8(ascii: "e")
    try bytes.write(to: URL(fileURLWithPath: path))
    let changed = try ApusCommand.run(["verify", path, folder.file("m.wat")])
    #expect(changed.status == 1 && changed.errors.contains("differs"), "\(changed)")

    bytes[grant.lowerBound + 2] = UInt8(ascii: "d")
    try (bytes + Data([0])).write(to: URL(fileURLWithPath: path))
    let longer = try ApusCommand.run(["verify", path, folder.file("m.wat")])
    #expect(longer.errors.contains("at byte \(bytes.count); it was made with LLVM"), "\(longer)")
  }

  @Test func `a policy from standard input counts whole`() throws {
    let folder = try TemporaryFolder()
    try write(Self.text, folder.file("m.wat"))
    let result = try ApusCommand.run(
      ["compile", folder.file("m.wat"), "-o", folder.file("m"), "--policy", "-"],
      input: Self.policy)
    try #require(result.status == 0, "\(result)")
    let text = try ApusCommand.run(["inspect", folder.file("m")]).output
    #expect(text.contains("limit: fuel 100000") && text.contains("folder: /usr"), "\(text)")
  }

  @Test func `a variable named as a kind of grant opens no folder`() throws {
    let folder = try TemporaryFolder()
    let path = try compile(in: folder, ["--env", "dir"])
    let text = try ApusCommand.run(["inspect", path]).output
    #expect(text.contains("variable: dir\n") && !text.contains("openat"), "\(text)")
  }

  @Test(arguments: [
    ("limit = 1", "no key 'limit'"), ("[limits]\nmemroy = \"1MiB\"", "no key 'limits.memroy'"),
    ("[limits]\nmemory = true", "limits.memory must be a size"), ("[grants]\ndir = \"x\"", "list"),
    ("[limits]\ntimeout = \"soon\"", "limits.timeout"), ("[limits]\nfuel = -1", "above 0"),
    ("grants = [", "line 1"), ("[limits]\nmemory = 0", "above 0"),
    ("dir = []", "it may have grants, limits, confine"),
    ("[grants]\ntcp-listen = [\"here\"]", "ADDRESS:PORT"),
    ("[grants]\nlisten-fd = [1]", "numbers above 2"), ("[grants]\nlisten-fd = [\"3\"]", "numbers"),
  ])
  func `a policy that is wrong is refused`(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    try write(Self.text, folder.file("m.wat"))
    try write(text, folder.file("wrong.toml"))
    let result = try ApusCommand.run([
      "compile", folder.file("m.wat"), "-o", folder.file("m"), "--policy",
      folder.file("wrong.toml"),
    ])
    #expect(result.status == 1 && result.errors.contains(message), "\(result)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("m")))
  }
}
