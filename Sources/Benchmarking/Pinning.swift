// Keeps this thread, and what it starts, on one processor for a while.

internal import CLinux
internal import Glibc

/// This thread on one processor, until it is released.
struct Pinning {
  private var previous = cpu_set_t()
  private let isPinned: Bool

  init(_ processor: Int?) {
    guard let processor else {
      isPinned = false
      return
    }
    isPinned = apus_pin(Int32(processor), &previous) == 0
  }

  func release() {
    guard isPinned else { return }
    var previous = previous
    _ = apus_unpin(&previous)
  }
}
