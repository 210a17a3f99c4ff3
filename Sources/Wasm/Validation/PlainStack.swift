// Memory for stacks of plain values, kept from body to body.
//
// Knows nothing of what it holds.

/// A stack of plain values that is used for one body after the other.
struct PlainStack<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(capacity: Int) {
    base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  /// Makes room for `capacity` elements and keeps the first `count`.
  @inline(never)
  mutating func grow(to capacity: Int, keeping count: Int) {
    let larger = max(capacity, 2 * self.capacity)
    let new = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    new.update(from: base, count: count)
    base.deallocate()
    base = new
    self.capacity = larger
  }

  /// Gives the memory back; the stack must not be used after.
  func deallocate() { base.deallocate() }
}
