// What happens when a signal ends the process: temporary files go, children go, and
// a crash becomes one line and an exit status.
//
// Everything a handler touches is memory allocated before the first signal; handlers
// call only functions that are async-signal-safe.

internal import CLinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Cleans up behind a process that a signal ends.
public enum Interruption {
  /// Paths to remove, as C strings; a slot is free when it is null.
  nonisolated(unsafe) private static let slots:
    UnsafeMutableBufferPointer<
      UnsafeMutablePointer<CChar>?
    > = {
      let slots = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: 1024)
      slots.initialize(repeating: nil)
      return slots
    }()
  private static let registration = Mutex(())
  /// The processes to end along with this one; a slot is free when it is 0.
  nonisolated(unsafe) private static let children: UnsafeMutableBufferPointer<Int32> = {
    let children = UnsafeMutableBufferPointer<Int32>.allocate(capacity: 256)
    children.initialize(repeating: 0)
    return children
  }()

  /// Handles the signals that end a process, from here on.
  ///
  /// With `APUS_DEBUG` set in the environment, crashes stay crashes.
  public static func install() {
    _ = (slots.count, children.count)
    let stackSize = 1 << 16
    var stack = stack_t(
      ss_sp: UnsafeMutableRawPointer.allocate(byteCount: stackSize, alignment: 16), ss_flags: 0,
      ss_size: stackSize)
    sigaltstack(&stack, nil)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      _ = apus_handle_signal(signal) { signal in
        Interruption.clean()
        // The handler is gone by now (SA_RESETHAND): die of the signal.
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, signal)
        raise(signal)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
      }
    }
    if getenv("APUS_DEBUG") != nil { return }
    _ = apus_handle_signal(SIGBUS) { _ in
      Interruption.die("apus: error: an input file changed while it was read\n", .failure)
    }
    for signal in [SIGSEGV, SIGILL, SIGTRAP, SIGFPE, SIGABRT] {
      _ = apus_handle_signal(signal) { _ in
        Interruption.die("apus: error: internal error (APUS_DEBUG=1 shows the crash)\n", .limit)
      }
    }
  }

  /// Removes `path`, a file or an empty folder, should a signal end the process.
  /// Those registered last go first.
  static func willCreate(_ path: FilePath) {
    registration.withLock { _ in
      for index in slots.indices where slots[index] == nil {
        slots[index] = path.withPlatformString { strdup($0) }
        return
      }
    }
  }

  /// Forgets `path`, which is gone or here to stay.
  static func forget(_ path: FilePath) {
    registration.withLock { _ in
      for index in slots.indices {
        guard let slot = slots[index], strcmp(slot, path.string) == 0 else { continue }
        slots[index] = nil
        free(slot)
        return
      }
    }
  }

  /// Ends `process` along with this one.
  static func add(child process: Int32) { replace(child: 0, by: process) }

  /// Forgets `process`, which has ended.
  static func remove(child process: Int32) { replace(child: process, by: 0) }

  private static func replace(child process: Int32, by other: Int32) {
    registration.withLock { _ in
      if let index = children.firstIndex(of: process) { children[index] = other }
    }
  }

  private static func die(_ message: StaticString, _ status: ExitStatus) {
    write(2, message.utf8Start, message.utf8CodeUnitCount)
    clean()
    _exit(status.rawValue)
  }

  private static func clean() {
    for process in children where process > 0 { kill(process, SIGTERM) }
    // Until they are gone they may create files.
    for process in children where process > 0 { waitpid(process, nil, 0) }
    for index in slots.indices.reversed() {
      guard let path = slots[index] else { continue }
      if unlink(path) != 0 { rmdir(path) }
    }
  }
}
