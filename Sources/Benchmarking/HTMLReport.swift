// Results as one HTML page that needs nothing else: no script, no font, no network.
//
// Text is HTML and flows; only what is drawn is SVG, in shares of its width, so that a
// page of 400 pixels shows the same as one of 1,200. Charts are in HTMLCharts.swift, looks
// in HTMLStyle.swift.

extension Summary {
  /// The page.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(results.suite.name)): benchmark</title>
    <style>
    \(HTMLStyle.colorsText)
    \(HTMLStyle.text)
    </style>
    </head>
    <body>
    <header>
    <h1>\(escaped(results.suite.name))</h1>
    \(paragraph(results.suite.description))<p class="note">\(escaped(conditions))</p>
    \(list("doubts", doubts))</header>
    <main>
    \(overview)\(perProgram)\(compiling)\(startup)\(tables)\(enginesSection)</main>
    <footer><p class="note">Bars are medians, whiskers their intervals of 95 %. Made by \
    <code>apus bench report</code>; how it measures, and what that cannot tell, is in \
    <code>docs/benchmarking.md</code>.</p></footer>
    </body>
    </html>

    """
  }

  // MARK: Sections

  private var overview: String {
    let bars = totals.compactMap { total -> HTMLBar? in
      let isBaseline = total.engine == results.baseline
      guard let ratio = isBaseline ? nil : total.ratio else {
        return isBaseline && total.ratio != nil
          ? HTMLBar(
            label: total.engine, value: 1, interval: nil, text: "1", color: color(total.engine))
          : nil
      }
      let part = total.programs < results.programs.count ? ", \(total.programs) programs" : ""
      return HTMLBar(
        label: total.engine, value: ratio.value, interval: ratio.interval,
        text: "\(decimal(ratio.value, 2))\(part)", color: color(total.engine))
    }
    guard !bars.isEmpty else { return section("Overview", "<p>There is nothing to compare.</p>\n") }
    let note = "How many times as long as \(results.baseline), the geometric mean over programs."
    return section(
      "Overview",
      "<p>\(escaped(note)) Shorter is faster.</p>\n"
        + HTMLCharts.bars(bars, id: "geomean", label: "Geometric mean of run times", mark: 1))
  }

  private var perProgram: String {
    var text = ""
    for line in lines {
      let bars = line.cells.compactMap { cell -> HTMLBar? in
        guard let median = cell.median else { return nil }
        let ratio = cell.ratio.map { " · \(decimal($0.value, 2))" } ?? ""
        return HTMLBar(
          label: cell.engine, value: median, interval: cell.interval,
          text: seconds(median) + ratio, color: color(cell.engine))
      }
      let problems = line.cells.compactMap { cell in
        cell.problem.map { "\(cell.engine): \($0.kind.rawValue): \($0.message)" }
      }
      text += "<article>\n<h3>\(escaped(line.program.name))</h3>\n"
      text += paragraph(line.program.about)
      if !bars.isEmpty {
        text += HTMLCharts.bars(
          bars, id: "run-\(line.program.name)", label: "Run time of \(line.program.name)", mark: nil
        )
      }
      text += list("problems", problems) + "</article>\n"
    }
    return text.isEmpty ? "" : section("Run time", "<div class=\"cards\">\n\(text)</div>\n")
  }

  private var compiling: String {
    let points = totals.compactMap { total -> HTMLPoint? in
      guard let compile = total.compile, let ratio = total.ratio else { return nil }
      return HTMLPoint(
        label: total.engine, x: compile, y: ratio.value, color: color(total.engine))
    }
    guard !points.isEmpty else { return "" }
    let note =
      "Time to compile across, run time (times that of \(results.baseline)) upwards, each the "
      + "geometric mean over programs, on logarithmic scales. Lower left is better; engines that "
      + "compile while they run are not here."
    return section(
      "Compile time and run time",
      "<p>\(escaped(note))</p>\n"
        + HTMLCharts.scatter(points, id: "scatter", x: "compile", y: "run"))
  }

  private var startup: String {
    let bars = totals.compactMap { total -> HTMLBar? in
      total.startup.map {
        HTMLBar(
          label: total.engine, value: $0, interval: total.startupInterval, text: seconds($0),
          color: color(total.engine))
      }
    }
    guard !bars.isEmpty else { return "" }
    return section(
      "Start-up",
      "<p>From exec to exit of a program that does nothing.</p>\n"
        + HTMLCharts.bars(bars, id: "startup", label: "Start-up", mark: nil))
  }

  private var tables: String {
    var text = table("Run time", "run") { cell in
      guard let median = cell.median else { return "–" }
      let range =
        cell.interval.map { "<br><small>\(seconds($0.low)) – \(seconds($0.high))</small>" } ?? ""
      return seconds(median) + range
    }
    text += table("Times \(results.baseline), 95 %", "ratio") { cell in
      guard let ratio = cell.ratio else { return cell.median == nil ? "–" : "1" }
      let range =
        ratio.interval.map { "<br><small>\(decimal($0.low, 3)) – \(decimal($0.high, 3))</small>" }
        ?? ""
      return "<span class=\"\(ratio.verdict)\">\(decimal(ratio.value, 3))</span>\(range)"
    }
    text += table("Compile time, and processor time", "compile") { cell in
      guard let wall = cell.compile, let cpu = cell.compileCPU else { return "–" }
      return "\(seconds(wall))<br><small>\(seconds(cpu))</small>"
    }
    text += table("Peak memory of compiling", "compile-memory") {
      memory($0.compile == nil ? nil : $0.compileMemory)
    }
    text += table("Size of the artefact", "size") { $0.size.map(bytes) ?? "–" }
    text += table("Peak memory of running", "memory") { $0.memory.map(bytes) ?? "–" }
    for (title, id, value) in [
      ("Instructions, in user mode", "instructions", \Cell.instructions),
      ("Cycles, in user mode", "cycles", \Cell.cycles),
    ] where lines.contains(where: { $0.cells.contains { $0[keyPath: value] != nil } }) {
      text += table(title, id) { $0[keyPath: value].map(count) ?? "–" }
    }
    let floor = bytes(results.settings.memoryFloor)
    let note =
      "What compilers take below \(floor) cannot be told apart. A ratio in bold is faster or slower beyond "
      + "chance."
    return section("Tables", "\(text)<p class=\"note\">\(escaped(note))</p>\n")
  }

  private func memory(_ value: UInt64?) -> String {
    guard let value else { return "–" }
    return value <= results.settings.memoryFloor ? "small" : bytes(value)
  }

  private var enginesSection: String {
    var rows = ""
    for engine in results.engines {
      let state = engine.missing.map { "not installed: \($0)" } ?? engine.version ?? "–"
      let commands = (engine.compile + [engine.run]).map { $0.joined(separator: " ") }
      rows += "<tr><th scope=\"row\">\(swatch(engine.name))\(escaped(engine.name))</th>"
      rows += "<td>\(escaped(engine.about ?? ""))<br><small>\(escaped(state))</small>"
      rows += commands.map { "<br><code>\(escaped($0))</code>" }.joined() + "</td></tr>\n"
    }
    for build in results.builds ?? [] {
      rows += "<tr><th scope=\"row\">modules (\(build.variant.rawValue))</th>"
      rows += "<td><small>\(escaped(build.version ?? "–"))</small>"
      rows += "<br><code>\(escaped(build.command.joined(separator: " ")))</code></td></tr>\n"
    }
    return section(
      "Engines", "<div class=\"scroll\"><table class=\"engines\">\n\(rows)</table></div>\n")
  }

  // MARK: Pieces

  private func table(_ title: String, _ id: String, _ text: (Cell) -> String) -> String {
    var rows = "<thead><tr><th scope=\"col\">program</th>"
    rows += engines.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined() + "</tr></thead>\n"
    rows += "<tbody>\n"
    for line in lines {
      rows += "<tr><th scope=\"row\">\(escaped(line.program.name))</th>"
      for cell in line.cells {
        if let problem = cell.problem {
          rows += "<td class=\"problem\">\(escaped(problem.kind.rawValue))</td>"
        } else {
          rows += "<td>\(text(cell))</td>"
        }
      }
      rows += "</tr>\n"
    }
    return "<details\(id == "run" ? " open" : "")><summary>\(escaped(title))</summary>\n"
      + "<div class=\"scroll\"><table id=\"table-\(id)\">\n\(rows)</tbody></table></div></details>\n"
  }

  private func section(_ title: String, _ body: String) -> String {
    "<section>\n<h2>\(escaped(title))</h2>\n\(body)</section>\n"
  }

  private func paragraph(_ text: String?) -> String {
    text.map { "<p>\(escaped($0))</p>\n" } ?? ""
  }

  private func list(_ kind: String, _ items: [String]) -> String {
    if items.isEmpty { return "" }
    return "<ul class=\"\(kind)\">\n" + items.map { "<li>\(escaped($0))</li>\n" }.joined()
      + "</ul>\n"
  }

  private func swatch(_ engine: String) -> String {
    "<span class=\"swatch c\(color(engine))\"></span>"
  }

  /// The number of an engine's colour, the same in all charts.
  func color(_ engine: String) -> Int {
    (results.engines.firstIndex { $0.name == engine } ?? 0) % HTMLStyle.colors
  }
}

/// `text` as HTML.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}
