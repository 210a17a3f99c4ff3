// The picture for a README: every engine has its bar, and nothing stands out of it.

import Foundation
import Testing

@testable import Benchmarking

struct ChartTests {
  @Test func `every engine with times has its bar`() throws {
    let svg = try #require(Summary(SampleResults.make()).svg)
    func count(_ text: String) -> Int { svg.components(separatedBy: text).count - 1 }
    #expect(count("<rect class=\"bar ") == 2)
    #expect(count("<path class=\"whisker\"") == 1)
    #expect(svg.contains("Run time of the suite A &amp; B, in multiples of base"))
    #expect(svg.contains(">0.50</text>"))
    #expect(svg.contains("A processor, 2 cores of a virtual machine"))
    #expect(svg.contains("prefers-color-scheme: dark"))
    #expect(!svg.contains("<script") && !svg.contains("nan") && !svg.contains("inf"))
    // Every element that is opened is closed.
    for name in ["svg", "title", "style", "text"] {
      #expect(count("<\(name)>") + count("<\(name) ") == count("</\(name)>"), "\(name)")
    }
    for name in ["rect", "path"] {
      #expect(count("<\(name) ") == svg.matches(of: try Regex("<\(name) [^<>]*/>")).count)
    }
  }

  @Test func `nothing stands out of it`() throws {
    var results = SampleResults.make(factor: 50, runs: 3)
    results.engines[1].version = String(repeating: "version ", count: 20)
    results.machine.processor = String(repeating: "processor ", count: 30)
    results.isComplete = false
    let svg = try #require(Summary(results).svg)
    for match in svg.matches(of: /<rect class="bar[^>]* x="([0-9.]+)"[^>]* width="([0-9.]+)"/) {
      let (x, width) = (Double(match.output.1) ?? -1, Double(match.output.2) ?? -1)
      #expect(x > 0 && width > 0 && x + width <= 621, "\(match.output.0)")
    }
    results.engines[1].version = "wasmtime 49.0.3 (f96eabaa1 2026-10-14)"
    #expect(try #require(Summary(results).svg).contains(">wasmtime 49.0.3</text>"))
    for match in svg.matches(of: />([^<]*)<\/text>/) { #expect(match.output.1.count <= 110) }
    #expect(svg.contains("Too few runs for intervals.") && svg.contains("The run is incomplete."))
  }

  @Test func `without times there is no picture`() {
    var results = SampleResults.make()
    results.rows = results.rows.filter { $0.engine == "broken" }
    #expect(Summary(results).svg == nil)
    results.engines = []
    results.programs = []
    results.rows = []
    #expect(Summary(results).svg == nil)
    #expect(Summary(results).html.contains("There is nothing to compare."))
    #expect(!Summary(results).text.isEmpty)
  }
}
