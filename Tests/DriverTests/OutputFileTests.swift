// Hazards T2: no partial output, and nothing overwritten that should stay.

import Driver
import Glibc
import SystemPackage
import Testing
import Wasm

@Suite struct OutputFileTests {
  let folder = TemporaryFolder()

  private func replace(
    _ name: String, with bytes: [UInt8], executable: Bool = false, inputs: [FileStatus] = []
  ) throws(Failure) {
    try OutputFile(folder.file(name), inputs: inputs)
      .replace(with: ModuleBytes(copying: bytes), executable: executable)
  }

  @Test func writesWhole() throws {
    let bytes = [UInt8](repeating: 7, count: 300_000)
    try replace("out", with: bytes)
    #expect(try folder.read("out") == bytes)
    #expect(folder.contents == ["out"])
  }

  @Test func replacesWhatWasThere() throws {
    try replace("out", with: [1, 2, 3])
    try replace("out", with: [4])
    #expect(try folder.read("out") == [4])
    #expect(folder.contents == ["out"])
  }

  @Test func modesFollowTheKindAndTheUmask() throws {
    let mask = umask(0o022)
    defer { umask(mask) }
    try replace("program", with: [1], executable: true)
    try replace("data", with: [1])
    #expect(try FileStatus(at: FilePath(folder.file("program"))).mode & 0o777 == 0o755)
    #expect(try FileStatus(at: FilePath(folder.file("data"))).mode & 0o777 == 0o644)
  }

  @Test func refusesToOverwriteAnInput() throws {
    try folder.write([1, 2], to: "in")
    try #require(symlink(folder.file("in"), folder.file("link")) == 0)
    let input = try FileStatus(at: FilePath(folder.file("in")))
    for name in ["in", "link"] {
      #expect(throws: Failure.self) { try replace(name, with: [3], inputs: [input]) }
    }
    #expect(try folder.read("in") == [1, 2])
  }

  @Test func refusesWhatIsNotAFile() throws {
    try #require(mkdir(folder.file("folder"), 0o755) == 0)
    try #require(mkfifo(folder.file("pipe"), 0o644) == 0)
    for (name, kind) in [("folder", "directory"), ("pipe", "pipe")] {
      let failure = #expect(throws: Failure.self) { try replace(name, with: [1]) }
      #expect(failure?.message.contains(kind) == true)
    }
  }

  @Test func refusesAFolderThatIsNotThere() {
    #expect(throws: Failure.self) { try replace("missing/out", with: [1]) }
    #expect(throws: Failure.self) { try OutputFile("") }
  }

  @Test func replacesALinkAndNotWhatItLeadsTo() throws {
    try folder.write([1, 2], to: "target")
    try #require(symlink("target", folder.file("live")) == 0)
    try #require(symlink("nowhere", folder.file("dangling")) == 0)
    try replace("live", with: [3])
    try replace("dangling", with: [4])
    #expect(try folder.read("target") == [1, 2])
    #expect(try folder.read("live") == [3])
    #expect(folder.contents == ["dangling", "live", "target"])
  }

  @Test func writesToDevices() throws {
    try OutputFile("/dev/null").replace(with: ModuleBytes(copying: [1]), executable: true)
    let failure = #expect(throws: Failure.self) {
      try OutputFile("/dev/full").replace(with: ModuleBytes(copying: [1]), executable: true)
    }
    #expect(failure?.message.contains("No space left") == true)
    #expect(try FileStatus(at: "/dev/null").isCharacterDevice)
  }

  /// Whether this process may mount a file system of its own.
  private static let canMount: Bool = {
    let folder = TemporaryFolder()
    guard mount("apus-test", folder.path.string, "tmpfs", 0, "size=64k") == 0 else { return false }
    return umount(folder.path.string) == 0
  }()

  @Test(.enabled(if: canMount, "needs the right to mount a file system"))
  func fullDiskLeavesTheOldFile() throws {
    try #require(mount("apus-test", folder.path.string, "tmpfs", 0, "size=64k") == 0)
    defer { umount2(folder.path.string, Int32(MNT_DETACH)) }
    try replace("out", with: [1, 2, 3])
    let failure = #expect(throws: Failure.self) {
      try replace("out", with: [UInt8](repeating: 1, count: 200_000))
    }
    #expect(failure?.message.contains("No space left") == true)
    #expect(try folder.read("out") == [1, 2, 3])
    #expect(folder.contents == ["out"])
  }
}
