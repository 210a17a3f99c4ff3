// Two engines on one program, or on all of a suite: how many times as long, and whether
// that is more than chance.
//
// Works on logarithms, where a ratio is a difference and a geometric mean a mean.

internal import Glibc
internal import Synchronization

/// What a comparison came to.
public enum Verdict: String, Codable, Hashable, Sendable {
  case faster, slower
  case noEvidence = "no evidence"
}

/// A ratio of medians, or a geometric mean of such ratios.
public struct Ratio: Codable, Hashable, Sendable {
  /// How many times as long; below 1 is faster.
  public var value: Double
  /// 95 %; nil for too few samples.
  public var interval: Interval?
  public var verdict: Verdict
}

public enum Comparison {
  /// The median of `samples` over that of `baseline`.
  public static func ratio(of samples: [Double], to baseline: [Double]) -> Ratio? {
    geometricMean([(samples, baseline)])
  }

  /// The geometric mean over pairs of samples of the ratios of their medians.
  ///
  /// The programs count as given, not as drawn from some larger set: the interval says
  /// what other runs of these programs would give.
  ///
  /// - Returns: nil without pairs, or with a sample that has no logarithm.
  public static func geometricMean(
    _ pairs: [(samples: [Double], baseline: [Double])]
  ) -> Ratio? {
    guard !pairs.isEmpty else { return nil }
    var sum = 0.0
    var variance = 0.0
    // Of the sum of variances, to be divided by (Satterthwaite).
    var uncertainty = 0.0
    var hasInterval = true
    for pair in pairs {
      for (samples, sign) in [(pair.samples, 1.0), (pair.baseline, -1.0)] {
        guard !samples.isEmpty, samples.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
        let logarithms = samples.map { log($0) }.sorted()
        sum += sign * Statistics.quantile(sorted: logarithms, 0.5)
        guard samples.count >= Statistics.fewestSamples else {
          hasInterval = false
          continue
        }
        let calibration = MedianSpread.calibrated(for: samples.count)
        let spread = calibration.scale * quartileDistance(logarithms)
        variance += spread * spread
        uncertainty += spread * spread * spread * spread / calibration.degrees
      }
    }
    let count = Double(pairs.count)
    let mean = sum / count
    guard hasInterval else {
      return Ratio(value: exp(mean), interval: nil, verdict: .noEvidence)
    }
    let deviation = sqrt(variance) / count
    let degrees = uncertainty > 0 ? variance * variance / uncertainty : 1
    func half(_ normal: Double) -> Double { studentQuantile(normal, degrees) * deviation }
    // A table holds many comparisons, so one is called different only when its interval
    // of 99 % says so.
    let sure = half(2.575_829_303_5)
    let verdict: Verdict = mean > sure ? .slower : mean < -sure ? .faster : .noEvidence
    let shown = half(1.959_963_984_5)
    return Ratio(
      value: exp(mean), interval: Interval(low: exp(mean - shown), high: exp(mean + shown)),
      verdict: verdict)
  }

  /// The distance of the quartiles.
  static func quartileDistance(_ sorted: [Double]) -> Double {
    Statistics.quantile(sorted: sorted, 0.75) - Statistics.quantile(sorted: sorted, 0.25)
  }

  /// The quantile of Student's distribution that belongs to the quantile `normal` of the
  /// normal one (Cornish and Fisher's expansion; within 1 % from 3 degrees on).
  static func studentQuantile(_ normal: Double, _ degrees: Double) -> Double {
    let z = normal
    let terms = [
      (pow(z, 3) + z) / 4,
      (5 * pow(z, 5) + 16 * pow(z, 3) + 3 * z) / 96,
      (3 * pow(z, 7) + 19 * pow(z, 5) + 17 * pow(z, 3) - 15 * z) / 384,
      (79 * pow(z, 9) + 776 * pow(z, 7) + 1482 * pow(z, 5) - 1920 * pow(z, 3) - 945 * z) / 92160,
    ]
    return terms.reversed().reduce(0) { ($0 + $1) / degrees } + z
  }
}

/// How the spread of a median follows from the distance of the quartiles.
struct MedianSpread: Sendable {
  /// The standard deviation of the median over the distance of the quartiles.
  var scale: Double
  /// How sure the square of that is, as degrees of freedom; half as many again as the
  /// moments say, which makes the coverage for two normal samples exact.
  var degrees: Double

  private static let known = Mutex<[Int: MedianSpread]>([:])

  /// For `count` samples, from drawing that many of a normal distribution again and
  /// again: formulas for large numbers are 20 % off at ten.
  static func calibrated(for count: Int) -> MedianSpread {
    let most = 100
    if count > most {
      // From here on one over the root of the number holds.
      var spread = calibrated(for: most)
      spread.scale *= sqrt(Double(most) / Double(count))
      spread.degrees *= Double(count) / Double(most)
      return spread
    }
    if let spread = known.withLock({ $0[count] }) { return spread }
    var generator = SeededGenerator(seed: UInt64(count))
    let draws = min(20_000, 400_000 / count)
    var medians = 0.0
    var squares = 0.0
    var fourths = 0.0
    var samples = [Double](repeating: 0, count: count)
    for _ in 0..<draws {
      for index in samples.indices { samples[index] = generator.normal() }
      samples.sort()
      let median = Statistics.quantile(sorted: samples, 0.5)
      let distance = Comparison.quartileDistance(samples)
      medians += median * median
      squares += distance * distance
      fourths += distance * distance * distance * distance
    }
    medians /= Double(draws)
    squares /= Double(draws)
    fourths /= Double(draws)
    let spread = MedianSpread(
      scale: sqrt(medians / squares),
      degrees: 1.5 * 2 * squares * squares / (fourths - squares * squares))
    known.withLock { $0[count] = spread }
    return spread
  }
}
