// The smallest program: how large its executable is and what it asks of the kernel.

import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: Language.c.canRun, "clang-19 or wasi-libc is missing"))
struct HelloTests {
  private func compileHello(in folder: TemporaryFolder) throws -> String {
    let examples = SharedFiles.packageRoot.appendingPathComponent("examples/build.sh").path
    let built = try runProcess("/bin/sh", [examples, folder.path])
    try #require(built.status == 0, "\(built)")
    let compiled = try ApusCommand.run(
      ["compile", folder.file("hello.wasm"), "-o", folder.file("hello")])
    try #require(compiled.status == 0, "\(compiled)")
    return folder.file("hello")
  }

  @Test func `hello is under 100 KB and prints its line`() throws {
    let folder = try TemporaryFolder()
    let hello = try compileHello(in: folder)
    let attributes = try FileManager.default.attributesOfItem(atPath: hello)
    let size = try #require(attributes[.size] as? Int)
    #expect(size < 100_000)
    let result = try runProcess(hello, [])
    #expect(result.status == 0 && result.output.hasPrefix("Hello"), "\(result)")
    #expect(result.errors.isEmpty)
  }

  @Test func `B1: the executable is a static PIE without writable code`() throws {
    let folder = try TemporaryFolder()
    let hello = try compileHello(in: folder)
    let readelf = "/usr/bin/readelf"
    try #require(FileManager.default.isExecutableFile(atPath: readelf) || !SharedFiles.isRequired)
    guard FileManager.default.isExecutableFile(atPath: readelf) else { return }
    let headers = try runProcess(readelf, ["-hlW", hello]).output
    #expect(headers.contains("DYN ("))
    #expect(!headers.contains("INTERP"))
    #expect(headers.contains("GNU_RELRO"))
    #expect(!headers.contains("RWE"))
    let stack = try #require(headers.split(separator: "\n").first { $0.contains("GNU_STACK") })
    #expect(stack.contains(" RW "), "\(stack)")
    let dynamic = try runProcess(readelf, ["-dW", hello]).output
    #expect(dynamic.contains("NOW"))
    for entry in ["TEXTREL", "NEEDED", "RPATH", "RUNPATH"] { #expect(!dynamic.contains(entry)) }
    // Marked for shadow stacks. Not for indirect branch tracking: libc.a has no landing pads.
    #expect(try runProcess(readelf, ["-nW", hello]).output.contains("SHSTK"))
  }

  @Test func `B1: symbols can be kept and stripped, and the runtime's stack is protected`() throws {
    let folder = try TemporaryFolder()
    _ = try compileHello(in: folder)
    let kept = folder.file("kept")
    let compiled = try ApusCommand.run(
      ["compile", "--keep-symbols", folder.file("hello.wasm"), "-o", kept])
    try #require(compiled.status == 0, "\(compiled)")
    let symbols = try runProcess("/usr/bin/readelf", ["-sW", kept]).output
    #expect(symbols.contains("__stack_chk_fail") && symbols.contains("main"))
    let stripped = try runProcess("/usr/bin/strip", [kept])
    #expect(stripped.status == 0, "\(stripped)")
    #expect(!(try runProcess("/usr/bin/readelf", ["-sW", kept]).output.contains("main")))
    #expect(try runProcess(kept, []).output.hasPrefix("Hello"))
  }

  @Test(.enabled(if: getuid() == 0, "only root may change the root and the owner"))
  func `B5: it runs where nothing else is, and refuses to run setuid`() throws {
    let folder = try TemporaryFolder()
    let hello = try compileHello(in: folder)
    let root = folder.file("root")
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: hello, toPath: root + "/hello")
    let alone = try runProcess("/usr/sbin/chroot", [root, "/hello"])
    #expect(alone.status == 0 && alone.output.hasPrefix("Hello"), "\(alone)")
    #expect(chown(hello, 65534, 65534) == 0 && chmod(hello, 0o6755) == 0)
    let privileged = try runProcess(hello, [])
    #expect(privileged.status == 1 && privileged.errors.contains("setuid"), "\(privileged)")
  }

  @Test func `B3: the executable holds no path of the machine that made it`() throws {
    let folder = try TemporaryFolder()
    let hello = try compileHello(in: folder)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: hello))
    for path in [folder.path, SharedFiles.packageRoot.path, NSHomeDirectory() + "/"] {
      #expect(bytes.range(of: Data(path.utf8)) == nil, "\(path)")
    }
  }
}
