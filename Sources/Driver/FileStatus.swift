// What the driver asks the system about files, beyond swift-system's FileDescriptor.
//
// The only file with `stat`; errors come back as `Errno`.

internal import Glibc
public import SystemPackage

/// Which file it is and in what state, as far as changes can be told.
public struct FileStatus: Codable, Hashable, Sendable {
  public var device: UInt64
  public var inode: UInt64
  public var mode: UInt32
  public var owner: UInt32
  public var size: Int
  /// Nanoseconds since 1970.
  public var modified: Int64
  /// When contents or metadata changed last; no program can set it.
  public var changed: Int64

  /// What is open as `descriptor`.
  public init(of descriptor: FileDescriptor) throws(Errno) {
    var status = stat()
    guard fstat(descriptor.rawValue, &status) == 0 else { throw lastError() }
    self.init(status)
  }

  /// What stands at `path`.
  public init(at path: FilePath, followSymlinks: Bool = true) throws(Errno) {
    var status = stat()
    let result = path.withPlatformString {
      fstatat(AT_FDCWD, $0, &status, followSymlinks ? 0 : AT_SYMLINK_NOFOLLOW)
    }
    guard result == 0 else { throw lastError() }
    self.init(status)
  }

  private init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int64 {
      Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    mode = status.st_mode
    owner = status.st_uid
    size = Int(status.st_size)
    modified = nanoseconds(status.st_mtim)
    changed = nanoseconds(status.st_ctim)
  }

  private var kind: mode_t { mode & S_IFMT }
  public var isRegular: Bool { kind == S_IFREG }
  public var isDirectory: Bool { kind == S_IFDIR }
  public var isCharacterDevice: Bool { kind == S_IFCHR }
  public var isSymlink: Bool { kind == S_IFLNK }
  /// Whether someone but the owner may write.
  public var isWritableByOthers: Bool { mode & (S_IWGRP | S_IWOTH) != 0 }

  /// Whether both are the same file.
  public func isSameFile(as other: FileStatus) -> Bool {
    device == other.device && inode == other.inode
  }

  /// What to call the kind of file in a message.
  public var kindName: String {
    switch kind {
    case S_IFREG: "a regular file"
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    case S_IFLNK: "a symbolic link"
    default: "a device"
    }
  }
}

/// The error of the system call just made.
func lastError() -> Errno { Errno(rawValue: errno) }

extension FilePath {
  /// The folder that holds the file, `.` for a bare name.
  var folder: FilePath {
    let folder = removingLastComponent()
    return folder.isEmpty ? "." : folder
  }
}
