// Random numbers that can be had again: the order of runs and the calibration of
// intervals come from a seed that the results name.
//
// Not for secrets.

internal import Glibc

/// SplitMix64: 64 bits of state, one addition and three mixing steps a number.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number between 0 and 1, neither of which it is.
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// A number of the standard normal distribution (Box and Muller's transform).
  public mutating func normal() -> Double {
    sqrt(-2 * log(uniform())) * cos(2 * Double.pi * uniform())
  }
}
