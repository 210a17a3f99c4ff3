// Compiled executables, kept by what they were compiled from.
//
// An entry is an executable followed by a trailer: a digest over the entry's name and
// the executable, then a mark. The loader ignores what follows an executable. An
// entry that is damaged, or that someone else could have written, is as good as none.

internal import Crypto
internal import Glibc
public import SystemPackage
public import Wasm

/// A folder of compiled executables. Any number of processes may use it at once.
public struct Cache: Sendable {
  public let folder: FilePath
  /// Beyond this many bytes the entries used longest ago are removed.
  public var sizeLimit = 1 << 30

  /// Marks the end of a complete entry of this layout.
  static let mark = Array("apus-cache-v1\n\0\0".utf8)
  static let trailerSize = SHA256.byteCount + mark.count

  /// The cache of this user, `$XDG_CACHE_HOME/apus` or `~/.cache/apus`; nil when there is
  /// no place for it that belongs to the user alone.
  public static func user(environment: (_ name: String) -> String?) -> Cache? {
    let base: FilePath
    if let path = environment("XDG_CACHE_HOME"), path.hasPrefix("/") {
      base = FilePath(path)
    } else if let home = environment("HOME"), home.hasPrefix("/") {
      base = FilePath(home).appending(".cache")
    } else {
      return nil
    }
    return Cache(folder: base.appending("apus"))
  }

  /// The cache in `folder`, which is made if it is missing.
  public init?(folder: FilePath) {
    self.folder = folder
    for path in [folder.folder, folder] { mkdir(path.string, 0o700) }
    guard let status = try? FileStatus(at: folder), status.isDirectory, Self.isTrusted(status)
    else { return nil }
  }

  /// The executable stored as `key`, if it is there and whole.
  public func find(_ key: CacheKey) -> FilePath? {
    let path = folder.appending(key.name)
    guard
      let descriptor = try? FileDescriptor.open(
        path, .readOnly, options: [.closeOnExec, .noFollow, .nonBlocking])
    else { return nil }
    defer { try? descriptor.close() }
    guard let status = try? FileStatus(of: descriptor), status.isRegular, Self.isTrusted(status),
      status.mode & S_IXUSR != 0, status.size > Self.trailerSize,
      let address = mmap(nil, status.size, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0),
      address != MAP_FAILED
    else { return nil }
    defer { munmap(address, status.size) }
    let bytes = UnsafeRawBufferPointer(start: address, count: status.size)
    let executable = UnsafeRawBufferPointer(rebasing: bytes.dropLast(Self.trailerSize))
    guard bytes.suffix(Self.trailerSize).elementsEqual(Self.trailer(of: executable, key)) else {
      return nil
    }
    // The entry was used now, for `shrink`.
    futimens(descriptor.rawValue, nil)
    return path
  }

  /// Stores `executable` as `key`, in place of what was there.
  public func insert(_ executable: ModuleBytes, as key: CacheKey) throws(Failure) -> FilePath {
    let path = folder.appending(key.name)
    // A folder or link in the entry's place would stop `replace`.
    if let status = try? FileStatus(at: path, followSymlinks: false), !status.isRegular {
      if unlink(path.string) != 0 { rmdir(path.string) }
    }
    let contents = executable.withBuffer { buffer in
      ModuleBytes(copying: Array(buffer) + Self.trailer(of: buffer, key))
    }
    // A crash before the disk has it leaves an entry that `find` sees through.
    try OutputFile(path.string).replace(with: contents, executable: true, durable: false)
    shrink()
    return path
  }

  /// Removes the entries used longest ago until the rest fits `sizeLimit`.
  func shrink() {
    var entries: [(path: FilePath, status: FileStatus)] = []
    for name in Self.names(in: folder) {
      let path = folder.appending(name)
      guard let status = try? FileStatus(at: path, followSymlinks: false), status.isRegular else {
        continue
      }
      entries.append((path, status))
    }
    entries.sort { $0.status.modified > $1.status.modified }
    var size = 0
    for (index, entry) in entries.enumerated() {
      size += entry.status.size
      // The newest stays even where it is too big alone.
      if size > sizeLimit, index > 0 { unlink(entry.path.string) }
    }
  }

  private static func isTrusted(_ status: FileStatus) -> Bool {
    status.owner == geteuid() && !status.isWritableByOthers
  }

  private static func trailer(of executable: UnsafeRawBufferPointer, _ key: CacheKey) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: Array(key.name.utf8))
    hash.update(bufferPointer: executable)
    return Array(hash.finalize()) + mark
  }

  private static func names(in folder: FilePath) -> [String] {
    guard let stream = opendir(folder.string) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }
}
