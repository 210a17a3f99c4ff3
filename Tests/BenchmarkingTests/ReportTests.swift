// Results as tables, pages and verdicts.

import Foundation
import Testing

@testable import Benchmarking

/// Results with known samples.
enum SampleResults {
  /// Three engines on two programs; `fast` takes half of what `base` takes, times `factor`.
  static func make(factor: Double = 1, runs: Int = 10) -> BenchmarkResults {
    var results = BenchmarkResults(
      created: "2026-01-01T00:00:00Z", suite: .init(name: "A & B", description: "Two <programs>."),
      settings: .init(
        runs: runs, warmups: 1, seed: 7, timeout: 60, processor: 1, memoryFloor: 1 << 20),
      machine: Machine(
        processor: "A processor", cores: 2, memory: 4 << 30, kernel: "6.1", system: "Debian",
        isVirtual: true, governor: nil, start: .init(load: 0.1), end: .init(load: 0.1)),
      baseline: "base")
    results.isComplete = true
    for name in ["base", "fast", "broken", "absent"] {
      results.engines.append(
        .init(
          name: name, about: "engine \(name)", version: "1.0", path: "/bin/\(name)",
          missing: name == "absent" ? "absent: not found" : nil,
          compile: name == "base" ? [] : [["cc", "{module}"]], run: ["run", "{output}"]))
    }
    for (program, scale) in [("alpha", 1.0), ("beta", 0.002)] {
      results.programs.append(.init(name: program, about: nil, timed: .process, moduleSize: 99))
      for (engine, share) in [("base", 1.0), ("fast", 0.5 * factor), ("broken", 1.0)] {
        var row = BenchmarkResults.Row(program: program, engine: engine)
        if engine == "broken" {
          row.problem = .init(kind: .crashed, message: "it was ended by SIGSEGV")
        } else {
          row.runs = (0..<runs).map { sample(scale * share * (1 + 0.002 * Double($0 % 5))) }
        }
        if engine != "base" {
          row.compiles = [sample(0.25), sample(0.26)]
          row.artefactSize = 2048
          row.peakMemory = 8 << 20
        }
        results.rows.append(row)
      }
    }
    for engine in ["base", "fast"] {
      var row = BenchmarkResults.Row(program: "start-up", engine: engine)
      row.runs = (0..<20).map { sample(0.001 + 0.00001 * Double($0 % 4)) }
      results.startup.append(row)
    }
    return results
  }

  private static func sample(_ wall: Double) -> BenchmarkResults.Sample {
    .init(wall: wall, user: wall, system: 0, peakMemory: 8 << 20)
  }
}

struct ReportTests {
  private let summary = Summary(SampleResults.make())

  @Test func `a summary of known samples`() throws {
    #expect(summary.engines == ["base", "fast", "broken"])
    let fast = try #require(summary.totals.first { $0.engine == "fast" })
    let ratio = try #require(fast.ratio)
    #expect(abs(ratio.value - 0.5) < 1e-9)
    #expect(ratio.verdict == .faster)
    #expect(ratio.interval?.contains(0.5) == true)
    #expect(fast.programs == 2)
    #expect(abs(try #require(fast.compile) - 0.255) < 1e-9)
    let broken = try #require(summary.totals.first { $0.engine == "broken" })
    #expect(broken.ratio == nil)
    #expect(broken.programs == 0)
    #expect(summary.lines[0].cells[2].problem?.kind == .crashed)
    #expect(summary.doubts.isEmpty)
  }

