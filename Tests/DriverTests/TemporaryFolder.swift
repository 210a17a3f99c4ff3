import Glibc
import SystemPackage

/// A folder that is gone with its last reference.
final class TemporaryFolder: Sendable {
  let path: FilePath

  init() {
    var template = Array("/tmp/apus-driver-test-XXXXXX".utf8CString)
    path = FilePath(mkdtemp(&template).map { String(cString: $0) } ?? "/nonexistent")
  }

  deinit {
    for name in contents { unlink(file(name)) }
    for name in contents { rmdir(file(name)) }
    rmdir(path.string)
  }

  func file(_ name: String) -> String { path.appending(name).string }

  /// What stands in the folder, sorted.
  var contents: [String] {
    guard let stream = opendir(path.string) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  func write(_ bytes: [UInt8], to name: String, mode: UInt32 = 0o644) throws {
    let descriptor = try FileDescriptor.open(
      path.appending(name), .writeOnly, options: [.create, .truncate],
      permissions: .init(rawValue: mode))
    try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
  }

  func read(_ name: String) throws -> [UInt8] {
    let descriptor = try FileDescriptor.open(path.appending(name), .readOnly)
    return try descriptor.closeAfter {
      let size = try descriptor.seek(offset: 0, from: .end)
      return try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
        count = try descriptor.read(
          fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
      }
    }
  }
}
