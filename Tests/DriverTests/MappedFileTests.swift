import Driver
import Glibc
import SystemPackage
import Testing

@Suite struct MappedFileTests {
  let folder = TemporaryFolder()

  @Test func mapsWhatIsThere() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try folder.write(bytes, to: "in")
    let file = try MappedFile(folder.file("in"))
    #expect(file.bytes.withBuffer { Array($0) } == bytes)
    #expect(throws: Never.self) { try file.checkUnchanged() }
  }

  @Test func emptyFilesAreFiles() throws {
    try folder.write([], to: "in")
    #expect(try MappedFile(folder.file("in")).bytes.buffer.isEmpty)
  }

  @Test func noticesChanges() throws {
    try folder.write([1, 2], to: "in")
    let file = try MappedFile(folder.file("in"))
    try folder.write([1, 2, 3], to: "in")
    #expect(throws: Failure.self) { try file.checkUnchanged() }
    unlink(folder.file("in"))
    #expect(throws: Failure.self) { try file.checkUnchanged() }
  }

  @Test func refusesWhatIsNotAFile() throws {
    try #require(mkfifo(folder.file("pipe"), 0o644) == 0)
    for path in [folder.path.string, folder.file("pipe"), folder.file("missing"), "/dev/zero", ""] {
      let failure = #expect(throws: Failure.self) { try MappedFile(path) }
      #expect(failure?.status == .failure)
    }
  }

  @Test func refusesWhatIsTooBig() throws {
    try folder.write([], to: "in")
    try #require(truncate(folder.file("in"), MappedFile.sizeLimit + 1) == 0)
    let failure = #expect(throws: Failure.self) { try MappedFile(folder.file("in")) }
    #expect(failure?.status == .limit)
  }
}
