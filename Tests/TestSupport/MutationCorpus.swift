// Broken modules in any number, each to be had again by seed and index.

import Foundation

/// A small generator of random numbers whose sequence never changes.
public struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ value >> 30) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ value >> 27) &* 0x94d0_49bb_1331_11eb
    return value ^ value >> 31
  }

  /// A number below `bound`, which must not be zero.
  mutating func next(below bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Modules, and mutants made from them.
public struct MutationCorpus: Sendable {
  /// The modules that mutants are made from.
  public let modules: [[UInt8]]

  /// - Parameters:
  ///   - modules: at least one, none empty.
  public init(modules: [[UInt8]]) {
    precondition(!modules.isEmpty && modules.allSatisfy { !$0.isEmpty })
    self.modules = modules
  }

  /// The modules of the shared material that are no larger than `maximumSize`, and
  /// `others`.
  public static func shared(
    maximumSize: Int = 200_000, adding others: [[UInt8]] = []
  ) -> MutationCorpus {
    let files = ["sightglass", "wasi-testsuite"].flatMap {
      SharedFiles.files(in: $0, suffix: ".wasm")
    }
    let modules = files.compactMap { try? [UInt8](Data(contentsOf: $0)) }
      .filter { (1...maximumSize).contains($0.count) }
    return MutationCorpus(modules: modules + others)
  }

  /// Mutant `index` of the sequence `seed`: always the same from the same modules.
  public func mutant(seed: UInt64, index: Int) -> [UInt8] {
    var random = SplitMix64(seed: seed &+ UInt64(index) &* 0xd134_2543_de82_ef95)
    var bytes = modules[random.next(below: modules.count)]
    for _ in 0...random.next(below: 4) where !bytes.isEmpty { mutate(&bytes, &random) }
    return bytes
  }

  private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
    let place = random.next(below: bytes.count)
    switch random.next(below: 16) {
    case 0...4: bytes[place] ^= 1 << UInt8(random.next(below: 8))
    case 5, 6: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    // The bytes that integers in LEB128 grow from.
    case 7: bytes[place] = [0x00, 0x7f, 0x80, 0xff, 0x40, 0x0b][random.next(below: 6)]
    case 8: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
    case 9: bytes.remove(at: place)
    case 10: bytes.replaceSubrange(place..., with: [])
    case 11:
      let count = min(5, bytes.count - place)
      bytes.replaceSubrange(place..<place + count, with: [0xff, 0xff, 0xff, 0xff, 0x0f])
    case 12, 13: copyRange(within: &bytes, &random)
    default: spliceSection(into: &bytes, &random)
    }
  }

  /// Copies some bytes over others of the same module.
  private func copyRange(within bytes: inout [UInt8], _ random: inout SplitMix64) {
    let count = min(1 + random.next(below: 64), bytes.count)
    let source = random.next(below: bytes.count - count + 1)
    let target = random.next(below: bytes.count - count + 1)
    bytes.replaceSubrange(target..<target + count, with: Array(bytes[source..<source + count]))
  }

  /// Replaces, removes or repeats a section, taken from this or another module.
  private func spliceSection(into bytes: inout [UInt8], _ random: inout SplitMix64) {
    let donor = modules[random.next(below: modules.count)]
    let targets = Self.sections(of: bytes)
    let sources = Self.sections(of: donor)
    guard !targets.isEmpty, !sources.isEmpty else { return }
    let target = targets[random.next(below: targets.count)]
    let same = sources.filter { donor[$0.lowerBound] == bytes[target.lowerBound] }
    switch random.next(below: 4) {
    case 0: bytes.replaceSubrange(target, with: [])
    case 1: bytes.insert(contentsOf: Array(bytes[target]), at: target.upperBound)
    case 2 where !same.isEmpty:
      bytes.replaceSubrange(target, with: donor[same[random.next(below: same.count)]])
    default:
      bytes.replaceSubrange(target, with: donor[sources[random.next(below: sources.count)]])
    }
  }

  /// Where the sections stand, as far as they can be told apart.
  private static func sections(of bytes: [UInt8]) -> [Range<Int>] {
    var sections: [Range<Int>] = []
    var position = 8
    while position < bytes.count {
      let start = position
      position += 1
      var size = 0
      var shift = 0
      while position < bytes.count, shift < 35 {
        let byte = bytes[position]
        position += 1
        size |= Int(byte & 0x7f) << shift
        shift += 7
        if byte < 0x80 { break }
      }
      guard position <= bytes.count, size <= bytes.count - position else { break }
      position += size
      sections.append(start..<position)
    }
    return sections
  }
}
