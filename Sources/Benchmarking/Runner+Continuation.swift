// Going on where an interrupted run ended: what it measured completely is taken, as far as
// everything is as it was.
//
// What was measured in part is measured again: its samples would be of another time.

extension Runner {
  /// Takes what an earlier run has measured.
  mutating func takeUp() throws(BenchmarkError) {
    guard let previous = options.previous else { return }
    for (before, now) in zip(previous.engines, results.engines)
    where before.version != now.version || before.missing != now.missing {
      throw BenchmarkError(
        "cannot be continued: the engine \(now.name) was "
          + "\(before.missing.map { "not installed (\($0))" } ?? before.version ?? "another")")
    }
    let present = results.engines.filter { $0.missing == nil }.map(\.name)
    let finished = suite.programs.map(\.name).filter { name in
      present.allSatisfy { engine in
        previous.rows.contains {
          $0.program == name && $0.engine == engine
            && ($0.problem != nil || $0.runs.count == options.runs)
        }
      }
    }
    results.programs = previous.programs.filter { finished.contains($0.name) }
    results.rows = previous.rows.filter { finished.contains($0.program) }
    let startup = previous.startup
    if startup.count == present.count, startup.allSatisfy({ $0.problem != nil || !$0.runs.isEmpty })
    {
      results.startup = startup
    }
    results.continued = (previous.continued ?? []) + [results.created]
    results.created = previous.created
    results.machine.start = previous.machine.start
    estimate = TimeLeft(programs: suite.programs.count - finished.count, runs: options.runs)
  }
}

extension BenchmarkResults {
  /// Throws if this is of something else than what is to be measured now.
  func checkContinuation(
    suite: Suite, engines: [Engine], options: Runner.Options, baseline: String
  ) throws(BenchmarkError) {
    func check<Value: Equatable>(
      _ what: String, _ before: Value, _ now: Value
    ) throws(BenchmarkError) {
      guard before == now else {
        throw BenchmarkError("cannot be continued: \(what) were \(before), now \(now)")
      }
    }
    if isComplete { throw BenchmarkError("cannot be continued: it is complete") }
    try check("suites", self.suite.name, suite.name)
    try check("the engines", self.engines.map(\.name), engines.map(\.name))
    try check("the baselines", self.baseline, baseline)
    try check("the runs", settings.runs, options.runs)
    try check("the runs that warm up", settings.warmups, options.warmups)
    let machine = Machine.current(processor: settings.processor)
    try check("the processors", self.machine.processor ?? "", machine.processor ?? "")
    try check("the kernels", self.machine.kernel ?? "", machine.kernel ?? "")
  }
}
