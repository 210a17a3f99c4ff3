// `apus bench`: engines side by side, and what to do with the results.

import ArgumentParser
import Benchmarking
import Driver
import FoundationEssentials
import Wasm

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure engines side by side, show the results, compare them with earlier ones.",
    discussion: """
      Without a verb it measures; apus bench run --help lists the options.

      EXAMPLES:
        apus bench app.wasm
        apus bench --suite benchmarks/core.toml --engine native,apus,node -o results.json
        apus bench report results.json -o report.html
        apus bench compare old.json new.json --fail-on-regression 5%

      \(ExitStatus.help)
      """,
    subcommands: [BenchRunCommand.self, BenchReportCommand.self, BenchCompareCommand.self],
    defaultSubcommand: BenchRunCommand.self)
}

struct BenchReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Show results as a page, a document or a table.",
    discussion: """
      A page of HTML needs nothing else and runs no script. SVG is the chart of geometric means \
      alone, for a README. CSV has a line for every sample. Results of a run that was \
      interrupted are shown as far as they go.

      EXAMPLES:
        apus bench report results.json -o report.html
        apus bench report results.json --format markdown
        apus bench report results.json --format svg -o chart.svg

      \(ExitStatus.help)
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, svg, markdown, csv, text
  }

  @Argument(help: ArgumentHelp("What apus bench -o wrote.", valueName: "results"))
  var results: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file to write. Default: standard output.", valueName: "file"))
  var output: String?

  @Option(help: "html, svg, markdown, csv, or text.")
  var format = Format.html

  func run() throws {
    let input = try MappedFile(results)
    let summary = Summary(try benchmarkResults(input))
    let text: String? =
      switch format {
      case .html: summary.html
      case .svg: summary.svg
      case .markdown: summary.markdown
      case .csv: summary.csv
      case .text: summary.text
      }
    guard let text else {
      throw Failure(
        "has nothing to draw: no program has times of the baseline, \(summary.results.baseline); "
          + "--format html shows what there is", file: results)
    }
    guard let output else { return try StandardOutput.write(text.utf8) }
    let file = try OutputFile(output, inputs: [input].compactMap(\.status))
    try file.replace(with: ModuleBytes(copying: Array(text.utf8)), executable: false)
  }
}

struct BenchCompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Say what became faster or slower between two files of results.",
    discussion: """
      A program is called faster or slower only where that is more than chance. What had times \
      before and has none now is a regression as well.

      EXAMPLES:
        apus bench compare old.json new.json
        apus bench compare old.json new.json --fail-on-regression 5%

      \(ExitStatus.help)
      """)

  @Argument(help: ArgumentHelp("Results from before.", valueName: "old"))
  var old: String

  @Argument(help: ArgumentHelp("Results from after.", valueName: "new"))
  var new: String

  @Option(
    help: ArgumentHelp(
      "End with status 1 if a program became slower by more than this, or has no times any more.",
      valueName: "share"),
    transform: { text in
      let digits = text.hasSuffix("%") ? String(text.dropLast()) : text
      guard let percent = Double(digits), (0...1000).contains(percent) else {
        throw ValidationError("a share is such as 5%")
      }
      return percent / 100
    })
  var failOnRegression: Double?

  func run() throws {
    let comparison = ResultsComparison(
      old: try benchmarkResults(MappedFile(old)), new: try benchmarkResults(MappedFile(new)))
    guard !comparison.lines.isEmpty else {
      throw Failure(
        "has no program and engine in common with \(old): "
          + comparison.doubts.joined(separator: " "),
        file: new)
    }
    try StandardOutput.write(comparison.text.utf8)
    guard let failOnRegression else { return }
    let regressions = comparison.regressions(beyond: failOnRegression)
    for line in regressions {
      Diagnostics.warn(
        "\(line.program), \(line.engine): regression\(line.reason.map { " (\($0))" } ?? "")")
    }
    if !regressions.isEmpty { throw ExitCode(ExitStatus.failure.rawValue) }
  }
}

/// The results that `file` holds.
func benchmarkResults(_ file: MappedFile) throws -> BenchmarkResults {
  let data = file.bytes.withBuffer { Data($0) }
  return try withFailures { () throws(BenchmarkError) in
    try BenchmarkResults(json: data, file: file.name)
  }
}

/// Errors of the benchmarks, as the command line reports them.
func withFailures<Result>(_ body: () throws(BenchmarkError) -> Result) throws -> Result {
  do { return try body() } catch {
    let place = error.line.flatMap { line in error.column.map { ":\(line):\($0)" } } ?? ""
    throw Failure(error.message, file: error.file.map { $0 + place })
  }
}
