// What tables and charts show, computed from results.
//
// Knows no format. Everything here follows from the samples.

/// Results, made comparable.
public struct Summary: Sendable {
  /// One program on one engine.
  public struct Cell: Sendable {
    public var engine: String
    /// Seconds; nil if there is no sample.
    public var median: Double?
    public var interval: Interval?
    /// To the baseline; nil for the baseline itself.
    public var ratio: Ratio?
    public var compile: Double?
    public var compileCPU: Double?
    public var compileMemory: UInt64?
    public var size: UInt64?
    public var memory: UInt64?
    /// Medians of what the hardware counted.
    public var instructions: Double?
    public var cycles: Double?
    public var outliers = Statistics.Outliers()
    public var count = 0
    public var problem: BenchmarkResults.Problem?
  }

  /// One program, with a cell for each engine that was there.
  public struct Line: Sendable {
    public var program: BenchmarkResults.ProgramRecord
    public var cells: [Cell]
  }

  /// One engine over all programs.
  public struct Total: Sendable {
    public var engine: String
    /// Of run times; nil without programs that the baseline has as well.
    public var ratio: Ratio?
    /// How many programs that is of.
    public var programs: Int
    /// The geometric mean of seconds of compiling, over the same programs.
    public var compile: Double?
    /// From exec to exit of the empty program, in seconds.
    public var startup: Double?
    public var startupInterval: Interval?
  }

  public let results: BenchmarkResults
  /// The engines that were there.
  public let engines: [String]
  public let lines: [Line]
  public let totals: [Total]

  public init(_ results: BenchmarkResults) {
    self.results = results
    let engines = results.engines.filter { $0.missing == nil }.map(\.name)
    self.engines = engines
    lines = results.programs.map { program in
      let rows = results.rows.filter { $0.program == program.name }
      let base = rows.first { $0.engine == results.baseline }?.soundTimes(program.timed) ?? []
      return Line(
        program: program,
        cells: engines.map { engine in
          let row = rows.first { $0.engine == engine }
          return Self.cell(
            engine, row, program.timed, base: engine == results.baseline ? [] : base)
        })
    }
    totals = engines.map { Self.total($0, results) }
  }

  private static func cell(
    _ engine: String, _ row: BenchmarkResults.Row?, _ timing: Timing, base: [Double]
  ) -> Cell {
    var cell = Cell(engine: engine)
    guard let row else { return cell }
    cell.problem = row.problem
    cell.size = row.artefactSize
    if !row.compiles.isEmpty {
      cell.compile = Statistics.median(row.compiles.map(\.wall))
      cell.compileCPU = Statistics.median(row.compiles.map { $0.user + $0.system })
      cell.compileMemory = row.compiles.map(\.peakMemory).max()
    }
    let times = row.soundTimes(timing)
    guard !times.isEmpty else { return cell }
    cell.count = times.count
    cell.median = Statistics.median(times)
    cell.interval = Statistics.medianInterval(times)
    cell.outliers = Statistics.outliers(times)
    cell.memory = row.peakMemory
    let instructions = row.runs.compactMap(\.instructions).map { Double($0) }
    cell.instructions = instructions.isEmpty ? nil : Statistics.median(instructions)
    let cycles = row.runs.compactMap(\.cycles).map { Double($0) }
    cell.cycles = cycles.isEmpty ? nil : Statistics.median(cycles)
    if !base.isEmpty { cell.ratio = Comparison.ratio(of: times, to: base) }
    return cell
  }

  private static func total(_ engine: String, _ results: BenchmarkResults) -> Total {
    var pairs: [(samples: [Double], baseline: [Double])] = []
    var compiles: [Double] = []
    for program in results.programs {
      let rows = results.rows.filter { $0.program == program.name }
      guard let row = rows.first(where: { $0.engine == engine }),
        let base = rows.first(where: { $0.engine == results.baseline })
      else { continue }
      let pair = (row.soundTimes(program.timed), base.soundTimes(program.timed))
      if pair.0.isEmpty || pair.1.isEmpty { continue }
      pairs.append(pair)
      if !row.compiles.isEmpty { compiles.append(Statistics.median(row.compiles.map(\.wall))) }
    }
    let startup =
      results.startup.first { $0.engine == engine && $0.problem == nil }?.runs.map(\.wall) ?? []
    return Total(
      engine: engine, ratio: Comparison.geometricMean(pairs), programs: pairs.count,
      compile: compiles.isEmpty
        ? nil : Comparison.geometricMean(compiles.map { ([$0], [1]) })?.value,
      startup: startup.isEmpty ? nil : Statistics.median(startup),
      startupInterval: Statistics.medianInterval(startup))
  }

  /// What makes the times doubtful, a sentence each.
  public var doubts: [String] {
    var doubts = results.machine.doubts
    if !results.isComplete {
      let part = results.suite.programs.map { " of \($0)" } ?? ""
      doubts.append(
        "These results are incomplete: the run was interrupted after \(results.programs.count)"
          + "\(part) programs.")
    }
    if let times = results.continued?.count {
      doubts.append(
        "The run was interrupted and continued\(times == 1 ? "" : " \(times) times"); programs were "
          + "measured at different times.")
    }
    let cells = lines.flatMap(\.cells)
    let outliers = cells.reduce(0) { $0 + $1.outliers.severe }
    let count = cells.reduce(0) { $0 + $1.count }
    if outliers * 20 > count {
      doubts.append("\(outliers) of \(count) samples are far from the others of their kind.")
    }
    // A program that computes has the processor for all of its time.
    let runs = results.rows.flatMap(\.runs).filter { $0.wall > 0.05 }
    let kept = runs.count { $0.user + $0.system < 0.9 * $0.wall }
    if kept * 10 > runs.count {
      doubts.append(
        "In \(kept) of \(runs.count) runs the program was without a processor for more than a tenth "
          + "of its time: it waited, or something else ran.")
    }
    let few = results.settings.runs < Statistics.fewestSamples
    if few {
      doubts.append(
        "With fewer than \(Statistics.fewestSamples) runs there are no intervals, and nothing is "
          + "called faster or slower.")
    }
    return doubts
  }
}

extension BenchmarkResults.Row {
  /// The times of a row without a problem.
  func soundTimes(_ timing: Timing) -> [Double] { problem == nil ? times(timing) : [] }
}
