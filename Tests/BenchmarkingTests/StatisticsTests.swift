// The intervals hold what they promise, on distributions whose median is known.

import Foundation
import Testing

@testable import Benchmarking

/// Noise as times have it, with its true median.
struct Noise: CustomTestStringConvertible, Sendable {
  let name: String
  let median: Double
  let draw: @Sendable (inout SeededGenerator) -> Double
  var testDescription: String { name }

  func samples(_ count: Int, _ generator: inout SeededGenerator) -> [Double] {
    (0..<count).map { _ in draw(&generator) }
  }

  static let normal = Noise(name: "normal", median: 1) { 1 + 0.03 * $0.normal() }
  static let lognormal = Noise(name: "lognormal", median: 1) { exp(0.5 * $0.normal()) }
  /// A fastest time, and delays that add to it.
  static let skewed = Noise(name: "skewed", median: 1 + 0.1 * log(2)) {
    1 - 0.1 * log($0.uniform())
  }
  static let all = [normal, lognormal, skewed]
}

struct StatisticsTests {
  private static let cases: [(Noise, Int)] = Noise.all.flatMap { noise in
    [6, 10, 11, 15, 20].map { (noise, $0) }
  }
  /// The share of `runs` in which `holds` is true.
  private func share(
    runs: Int = 4000, seed: UInt64, _ holds: (inout SeededGenerator) -> Bool
  ) -> Double {
    var generator = SeededGenerator(seed: seed)
    return Double((0..<runs).count { _ in holds(&generator) }) / Double(runs)
  }

  @Test(arguments: cases)
  func `the interval of a median covers it`(_ noise: Noise, _ count: Int) throws {
    let covered = share(seed: 1) {
      Statistics.medianInterval(noise.samples(count, &$0))?.contains(noise.median) == true
    }
    #expect((0.93...0.97).contains(covered), "\(covered)")
  }

  @Test(arguments: cases)
  func `the interval of a ratio covers it`(_ noise: Noise, _ count: Int) throws {
    let covered = share(seed: 2) {
      let samples = noise.samples(count, &$0).map { $0 * 1.25 }
      let ratio = Comparison.ratio(of: samples, to: noise.samples(count, &$0))
      return ratio?.interval?.contains(1.25) == true
    }
    #expect((0.93...0.97).contains(covered), "\(covered)")
  }

  @Test(arguments: cases)
  func `the interval of a geometric mean covers it`(_ noise: Noise, _ count: Int) throws {
    let truth = pow(2, 5.5 / 12)
    let covered = share(runs: 1000, seed: 3) { generator in
      let pairs = (0..<12).map { program in
        let factor = pow(2, Double(program) / 12)
        return (
          noise.samples(count, &generator).map { $0 * factor }, noise.samples(count, &generator)
        )
      }
      return Comparison.geometricMean(pairs)?.interval?.contains(truth) == true
    }
    #expect((0.93...0.97).contains(covered), "\(covered)")
  }

  @Test func `the noise of two engines may differ`() {
    let covered = share(seed: 4) {
      let samples = Noise.skewed.samples(10, &$0)
      let ratio = Comparison.ratio(of: samples, to: Noise.normal.samples(20, &$0))
      return ratio?.interval?.contains(Noise.skewed.median) == true
    }
    #expect((0.93...0.97).contains(covered), "\(covered)")
  }

  @Test(arguments: cases)
  func `equal engines are seldom called different`(_ noise: Noise, _ count: Int) {
    let different = share(seed: 5) {
      let ratio = Comparison.ratio(
        of: noise.samples(count, &$0), to: noise.samples(count, &$0))
      return ratio?.verdict != .noEvidence
    }
    #expect(different < 0.02, "\(different)")
  }

  @Test func `a difference three times the noise is seen`() {
    let seen = share(runs: 500, seed: 6) {
      let samples = Noise.normal.samples(10, &$0).map { $0 * 1.09 }
      return Comparison.ratio(of: samples, to: Noise.normal.samples(10, &$0))?.verdict == .slower
    }
    #expect(seen > 0.9, "\(seen)")
    let other = Comparison.ratio(of: Array(repeating: 1, count: 8), to: [2, 2, 2, 2, 2, 2.01])
    #expect(other?.verdict == .faster)
  }

  @Test func `the median and the quantiles`() {
    #expect(Statistics.median([3, 1, 2]) == 2)
    #expect(Statistics.median([4, 1, 3, 2]) == 2.5)
    #expect(Statistics.median([7]) == 7)
    #expect(Statistics.quantile([5, 1, 2, 3, 4], 0) == 1)
    #expect(Statistics.quantile([5, 1, 2, 3, 4], 1) == 5)
  }

  @Test func `many samples have an interval as well`() throws {
    // Of 5,000, the bounds are 69 or 70 ranks from the middle: 0.98 times the root.
    let interval = try #require(Statistics.medianInterval((1...5000).map { Double($0) }))
    #expect((2429...2433).contains(interval.low), "\(interval)")
    #expect(abs(interval.low + interval.high - 5001) < 1e-6)
    let covered = share(runs: 1000, seed: 7) {
      let samples = Noise.normal.samples(400, &$0)
      let ratio = Comparison.ratio(of: samples, to: Noise.normal.samples(400, &$0))
      return ratio?.interval?.contains(1) == true
    }
    #expect((0.93...0.97).contains(covered), "\(covered)")
  }

  @Test func `too few samples give no interval`() {
    #expect(Statistics.medianInterval([1, 2, 3, 4, 5]) == nil)
    let ratio = Comparison.ratio(of: [1, 1, 1], to: [2, 2, 2])
    #expect(ratio?.value == 0.5)
    #expect(ratio?.interval == nil)
    #expect(ratio?.verdict == .noEvidence)
  }

  @Test func `what has no logarithm has no ratio`() {
    #expect(Comparison.ratio(of: [0, 1], to: [1, 1]) == nil)
    #expect(Comparison.ratio(of: [], to: [1]) == nil)
    #expect(Comparison.geometricMean([]) == nil)
  }

  @Test func `samples that are all equal`() throws {
    let same = Array(repeating: 3.0, count: 10)
    let ratio = try #require(Comparison.ratio(of: same, to: same))
    #expect(ratio.value == 1)
    #expect(ratio.interval == Interval(low: 1, high: 1))
    #expect(ratio.verdict == .noEvidence)
    #expect(Statistics.medianInterval(same) == Interval(low: 3, high: 3))
  }

  @Test func `outliers are counted`() {
    let outliers = Statistics.outliers([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 30, 60])
    #expect(outliers.mild == 1)
    #expect(outliers.severe == 1)
  }

  @Test func `the generator gives the numbers of its algorithm`() {
    // The first numbers of SplitMix64 for the seed 1234567, as its authors publish them.
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
    #expect(generator.next() == 9_817_491_932_198_370_423)
  }
}
