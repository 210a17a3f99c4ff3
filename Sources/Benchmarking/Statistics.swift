// What a handful of times says: the middle, how sure it is, and which of them stand out.
//
// Knows numbers only. The choice of methods is argued, with the coverage that was
// measured, in docs/benchmarking.md.

internal import Glibc

/// A range that holds the true value in a stated share of experiments.
public struct Interval: Codable, Hashable, Sendable {
  public var low: Double
  public var high: Double

  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }

  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// Statistics of one list of samples.
public enum Statistics {
  /// With fewer samples no interval of 95 % exists: the smallest and the largest of five
  /// hold the median in 93.75 % of cases.
  public static let fewestSamples = 6

  /// The middle of `samples`, which are not empty.
  public static func median(_ samples: [Double]) -> Double { quantile(samples, 0.5) }

  /// The value below which the share `share` of the distribution lies, unbiased for the
  /// median of that value (Hyndman and Fan's definition 8).
  public static func quantile(_ samples: [Double], _ share: Double) -> Double {
    quantile(sorted: samples.sorted(), share)
  }

  static func quantile(sorted: [Double], _ share: Double) -> Double {
    precondition(!sorted.isEmpty, "a quantile of nothing")
    let position = (Double(sorted.count) + 1 / 3.0) * share + 1 / 3.0 - 1
    let below = min(max(Int(position.rounded(.down)), 0), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    let fraction = min(max(position - Double(below), 0), 1)
    return sorted[below] + (sorted[above] - sorted[below]) * fraction
  }

  /// An interval for the median of what `samples` were drawn from, whatever the
  /// distribution; nil for too few.
  ///
  /// Order statistics bound the median with a confidence that the binomial distribution
  /// gives. Between two such bounds lies one of the confidence asked for; it is
  /// interpolated as Hettmansperger and Sheather (1986) do.
  public static func medianInterval(
    _ samples: [Double], confidence: Double = 0.95
  ) -> Interval? {
    guard samples.count >= fewestSamples else { return nil }
    let sorted = samples.sorted()
    let count = sorted.count
    // tail: the probability that at most `rank` samples are below the median.
    // By logarithms, as powers of a half end at a thousand samples.
    func probability(_ below: Int) -> Double {
      let ways = lgamma(Double(count + 1)) - lgamma(Double(below + 1))
      return exp(ways - lgamma(Double(count - below + 1)) - Double(count) * log(2))
    }
    var tail = probability(0)
    var rank = 0
    var reached = 1 - 2 * tail
    // The extremes do not reach it: they are all that can be said.
    guard reached > confidence else { return Interval(low: sorted[0], high: sorted[count - 1]) }
    while true {
      let term = probability(rank + 1)
      let next = 1 - 2 * (tail + term)
      if next <= confidence || 2 * (rank + 2) > count {
        let inside = rank + 1
        let share = (reached - confidence) / (reached - next)
        let weight =
          Double(count - inside) * share
          / (Double(inside) + Double(count - 2 * inside) * share)
        let last = count - 1
        return Interval(
          low: sorted[rank] + weight * (sorted[inside] - sorted[rank]),
          high: sorted[last - rank] + weight * (sorted[last - inside] - sorted[last - rank]))
      }
      tail += term
      reached = next
      rank += 1
    }
  }

  /// Samples that stand apart.
  public struct Outliers: Codable, Hashable, Sendable {
    /// More than 1.5 times the distance of the quartiles away from them.
    public var mild = 0
    /// More than 3 times.
    public var severe = 0

    public init() {}
  }

  /// Tukey's fences. Outliers are reported and stay in: the median does not mind them.
  public static func outliers(_ samples: [Double]) -> Outliers {
    var result = Outliers()
    guard samples.count >= fewestSamples else { return result }
    let sorted = samples.sorted()
    let low = quantile(sorted: sorted, 0.25)
    let high = quantile(sorted: sorted, 0.75)
    for sample in sorted {
      let distance = max(low - sample, sample - high)
      if distance > 3 * (high - low) {
        result.severe += 1
      } else if distance > 1.5 * (high - low) {
        result.mild += 1
      }
    }
    return result
  }
}
