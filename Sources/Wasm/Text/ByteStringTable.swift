// Byte strings as small numbers: the names and keywords of a text, each known once.
//
// Looking a string up copies and allocates nothing.

/// Gives each of the strings it holds a number, counted from zero.
struct ByteStringTable: Sendable {
  private struct Entry {
    var hash: UInt64
    var start: Int
    var count: Int
  }

  private var entries: [Entry] = []
  private var storage: [UInt8] = []
  /// For each slot, the number of its string plus one. As many slots as a power of two.
  private var slots: [UInt32] = Array(repeating: 0, count: 256)
  /// Texts come from anywhere: without a seed one could be made whose names all meet in
  /// one slot.
  private let seed = UInt64.random(in: .min ... .max)

  /// How many strings it holds.
  var count: Int { entries.count }

  /// The number of `string`, if it is known.
  @inline(__always)
  func find(_ string: UnsafeBufferPointer<UInt8>) -> Int? {
    let number = slots[slot(of: string, hash(string))]
    return number == 0 ? nil : Int(number) - 1
  }

  /// The number of `string`, which is known from now on.
  mutating func insert(_ string: UnsafeBufferPointer<UInt8>) -> Int {
    let hash = hash(string)
    let slot = slot(of: string, hash)
    if slots[slot] != 0 { return Int(slots[slot]) - 1 }
    entries.append(Entry(hash: hash, start: storage.count, count: string.count))
    storage.append(contentsOf: string)
    slots[slot] = UInt32(entries.count)
    if entries.count * 2 > slots.count { grow() }
    return entries.count - 1
  }

  /// The slot of the string, or the empty one it would take.
  @inline(__always)
  private func slot(of string: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let entry = entries[Int(slots[slot]) - 1]
      if entry.hash == hash, equals(entry, string) { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, entry) in entries.enumerated() {
      var slot = Int(truncatingIfNeeded: entry.hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number + 1)
    }
  }

  @inline(__always)
  private func equals(_ entry: Entry, _ string: UnsafeBufferPointer<UInt8>) -> Bool {
    guard entry.count == string.count else { return false }
    for index in 0..<entry.count where storage[entry.start + index] != string[index] {
      return false
    }
    return true
  }

  @inline(__always)
  private func hash(_ string: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let bytes = UnsafeRawBufferPointer(string)
    var hash = seed ^ UInt64(bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = Self.mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return Self.mix(hash ^ rest)
  }

  @inline(__always)
  private static func mix(_ value: UInt64) -> UInt64 {
    let product = value.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
    return product.high ^ product.low
  }
}
