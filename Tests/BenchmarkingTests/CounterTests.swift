// Hardware counters, where there are none: the way to them is tested with a counter that the
// kernel keeps by itself, and what follows from them with numbers made up.

import Foundation
import Testing

@testable import Benchmarking

struct CounterTests {
  @Test func `a count is told for all the time`() {
    #expect(HardwareCounters.total(count: 700, enabled: 50, running: 50) == 700)
    // Half of the time the counter was another's.
    #expect(HardwareCounters.total(count: 700, enabled: 50, running: 25) == 1400)
    #expect(HardwareCounters.total(count: 0, enabled: 50, running: 0) == nil)
    #expect(HardwareCounters.total(count: 0, enabled: 50, running: 50) == nil)
    #expect(HardwareCounters.read(-1) == nil)
  }

  @Test func `a counter follows what is started from its exec on`() throws {
    let descriptor = HardwareCounters.openTaskClock()
    // Some containers allow none at all.
    guard descriptor >= 0 else { return }
    let (end, sample) = MeasuredProcess(
      arguments: ["sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"], folder: "/",
      limit: 30
    ).run()
    #expect(end == .exited(0))
    let nanoseconds = try #require(HardwareCounters.read(descriptor))
    let seconds = Double(nanoseconds) / 1e9
    let spent = sample.user + sample.system
    #expect(seconds > spent * 0.5 && seconds < spent * 1.5 + 0.1, "\(seconds) of \(spent)")
  }

  @Test func `where there are none, samples have none`() {
    let (end, sample) = MeasuredProcess(
      arguments: ["true"], folder: "/", limit: 30, counts: true
    ).run()
    #expect(end == .exited(0))
    #expect((sample.instructions != nil) == HardwareCounters.areThere)
  }

  @Test func `a page has tables of them if there are any`() {
    var results = SampleResults.make()
    results.settings.hasCounters = false
    #expect(!Summary(results).html.contains("table-instructions"))
    #expect(Summary(results).markdown.components(separatedBy: "no hardware counters").count == 2)
    results.settings.hasCounters = true
    for run in results.rows[0].runs.indices {
      results.rows[0].runs[run].instructions = 1_500_000_000
      results.rows[0].runs[run].cycles = 2_500_000
    }
    let html = Summary(results).html
    #expect(html.contains("table-instructions") && html.contains("<td>1.50 G</td>"))
    #expect(html.contains("table-cycles") && html.contains("<td>2.50 M</td>"))
    #expect(!Summary(results).markdown.contains("no hardware counters"))
  }
}
