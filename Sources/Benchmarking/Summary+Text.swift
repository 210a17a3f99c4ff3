// Results as text: tables for a terminal, Markdown, and CSV with every sample.

extension Summary {
  /// Median, and how it relates to the baseline.
  private func words(_ cell: Cell) -> String {
    if let problem = cell.problem { return problem.kind.rawValue }
    guard let median = cell.median else { return "–" }
    guard let ratio = cell.ratio else { return seconds(median) }
    return "\(seconds(median)) (\(decimal(ratio.value, 2)))"
  }

  private func words(_ ratio: Ratio?) -> String {
    guard let ratio else { return "–" }
    guard let interval = ratio.interval else { return decimal(ratio.value, 3) }
    return "\(decimal(ratio.value, 3)) (\(decimal(interval.low, 3))–\(decimal(interval.high, 3)))"
  }

  /// Run times: a row for each program.
  private var runTable: TextTable {
    var rows = [["program"] + engines]
    for line in lines { rows.append([line.program.name] + line.cells.map(words)) }
    return TextTable(rows, right: Set(1..<(engines.count + 1)))
  }

  /// A row for each engine.
  private var engineTable: TextTable {
    var rows = [["engine", "run time / \(results.baseline)", "programs", "compile", "start-up"]]
    for total in totals {
      let isBaseline = total.engine == results.baseline
      rows.append([
        total.engine, isBaseline ? "1" : words(total.ratio), "\(total.programs)",
        total.compile.map(seconds) ?? "–", total.startup.map(seconds) ?? "–",
      ])
    }
    return TextTable(rows, right: [1, 2, 3, 4])
  }

  /// What is wrong with which row, a line each.
  private var problems: [String] {
    // What starts nothing has its reason below, unless only the empty program fails.
    let startup = results.startup.filter { row in
      results.rows.contains { $0.engine == row.engine && $0.problem == nil }
    }
    let rows = (startup + results.rows).compactMap { row in
      row.problem.map { "\(row.program), \(row.engine): \($0.kind.rawValue): \($0.message)" }
    }
    let missing = results.engines.compactMap { engine in
      engine.missing.map { "\(engine.name): not installed: \($0)" }
    }
    return missing + rows
  }

  /// For a terminal.
  public var text: String {
    var text = runTable.text + "\n" + engineTable.text
    if !problems.isEmpty { text += "\n" + problems.map { "\($0)\n" }.joined() }
    if !doubts.isEmpty { text += "\n" + doubts.map { "\($0)\n" }.joined() }
    return text
  }

  /// As a Markdown document.
  public var markdown: String {
    var text = "# \(results.suite.name)\n\n"
    if let description = results.suite.description { text += "\(description)\n\n" }
    text += "\(conditions)\n\n"
    text += "Medians of run times; in parentheses the ratio to \(results.baseline).\n\n"
    text += runTable.markdown + "\n"
    text += "Geometric means over programs, with intervals of 95 %.\n\n" + engineTable.markdown
    text += "\n## Engines\n\n"
    var rows = [["engine", "version", "what it is"]]
    for engine in results.engines {
      let version = engine.missing.map { "not installed: \($0)" } ?? engine.version ?? ""
      rows.append([engine.name, version, engine.about ?? ""])
    }
    for build in results.builds ?? [] {
      let command = build.command.joined(separator: " ")
      rows.append(["modules (\(build.variant.rawValue))", build.version ?? "", "`\(command)`"])
    }
    text += TextTable(rows, right: []).markdown
    if !problems.isEmpty {
      text += "\n## Problems\n\n" + problems.map { "- \($0)\n" }.joined()
    }
    if !doubts.isEmpty { text += "\n## Doubts\n\n" + doubts.map { "- \($0)\n" }.joined() }
    return text
  }

  /// When and on what, in a sentence.
  var conditions: String {
    let machine = results.machine
    var parts = [results.created]
    parts.append(machine.processor ?? "an unknown processor")
    parts.append("\(machine.cores) cores\(machine.isVirtual ? " of a virtual machine" : "")")
    if let memory = machine.memory { parts.append("\(bytes(memory)) of memory") }
    if let system = machine.system { parts.append(system) }
    if let kernel = machine.kernel { parts.append("Linux \(kernel)") }
    let settings = results.settings
    let pinned = settings.processor.map { " on processor \($0)" } ?? ""
    let runs = settings.runs == 1 ? "1 run" : "\(settings.runs) runs"
    parts.append("\(runs) of each\(pinned), seed \(settings.seed)")
    if settings.hasCounters == false { parts.append("no hardware counters") }
    return parts.joined(separator: ", ") + "."
  }

  /// One line for every sample.
  public var csv: String {
    var text =
      "program,engine,phase,sample,wall,user,system,marked,peak_memory,instructions,cycles,"
    text += "problem\n"
    func add(_ row: BenchmarkResults.Row, _ phase: String, _ samples: [BenchmarkResults.Sample]) {
      for (number, sample) in samples.enumerated() {
        let fields: [String] = [
          Self.field(row.program), Self.field(row.engine), phase, "\(number + 1)",
          "\(sample.wall)", "\(sample.user)", "\(sample.system)",
          sample.marked.map { "\($0)" } ?? "", "\(sample.peakMemory)",
          sample.instructions.map { "\($0)" } ?? "", sample.cycles.map { "\($0)" } ?? "", "",
        ]
        text += fields.joined(separator: ",") + "\n"
      }
    }
    for row in results.startup { add(row, "start-up", row.runs) }
    for row in results.rows {
      add(row, "compile", row.compiles)
      add(row, "run", row.runs)
      if let problem = row.problem {
        let words = Self.field("\(problem.kind.rawValue): \(problem.message)")
        text += "\(Self.field(row.program)),\(Self.field(row.engine)),run,,,,,,,,,\(words)\n"
      }
    }
    return text
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
    return
      "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
