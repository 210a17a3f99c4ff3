// Instructions and cycles as the processor counts them, where kernel and machine allow it.
//
// A counter is opened before a process is started, begins with its exec, and counts what that
// starts as well. Virtual machines mostly have none.

internal import CLinux
internal import Glibc

/// The counters of one process.
struct HardwareCounters {
  private let instructions: Int32
  private let cycles: Int32

  /// Whether the kernel opens them.
  static let areThere: Bool = {
    let descriptor = apus_open_counter(apus_hardware_counter(), apus_count_of_instructions())
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }()

  /// Counters that begin with the next exec of what this thread starts; none if not `enabled`.
  init(enabled: Bool) {
    let kind = apus_hardware_counter()
    instructions = enabled ? apus_open_counter(kind, apus_count_of_instructions()) : -1
    cycles = enabled ? apus_open_counter(kind, apus_count_of_cycles()) : -1
  }

  /// Reads and closes them.
  func end() -> (instructions: UInt64?, cycles: UInt64?) {
    (Self.read(instructions), Self.read(cycles))
  }

  /// A counter of nanoseconds on a processor, which every machine has: it shows that the way
  /// to counters works.
  static func openTaskClock() -> Int32 {
    apus_open_counter(apus_software_counter(), apus_count_of_task_time())
  }

  /// What `descriptor` has counted; closes it.
  static func read(_ descriptor: Int32) -> UInt64? {
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    let size = MemoryLayout.size(ofValue: words)
    guard Glibc.read(descriptor, &words, size) == size else { return nil }
    return total(count: words.0, enabled: words.1, running: words.2)
  }

  /// A count for all the time, if the counter was lent to others for some of it.
  static func total(count: UInt64, enabled: UInt64, running: UInt64) -> UInt64? {
    guard running > 0, count > 0 else { return nil }
    if running >= enabled { return count }
    return UInt64((Double(count) * Double(enabled) / Double(running)).rounded())
  }
}
