// Input files: mapped, not read, so that a large module costs no copy.
//
// Knows nothing of WebAssembly. A file that is cut short while it is mapped raises
// SIGBUS, which `Interruption` turns into a message.

internal import Glibc
internal import SystemPackage
public import Wasm

extension ModuleBytes {
  /// Calls `body` with the bytes, which stay alive meanwhile. (`buffer` alone does not
  /// keep its owner.)
  public func withBuffer<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(buffer)
  }
}

/// The bytes of an input file, or of standard input.
public struct MappedFile: Sendable {
  /// The largest module that is read (specification 7.2 leaves it to us; browsers
  /// agree on this one).
  public static let sizeLimit = 1 << 30

  /// As messages name it.
  public let name: String
  public let bytes: ModuleBytes
  /// What was opened; `nil` for standard input.
  public let status: FileStatus?

  /// Maps the file at `path`; `-` reads standard input.
  public init(_ path: String) throws(Failure) {
    if path == "-" {
      self.init(name: "<stdin>", bytes: try Self.readStandardInput(), status: nil)
      return
    }
    let descriptor: FileDescriptor
    let status: FileStatus
    do {
      // Without waiting for the writer of a pipe.
      descriptor = try FileDescriptor.open(
        FilePath(path), .readOnly, options: [.closeOnExec, .nonBlocking])
    } catch {
      throw Failure("cannot open", file: path, errno: error as? Errno ?? .ioError)
    }
    defer { try? descriptor.close() }
    do {
      status = try FileStatus(of: descriptor)
    } catch {
      throw Failure("cannot read", file: path, errno: error)
    }
    guard status.isRegular else {
      throw Failure("is \(status.kindName), not a file", file: path)
    }
    guard status.size <= Self.sizeLimit else {
      throw Failure("larger than the limit of 1 GiB", file: path, status: .limit)
    }
    self.init(name: path, bytes: try Self.map(descriptor, status.size, path), status: status)
  }

  /// Bytes that come from nowhere, for tests.
  public init(name: String, bytes: ModuleBytes, status: FileStatus? = nil) {
    self.name = name
    self.bytes = bytes
    self.status = status
  }

  /// Throws if the file is not the one that was mapped any more.
  public func checkUnchanged() throws(Failure) {
    guard let status else { return }
    guard (try? FileStatus(at: FilePath(name))) == status else {
      throw Failure("changed while it was being compiled", file: name)
    }
  }

  private static func map(
    _ descriptor: FileDescriptor, _ size: Int, _ path: String
  ) throws(Failure) -> ModuleBytes {
    // mmap refuses to map nothing.
    guard size > 0 else { return ModuleBytes(copying: []) }
    let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor.rawValue, 0)
    guard let address, address != MAP_FAILED else {
      throw Failure("cannot map", file: path, errno: lastError())
    }
    return ModuleBytes(adopting: UnsafeRawBufferPointer(start: address, count: size)) { buffer in
      munmap(UnsafeMutableRawPointer(mutating: buffer.baseAddress), buffer.count)
    }
  }

  private static func readStandardInput() throws(Failure) -> ModuleBytes {
    var bytes: [UInt8] = []
    do {
      var chunk = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = try chunk.withUnsafeMutableBytes {
          try FileDescriptor.standardInput.read(into: $0)
        }
        if count == 0 { break }
        bytes += chunk[..<count]
        if bytes.count > sizeLimit { break }
      }
    } catch {
      throw Failure("cannot read", file: "<stdin>", errno: error as? Errno ?? .ioError)
    }
    guard bytes.count <= sizeLimit else {
      throw Failure("larger than the limit of 1 GiB", file: "<stdin>", status: .limit)
    }
    return ModuleBytes(copying: bytes)
  }
}