  @Test func `the page has every bar and needs nothing else`() throws {
    let html = summary.html
    func count(_ text: String) -> Int { html.components(separatedBy: text).count - 1 }
    // Geometric means 2, programs 2 × 2, start-up 2.
    #expect(count("<rect class=\"bar ") == 8)
    #expect(count("class=\"chart bars\"") == 4)
    #expect(count("<circle class=\"point ") == 1)
    #expect(html.contains("A &amp; B") && html.contains("Two &lt;programs&gt;."))
    #expect(!html.contains("<script") && !html.contains("http:") && !html.contains("https:"))
    #expect(!html.contains("NaN") && !html.contains("nan%") && !html.contains("inf%"))
    #expect(html.contains("ended by SIGSEGV"))
    #expect(html.contains("not installed: absent: not found"))
    #expect(html.contains("prefers-color-scheme: dark"))
    // Nothing is wider than its chart.
    for match in html.matches(of: /(?:width|x1|x2|cx)="(-?[0-9.]+)%"/) {
      let share = try #require(Double(match.output.1))
      #expect((0...100).contains(share), "\(match.output.0)")
    }
    // Every element that is opened is closed.
    for name in ["section", "article", "div", "svg", "table", "tr", "td", "details", "g", "ul"] {
      #expect(count("<\(name)>") + count("<\(name) ") == count("</\(name)>"), "\(name)")
    }
  }

  @Test func `a page of nothing but failures`() {
    var results = SampleResults.make()
    results.rows = results.rows.filter { $0.engine == "broken" }
    results.startup = []
    results.isComplete = false
    let html = Summary(results).html
    #expect(html.contains("There is nothing to compare."))
    #expect(html.contains("interrupted"))
  }

  @Test func `a document and a table`() {
    let markdown = summary.markdown
    #expect(markdown.contains("| program | base | fast | broken |\n|---|---:|---:|---:|\n"))
    #expect(markdown.contains("| alpha | 1.00 s | 502 ms (0.50) | crashed |"))
    #expect(markdown.contains("- absent: not installed: absent: not found"))
    #expect(markdown.contains("A processor, 2 cores of a virtual machine, 4.00 GiB of memory"))
    let text = summary.text
    #expect(text.contains("alpha     1.00 s   502 ms (0.50)  crashed\n"))
    #expect(!text.split(separator: "\n").contains { $0.hasSuffix(" ") })
  }

  @Test func `comma-separated values hold every sample`() {
    let lines = summary.csv.split(separator: "\n")
    let header = lines[0].split(separator: ",")
    // 40 runs, 8 compiles, 40 starts, 2 problems.
    #expect(lines.count == 1 + 40 + 8 + 40 + 2)
    for line in lines {
      #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == header.count)
    }
    var results = SampleResults.make()
    results.programs[0].name = "a,\"b\""
    results.rows = results.rows.map { row in
      var row = row
      if row.program == "alpha" { row.program = "a,\"b\"" }
      return row
    }
    #expect(Summary(results).csv.contains("\"a,\"\"b\"\"\",base,run,1,"))
  }

