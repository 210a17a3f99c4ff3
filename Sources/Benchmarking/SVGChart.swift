// The geometric means as one picture, for a README: how many times as long each engine takes.
//
// A file of its own, light or dark as the reader has it: it brings its own background, because
// a page that shows it as an image may have another. The conditions stand in the picture, so
// that it says what it is of wherever it goes.

extension Summary {
  /// The picture; nil if no engine has times that can be compared.
  public var svg: String? {
    let bars = totals.compactMap { total in
      total.ratio.map { ratio in
        (total: total, ratio: ratio, isBaseline: total.engine == results.baseline)
      }
    }
    guard !bars.isEmpty else { return nil }
    let top = bars.map { max($0.ratio.value, $0.ratio.interval?.high ?? 0) }.max() ?? 1
    let scale = (Layout.right - Layout.left) / max(top, 1)
    func place(_ value: Double) -> String { decimal(Layout.left + value * scale, 1) }

    var shapes = ""
    var y = Layout.head
    for bar in bars {
      let engine = results.engines.first { $0.name == bar.total.engine }
      let label = Self.fitting(bar.total.engine, 24)
      shapes += Self.text(label, x: Layout.left - 12, y: y + 17, "name", anchor: "end")
      if let version = engine?.version {
        // Without the commit or the package that some tell as well.
        let words = Self.fitting(version.split(separator: " (").first.map(String.init) ?? "", 30)
        shapes += Self.text(words, x: Layout.left - 12, y: y + 31, "small", anchor: "end")
      }
      let width = decimal(bar.ratio.value * scale, 1)
      shapes += "<rect class=\"bar c\(color(bar.total.engine))\" x=\"\(place(0))\" "
      shapes += "y=\"\(decimal(y + 6, 0))\" width=\"\(width)\" height=\"22\" rx=\"3\"/>\n"
      var end = bar.ratio.value
      if let interval = bar.isBaseline ? nil : bar.ratio.interval {
        let (low, high) = (place(interval.low), place(interval.high))
        let middle = decimal(y + 17, 0)
        shapes += "<path class=\"whisker\" d=\"M\(low) \(middle)H\(high)"
        for edge in [low, high] { shapes += "M\(edge) \(decimal(y + 12, 0))v10" }
        shapes += "\"/>\n"
        end = max(end, interval.high)
      }
      let part =
        bar.total.programs < results.programs.count ? " (\(bar.total.programs) programs)" : ""
      let value = bar.isBaseline ? "1" : decimal(bar.ratio.value, 2) + part
      shapes += Self.text(value, x: Layout.left + end * scale + 10, y: y + 22, "value")
      y += Layout.row
    }
    let mark = place(1)
    let line =
      "<path class=\"mark\" d=\"M\(mark) \(decimal(Layout.head - 4, 0))V\(decimal(y, 0))\"/>\n"
    var foot = ""
    y += 22
    for words in Self.wrapped(caption, 108) {
      foot += Self.text(words, x: Layout.margin, y: y, "small")
      y += 15
    }
    let title = "Run time of the suite \(results.suite.name), in multiples of \(results.baseline)"
    let about =
      "Geometric mean over \(bars.map(\.total.programs).max() ?? 0) programs; shorter is faster."
    let (width, height) = (decimal(Layout.width, 0), decimal(y + 4, 0))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" \
      width="\(width)" height="\(height)" role="img">
      <title>\(escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      <rect class="page" x="0.5" y="0.5" width="\(decimal(Layout.width - 1, 0))" \
      height="\(decimal(y + 3, 0))" rx="8"/>
      \(Self.text(Self.fitting(title, 80), x: Layout.margin, y: 32, "title"))\
      \(Self.text(about, x: Layout.margin, y: 52, "small"))\(shapes)\(line)\(foot)</svg>

      """
  }

  private enum Layout {
    static let width = 760.0
    static let margin = 20.0
    /// Where bars begin, and where the longest ends.
    static let left = 230.0
    static let right = 620.0
    /// Where the first bar's row begins.
    static let head = 68.0
    static let row = 40.0
  }

  /// On what it was measured, and how sure it is.
  private var caption: String {
    let sure =
      totals.contains { $0.ratio?.interval != nil }
      ? " Whiskers are intervals of 95 %." : " Too few runs for intervals."
    return conditions + sure + (results.isComplete ? "" : " The run is incomplete.")
  }

  private static func text(
    _ words: String, x: Double, y: Double, _ kind: String, anchor: String = "start"
  ) -> String {
    "<text class=\"\(kind)\" x=\"\(decimal(x, 1))\" y=\"\(decimal(y, 0))\" "
      + "text-anchor=\"\(anchor)\">\(escaped(words))</text>\n"
  }

  /// `text`, at most `count` characters of it: nothing wraps in a picture.
  private static func fitting(_ text: String, _ count: Int) -> String {
    text.count > count ? "\(text.prefix(count - 1))…" : text
  }

  /// `text` in lines of at most `count` characters.
  private static func wrapped(_ text: String, _ count: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= count {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(fitting(String(word), count))
      }
    }
    return lines
  }

  private static let style =
    HTMLStyle.colorsText + """

      text { font-family: system-ui, sans-serif; fill: var(--text); }
      .page { fill: var(--page); stroke: var(--line); }
      .title { font-size: 16px; font-weight: 600; }
      .name { font-size: 14px; }
      .value { font-size: 14px; font-variant-numeric: tabular-nums; }
      .small { font-size: 11px; fill: var(--quiet); }
      .bar { fill: var(--color); }
      .whisker { stroke: var(--text); stroke-width: 1.5; fill: none; }
      .mark { stroke: var(--text); stroke-dasharray: 3 3; }
      """
}
