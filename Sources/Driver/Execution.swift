// Becomes another program.

internal import CLinux
internal import Glibc
public import SystemPackage
public import Wasm

/// Replaces this process.
public enum Execution {
  /// Runs the executable at `path` in place of this process.
  ///
  /// - Throws: when it cannot be started; does not return otherwise.
  public static func replaceProcess(
    with path: FilePath, arguments: [String]
  ) throws(Failure) -> Never {
    throw start(arguments) { execve(path.string, $0, apus_environ()) }
      .failure(file: path.string)
  }

  /// Runs `executable`, which no file holds, in place of this process.
  public static func replaceProcess(
    with executable: ModuleBytes, arguments: [String]
  ) throws(Failure) -> Never {
    let descriptor = apus_memory_file("apus")
    guard descriptor >= 0,
      executable.withBuffer({ try? FileDescriptor(rawValue: descriptor).writeAll($0) }) != nil
    else { throw Failure("cannot hold the executable in memory", errno: lastError()) }
    throw start(arguments) { fexecve(descriptor, $0, apus_environ()) }.failure(file: nil)
  }

  private struct StartError {
    let errno: Errno
    func failure(file: String?) -> Failure { Failure("cannot run", file: file, errno: errno) }
  }

  /// Calls `execute` with `arguments` as C strings; returns only if it fails.
  private static func start(
    _ arguments: [String],
    _ execute: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> StartError {
    // The new program starts with no signal blocked; handlers go by themselves.
    var none = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, nil)
    var pointers = arguments.map { strdup($0) } + [nil]
    _ = pointers.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.map(execute)
    }
    let error = lastError()
    for pointer in pointers { free(pointer) }
    return StartError(errno: error)
  }
}