  @Test func `doubts are told`() {
    var results = SampleResults.make(runs: 3)
    results.machine.start = .init(load: 2.5, megahertz: 2000, seconds: 100, stolen: 1)
    results.machine.end = .init(load: 2.5, megahertz: 3000, seconds: 200, stolen: 6)
    results.machine.governor = "powersave"
    #expect(
      Summary(results).doubts == [
        "The machine was busy at the start: a load of 2.5 on 2 processors.",
        "The hypervisor gave 5.0 % of the time to other machines.",
        "The frequency was chosen by the governor powersave, not held.",
        "The frequency went from 2000 to 3000 MHz.",
        "With fewer than 6 runs there are no intervals, and nothing is called faster or slower.",
      ])
  }

  @Test func `runs without a processor are told`() {
    var results = SampleResults.make()
    for index in results.rows.indices where results.rows[index].engine == "fast" {
      for run in results.rows[index].runs.indices { results.rows[index].runs[run].user *= 0.8 }
    }
    // Those of the second program are too short to say.
    #expect(
      Summary(results).doubts == [
        "In 10 of 20 runs the program was without a processor for more than a tenth of its time: "
          + "it waited, or something else ran."
      ])
  }

  @Test func `regressions are found, and only those`() throws {
    let old = SampleResults.make()
    let same = ResultsComparison(old: old, new: old)
    #expect(same.lines.count == 6)
    // What failed before fails still.
    #expect(same.regressions(beyond: 0).isEmpty)
    let slower = ResultsComparison(old: old, new: SampleResults.make(factor: 1.08))
    #expect(
      slower.regressions(beyond: 0.05).map { "\($0.program) \($0.engine)" } == [
        "alpha fast", "beta fast",
      ])
    #expect(slower.regressions(beyond: 0.1).isEmpty)
    let ratio = try #require(slower.totals.first { $0.engine == "fast" }?.ratio)
    #expect(ratio.verdict == .slower && abs(ratio.value - 1.08) < 1e-9)
    let faster = ResultsComparison(old: old, new: SampleResults.make(factor: 0.9))
    #expect(faster.lines.first { $0.engine == "fast" }?.ratio?.verdict == .faster)
    #expect(faster.text.contains("geometric mean  fast"))
    var other = old
    other.machine.processor = "Another"
    #expect(
      ResultsComparison(old: other, new: old).doubts == [
        "The two are of different processors: Another and A processor."
      ])
  }

  @Test func `what has no times any more is a regression`() throws {
    let old = SampleResults.make()
    var new = old
    for index in new.rows.indices where new.rows[index].engine == "fast" {
      new.rows[index].problem = .init(kind: .crashed, message: "it was ended by SIGSEGV")
    }
    let failing = ResultsComparison(old: old, new: new)
    #expect(failing.regressions(beyond: 0.05).map(\.engine) == ["fast", "fast"])
    #expect(failing.lines.contains { $0.reason == "new: crashed: it was ended by SIGSEGV" })
    // An engine that is gone must not pass unnoticed.
    new.rows = new.rows.filter { $0.engine != "fast" }
    new.engines[1].missing = "fast: not found"
    let gone = ResultsComparison(old: old, new: new)
    #expect(
      gone.regressions(beyond: 0.05).map(\.reason) == [
        "new: not installed: fast: not found", "new: not installed: fast: not found",
      ])
    // Nor may a run that was killed.
    new = old
    new.isComplete = false
    new.programs.removeLast()
    new.rows = new.rows.filter { $0.program == "alpha" }
    let part = ResultsComparison(old: old, new: new)
    #expect(
      part.regressions(beyond: 0.05).map { "\($0.program) \($0.engine)" } == [
        "beta base", "beta fast",
      ])
    #expect(part.doubts == ["The new one is incomplete."])
    // The other way round all is well, but told.
    let more = ResultsComparison(old: new, new: old)
    #expect(more.regressions(beyond: 0.05).isEmpty)
    #expect(
      more.doubts == ["Only the new one has the programs beta.", "The old one is incomplete."])
  }

  @Test func `files with nothing in common`() {
    let old = SampleResults.make()
    var new = old
    new.programs = [.init(name: "gamma", about: nil, timed: .process, moduleSize: 1)]
    new.engines.removeFirst()
    new.rows = []
    let comparison = ResultsComparison(old: old, new: new)
    #expect(comparison.lines.isEmpty)
    #expect(
      comparison.doubts == [
        "Only the old one has the programs alpha, beta.",
        "Only the new one has the programs gamma.",
        "Only the old one has the engines base.",
      ])
  }

  @Test func `numbers are as people read them`() {
    #expect(seconds(1.234) == "1.23 s")
    #expect(seconds(0.9999) == "1.00 s")
    #expect(seconds(0.01234) == "12.3 ms")
    #expect(seconds(0.000123) == "123 µs")
    #expect(count(1_234_000_000) == "1.23 G")
    #expect(count(45_600_000) == "45.6 M")
    #expect(count(789) == "789")
    #expect(bytes(512) == "512 B")
    #expect(bytes(1536) == "1.50 KiB")
    #expect(bytes(100 << 20) == "100 MiB")
    #expect(decimal(-0.001, 2) == "0.00")
    #expect(decimal(-1.5, 1) == "-1.5")
    #expect(decimal(0.05, 3) == "0.050")
  }
}
