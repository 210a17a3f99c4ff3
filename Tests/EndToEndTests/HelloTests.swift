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
    let dynamic = try runProcess(readelf, ["-dW", hello]).output
    #expect(dynamic.contains("BIND_NOW") || dynamic.contains("NOW"))
    #expect(!dynamic.contains("TEXTREL") && !dynamic.contains("NEEDED"))
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
