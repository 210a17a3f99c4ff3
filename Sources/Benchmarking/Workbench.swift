// The files of one run of the benchmarks: modules that are built, artefacts that engines
// make, what programs print. All below one folder, which goes in the end.

internal import FoundationEssentials
internal import Glibc

/// A folder for everything that is made.
final class Workbench {
  let path: String
  private let isKept: Bool

  /// - Parameter kept: the folder to use and to leave; a temporary one if nil.
  init(kept: String? = nil) throws(BenchmarkError) {
    if let kept {
      path = absolute(kept, in: FileManager.default.currentDirectoryPath)
      isKept = true
      Self.makeFolder(path)
      return
    }
    isKept = false
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let base = parent.isEmpty ? "/tmp" : parent
    var template = Array("\(base)/apus-bench-XXXXXX".utf8CString)
    guard let created = mkdtemp(&template) else {
      throw BenchmarkError("cannot make a folder for temporary files", file: base)
    }
    path = String(cString: created)
  }

  deinit {
    if !isKept { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The folder of one engine's files for one program.
  func folder(_ program: String, _ engine: String) -> String {
    let folder = "\(path)/\(program)/\(engine)"
    Self.makeFolder(folder)
    return folder
  }

  /// The folder of what all engines share for a program.
  func folder(_ program: String) -> String {
    let folder = "\(path)/\(program)"
    Self.makeFolder(folder)
    return folder
  }

  private static func makeFolder(_ path: String) {
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  static func write(_ contents: [UInt8], to path: String) throws(BenchmarkError) {
    guard FileManager.default.createFile(atPath: path, contents: Data(contents)) else {
      let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
      throw BenchmarkError(
        "cannot be written" + (complaint(ofSpaceIn: folder).map { ": \($0)" } ?? ""), file: path)
    }
  }

  static func contents(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { Array($0) }
  }

  /// Bytes of a file, or of all files in a folder.
  static func size(_ path: String) -> UInt64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFREG { return UInt64(status.st_size) }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      return nil
    }
    return names.reduce(0) { $0 + (size("\(path)/\($1)") ?? 0) }
  }

  /// Says so if hardly anything can be written to `folder` any more.
  static func complaint(ofSpaceIn folder: String) -> String? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0, status.f_blocks > 0,
      UInt64(status.f_bavail) * UInt64(status.f_frsize) < 64 << 10
    else { return nil }
    return "there is no space left in \(folder); TMPDIR names another folder"
  }

  /// Makes a folder, and removes what is in it.
  static func makeEmptyFolder(_ path: String) {
    try? FileManager.default.removeItem(atPath: path)
    makeFolder(path)
  }

  /// What to show of a log: its last line that says something.
  static func lastLine(_ path: String) -> String? {
    guard let bytes = contents(path)?.suffix(4096) else { return nil }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").last {
      $0.contains { !$0.isWhitespace }
    }
    return line.map { String($0.prefix(300)) }
  }

  /// The first line of a log.
  static func firstLine(_ path: String) -> String? {
    guard let bytes = contents(path)?.prefix(4096) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").first
      .map { String($0.prefix(200)) }
  }
}
