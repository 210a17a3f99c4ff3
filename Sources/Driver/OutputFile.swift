// Output files: complete or not there at all.
//
// The contents go to a file without a name in the same folder, which takes the
// output's place once it is on the disk. A process that is killed leaves nothing; on
// file systems without nameless files a signal that cannot be caught leaves a hidden
// temporary file.

internal import CLinux
internal import Glibc
public import SystemPackage
public import Wasm

/// A place that an output is written to.
public struct OutputFile: Sendable {
  public let path: FilePath
  private let name: String
  private let isDevice: Bool

  /// Checks early, before any work is done, that `path` can be written.
  ///
  /// - Parameter inputs: files that must not be overwritten.
  public init(_ path: String, inputs: [FileStatus] = []) throws(Failure) {
    self.path = FilePath(path)
    name = path
    var isDevice = false
    if path.isEmpty { throw Failure("the name of the output file is empty") }
    if let status = try? FileStatus(at: self.path) {
      if inputs.contains(where: status.isSameFile) {
        throw Failure("is an input and would be overwritten; name another with -o", file: path)
      }
      isDevice = status.isCharacterDevice
      guard isDevice || status.isRegular else {
        throw Failure("is \(status.kindName), not a file that can be replaced", file: path)
      }
    }
    self.isDevice = isDevice
    let folder = self.path.folder
    do {
      guard try FileStatus(at: folder).isDirectory else {
        throw Failure("is not a folder", file: folder.string)
      }
    } catch let error as Errno {
      throw Failure("cannot write to the folder", file: folder.string, errno: error)
    } catch let error as Failure {
      throw error
    } catch {
      throw Failure("cannot be read", file: folder.string)
    }
    guard isDevice || access(folder.string, W_OK | X_OK) == 0 else {
      throw Failure("cannot write to the folder", file: folder.string, errno: lastError())
    }
  }

  /// Writes `contents` in place of what was there.
  ///
  /// - Parameters:
  ///   - executable: mode 0755 instead of 0644, both less the process's umask.
  ///   - durable: wait until the disk has it.
  public func replace(
    with contents: ModuleBytes, executable: Bool, durable: Bool = true
  ) throws(Failure) {
    let mode: FilePermissions =
      executable ? FilePermissions(rawValue: 0o755) : .init(rawValue: 0o644)
    do {
      if isDevice {
        let device = try FileDescriptor.open(path, .writeOnly, options: [.closeOnExec])
        try device.closeAfter { _ = try contents.withBuffer { try device.writeAll($0) } }
        return
      }
      let temporary = path.folder.appending(
        ".\(temporaryStem).\(getpid()).\(Self.nextNumber()).tmp")
      Interruption.willCreate(temporary)
      defer { Interruption.forget(temporary) }
      do {
        try write(contents, to: temporary, mode: mode, durable: durable)
        guard rename(temporary.string, path.string) == 0 else { throw lastError() }
      } catch {
        unlink(temporary.string)
        throw error
      }
    } catch {
      throw Failure("cannot write", file: name, errno: error as? Errno ?? .ioError)
    }
  }

  /// Writes a complete file named `temporary`.
  private func write(
    _ contents: ModuleBytes, to temporary: FilePath, mode: FilePermissions, durable: Bool
  ) throws {
    let nameless = open(
      path.folder.string, apus_o_tmpfile() | O_WRONLY | O_CLOEXEC, mode_t(mode.rawValue))
    let descriptor =
      nameless >= 0
      ? FileDescriptor(rawValue: nameless)
      : try FileDescriptor.open(
        temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
        permissions: mode)
    try descriptor.closeAfter {
      _ = try contents.withBuffer { try descriptor.writeAll($0) }
      if durable, fsync(descriptor.rawValue) != 0 { throw lastError() }
      guard nameless >= 0 else { return }
      let result = linkat(
        AT_FDCWD, "/proc/self/fd/\(nameless)", AT_FDCWD, temporary.string, AT_SYMLINK_FOLLOW)
      guard result == 0 else { throw lastError() }
    }
  }

  /// The output's name, short enough that a suffix fits.
  private var temporaryStem: String {
    String((path.lastComponent?.string ?? "").unicodeScalars.prefix(40))
  }

  private static func nextNumber() -> UInt32 { UInt32.random(in: 0...UInt32.max) }
}
