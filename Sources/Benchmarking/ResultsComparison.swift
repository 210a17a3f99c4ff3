// Two files of results, before and after a change: what became faster or slower.

/// A comparison of the same engines on the same programs.
public struct ResultsComparison: Sendable {
  public struct Line: Sendable {
    public var program: String
    public var engine: String
    /// New over old; nil where one of them has no samples.
    public var ratio: Ratio?
    /// Why there is none.
    public var reason: String?
  }

  /// In the order of the new file.
  public let lines: [Line]
  /// One for each engine, over all programs that both files have.
  public let totals: [(engine: String, ratio: Ratio, programs: Int)]
  /// Why the two should not be compared, a sentence each.
  public let doubts: [String]

  public init(old: BenchmarkResults, new: BenchmarkResults) {
    var lines: [Line] = []
    var totals: [(engine: String, ratio: Ratio, programs: Int)] = []
    for engine in new.engines.map(\.name) {
      var pairs: [(samples: [Double], baseline: [Double])] = []
      for program in new.programs {
        guard
          let after = new.rows.first(where: { $0.engine == engine && $0.program == program.name }),
          let before = old.rows.first(where: { $0.engine == engine && $0.program == program.name })
        else { continue }
        var line = Line(program: program.name, engine: engine)
        let pair = (after.soundTimes(program.timed), before.soundTimes(program.timed))
        if let problem = after.problem {
          line.reason = "new: \(problem.kind.rawValue): \(problem.message)"
        } else if let problem = before.problem {
          line.reason = "old: \(problem.kind.rawValue): \(problem.message)"
        } else if let ratio = Comparison.ratio(of: pair.0, to: pair.1) {
          line.ratio = ratio
          pairs.append(pair)
        } else {
          line.reason = "no samples"
        }
        lines.append(line)
      }
      if let ratio = Comparison.geometricMean(pairs) { totals.append((engine, ratio, pairs.count)) }
    }
    self.lines = lines
    self.totals = totals
    var doubts: [String] = []
    for (name, before, after) in [
      ("processors", old.machine.processor, new.machine.processor),
      ("kernels", old.machine.kernel, new.machine.kernel),
      ("suites", old.suite.name, new.suite.name),
    ] where before != after {
      doubts.append(
        "The two are of different \(name): \(before ?? "unknown") and \(after ?? "unknown").")
    }
    self.doubts = doubts
  }

  /// What became slower by more than `limit` (0.05 for 5 %), beyond chance; what had
  /// samples and has a problem now counts as well.
  public func regressions(beyond limit: Double) -> [Line] {
    lines.filter { line in
      guard let ratio = line.ratio else { return line.reason?.hasPrefix("new: ") == true }
      return ratio.verdict == .slower && ratio.value > 1 + limit
    }
  }

  /// A table for a terminal.
  public var text: String {
    var rows = [["program", "engine", "new / old", "95 %", ""]]
    for line in lines {
      rows.append([line.program, line.engine] + Self.words(line.ratio, line.reason))
    }
    for total in totals where total.programs > 1 {
      rows.append(["geometric mean", total.engine] + Self.words(total.ratio, nil))
    }
    let doubts = doubts.map { "\($0)\n" }.joined()
    return TextTable(rows, right: [2, 3]).text + doubts
  }

  private static func words(_ ratio: Ratio?, _ reason: String?) -> [String] {
    guard let ratio else { return ["", "", reason ?? ""] }
    let range = ratio.interval.map { "\(decimal($0.low, 3)) – \(decimal($0.high, 3))" } ?? "–"
    return [decimal(ratio.value, 3), range, ratio.verdict.rawValue]
  }
}
