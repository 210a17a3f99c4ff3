// The bytes a module was decoded from, alive as long as the module is.

/// A module's binary, shared by the module and everyone who reads its bodies.
///
/// The frontend does no I/O: callers map or read a file and hand the memory over.
public final class ModuleBytes: Sendable {
  /// The bytes. Valid as long as this object.
  nonisolated(unsafe) public let buffer: UnsafeRawBufferPointer
  private let release: @Sendable (UnsafeRawBufferPointer) -> Void

  /// Adopts memory that `release` gives back when the last user is gone.
  ///
  /// - Parameters:
  ///   - buffer: must not change while this object lives.
  ///   - release: called once, with `buffer`.
  public init(
    adopting buffer: UnsafeRawBufferPointer,
    release: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) {
    self.buffer = buffer
    self.release = release
  }

  /// Copies `bytes`.
  public convenience init(copying bytes: some Collection<UInt8>) {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    copy.copyBytes(from: bytes)
    self.init(adopting: UnsafeRawBufferPointer(copy)) { $0.deallocate() }
  }

  deinit { release(buffer) }
}
