// The report in a browser: every chart has its bars, and nothing is wider than a telephone.

import Foundation
import Testing

@testable import Benchmarking

private enum Browser {
  static let path = ["chromium-headless-shell", "chromium"].lazy.compactMap(findProgram).first
  static let isNeeded = path != nil || ProcessInfo.processInfo.environment["CI"] == "true"
}

@Suite(.enabled(if: Browser.isNeeded, "there is no chromium"))
struct RenderTests {
  private struct Page: Decodable {
    struct Chart: Decodable {
      var id: String
      var bars: Int
      var points: Int
    }
    var width: Int
    var charts: [Chart]
    /// What stands out of the page, but for what scrolls.
    var wide: [String]
    /// Bars and points without a size or a colour.
    var invisible: Int
    var isDark: Bool
  }

  /// Looks at a page `width` pixels wide.
  private func render(_ html: String, width: Int, dark: Bool = false) throws -> Page {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      """
      <!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
      <iframe width="\(width)" height="900" style="border: 0" srcdoc="\(escaped(html))"></iframe>
      <pre id="result"></pre>
      <script>
      document.querySelector("iframe").onload = (event) => {
        const inner = event.target.contentDocument;
        const view = event.target.contentWindow;
        for (const details of inner.querySelectorAll("details")) details.open = true;
        const all = [...inner.body.querySelectorAll("*")];
        const name = (element) => element.tagName + "." + (element.getAttribute("class") || "");
        document.getElementById("result").textContent = JSON.stringify({
          width: inner.documentElement.scrollWidth,
          charts: [...inner.querySelectorAll(".chart")].map((chart) => ({
            id: chart.id,
            bars: chart.querySelectorAll("rect.bar").length,
            points: chart.querySelectorAll("circle.point").length,
          })),
          wide: all.filter((element) => {
            const box = element.getBoundingClientRect();
            return (box.right > \(width) + 0.5 || box.left < -0.5) && !element.closest(".scroll");
          }).map(name),
          invisible: [...inner.querySelectorAll(".bar, .point")].filter((shape) => {
            const box = shape.getBoundingClientRect();
            return box.width <= 0 || box.height <= 0 ||
              ["none", "rgb(0, 0, 0)"].includes(view.getComputedStyle(shape).fill);
          }).length,
          isDark: view.getComputedStyle(inner.body).backgroundColor === "rgb(20, 23, 27)",
        });
      };
      </script></body></html>
      """, "page.html")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Browser.path))
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000", "--dump-dom",
      "--user-data-dir=\(folder.path)/profile", "file://\(path)",
    ]
    if dark { process.arguments?.insert("--blink-settings=preferredColorScheme=0", at: 0) }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    let match = try #require(
      text.firstMatch(of: /<pre id="result">(.+?)<\/pre>/), "\(text.prefix(300))")
    return try JSONDecoder().decode(Page.self, from: Data(match.output.1.utf8))
  }

  @Test(arguments: [400, 1200])
  func `every chart has its bars, and nothing is too wide`(_ width: Int) throws {
    let page = try render(Summary(SampleResults.make()).html, width: width)
    let bars = page.charts.map { "\($0.id) \($0.bars) \($0.points)" }
    #expect(bars == ["geomean 2 0", "run-alpha 2 0", "run-beta 2 0", "scatter 0 1", "startup 2 0"])
    #expect(page.width <= width)
    #expect(page.wide.isEmpty, "\(page.wide)")
    #expect(page.invisible == 0)
    #expect(!page.isDark)
  }

  @Test(arguments: [false, true])
  func `the picture for a README has its bars, and nothing stands out of it`(
    _ dark: Bool
  ) throws {
    let svg = try #require(Summary(SampleResults.make()).svg)
    let html =
      "<!DOCTYPE html><html><body><div class=\"chart\" id=\"svg\">\(svg)</div></body></html>"
    let page = try render(html, width: 780, dark: dark)
    #expect(page.charts.map(\.bars) == [2])
    #expect(page.wide.isEmpty, "\(page.wide)")
    #expect(page.invisible == 0)
  }

  @Test func `it is dark where the reader wants that`() throws {
    let page = try render(Summary(SampleResults.make()).html, width: 400, dark: true)
    #expect(page.isDark)
    #expect(page.invisible == 0)
  }

  @Test func `long names and many engines fit`() throws {
    var results = SampleResults.make()
    let name = String(repeating: "long-name-", count: 8)
    results.engines[1].name = name
    results.programs[0].name = name
    results.engines[0].compile = [[String(repeating: "x", count: 300)]]
    results.rows = results.rows.map { row in
      var row = row
      if row.engine == "fast" { row.engine = name }
      if row.program == "alpha" { row.program = name }
      return row
    }
    for index in 0..<12 {
      var engine = results.engines[0]
      engine.name = "engine-\(index)"
      results.engines.append(engine)
      results.rows += results.rows.filter { $0.engine == "base" }.map { row in
        var row = row
        row.engine = engine.name
        return row
      }
    }
    let page = try render(Summary(results).html, width: 400)
    #expect(page.width <= 400)
    #expect(page.wide.isEmpty, "\(page.wide)")
    #expect(page.charts.first?.bars == 14)
  }
}
