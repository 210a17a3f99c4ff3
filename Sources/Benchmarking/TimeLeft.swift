// How long a benchmark will still take, from what its runs have taken.

/// An estimate that gets better as programs are measured.
struct TimeLeft {
  private let runs: Int
  private var programsLeft: Int
  private var programsSeen = 0
  /// Seconds of all programs seen, warm-up and runs.
  private var spent = 0.0
  /// Of the program at hand: seconds of a run of each engine, and its runs to come.
  private var engines: [(name: String, wall: Double, left: Int)] = []

  init(programs: Int, runs: Int) {
    programsLeft = programs
    self.runs = runs
  }

  /// Seconds; nil before anything is known.
  var left: Double? {
    let here = engines.reduce(0) { $0 + $1.wall * Double($1.left) }
    let whole = engines.reduce(0) { $0 + $1.wall * Double(runs + 1) }
    guard whole > 0 || programsSeen > 0 else { return nil }
    let average = (spent + whole) / Double(programsSeen + 1)
    return here + average * Double(max(programsLeft - 1, 0))
  }

  mutating func warmed(_ program: String, _ engine: String, _ wall: Double) {
    engines.removeAll { $0.name == engine }
    engines.append((engine, wall, runs))
  }

  mutating func ran(_ engine: String) {
    guard let index = engines.firstIndex(where: { $0.name == engine }) else { return }
    engines[index].left -= 1
  }

  /// `engine` takes no further part in this program.
  mutating func dropped(_ engine: String) { engines.removeAll { $0.name == engine } }

  mutating func programEnded() {
    spent += engines.reduce(0) { $0 + $1.wall * Double(runs + 1) }
    engines = []
    programsSeen += 1
    programsLeft -= 1
  }
}
