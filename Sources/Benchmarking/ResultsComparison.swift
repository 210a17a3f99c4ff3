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
    /// Whether the old one has samples, and the new one none.
    public var failsNow = false
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
    // What the new one has not come to is missing; what it was not asked for is not.
    var programs = new.programs
    if !new.isComplete {
      programs += old.programs.filter { before in
        !programs.contains { $0.name == before.name }
      }
    }
    for engine in new.engines.map(\.name) {
      var pairs: [(samples: [Double], baseline: [Double])] = []
      for program in programs {
        let isSought = { (row: BenchmarkResults.Row) in
          row.engine == engine && row.program == program.name
        }
        guard let before = old.rows.first(where: isSought) else { continue }
        let after = new.rows.first(where: isSought)
        var line = Line(program: program.name, engine: engine)
        let pair = (after?.soundTimes(program.timed) ?? [], before.soundTimes(program.timed))
        line.failsNow = pair.0.isEmpty && !pair.1.isEmpty
        if let ratio = Comparison.ratio(of: pair.0, to: pair.1) {
          line.ratio = ratio
          pairs.append(pair)
        } else if pair.0.isEmpty {
          line.reason = "new: \(Self.reason(after, new, engine))"
        } else {
          line.reason = "old: \(Self.reason(before, old, engine))"
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
    for (name, before, after) in [
      ("programs", old.programs.map(\.name), programs.map(\.name)),
      ("engines", old.engines.map(\.name), new.engines.map(\.name)),
    ] {
      for (which, names) in [
        ("old", before.filter { !after.contains($0) }),
        ("new", after.filter { !before.contains($0) }),
      ] where !names.isEmpty {
        doubts.append("Only the \(which) one has the \(name) \(names.joined(separator: ", ")).")
      }
    }
    for (which, results) in [("old", old), ("new", new)] where !results.isComplete {
      doubts.append("The \(which) one is incomplete.")
    }
    self.doubts = doubts
  }

  /// Why `row` has no samples.
  private static func reason(
    _ row: BenchmarkResults.Row?, _ results: BenchmarkResults, _ engine: String
  ) -> String {
    if let problem = row?.problem { return "\(problem.kind.rawValue): \(problem.message)" }
    let missing = results.engines.first { $0.name == engine }?.missing
    return missing.map { "not installed: \($0)" } ?? "not measured"
  }

  /// What became slower by more than `limit` (0.05 for 5 %), beyond chance; what had
  /// samples and has a problem now counts as well.
  public func regressions(beyond limit: Double) -> [Line] {
    lines.filter { line in
      guard let ratio = line.ratio else { return line.failsNow }
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
