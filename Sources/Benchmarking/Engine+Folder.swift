// Where descriptions of engines are, and which of them can be used here.

internal import FoundationEssentials

extension Engine {
  /// The file of this process.
  public static var ownExecutable: String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
  }

  /// The folder of engines that belongs to `executable`: of an installation, or of the
  /// repository that it was built in.
  public static func folder(near executable: String) -> String? {
    var folder = executable
    while let slash = folder.lastIndex(of: "/") {
      folder = String(folder[..<slash])
      for name in ["share/apus/engines", "benchmarks/engines"] {
        let candidate = "\(folder)/\(name)"
        if FileManager.default.fileExists(atPath: candidate) { return candidate }
      }
    }
    return nil
  }

  /// Whether its tools are there.
  public func isInstalled(apus: String) -> Bool {
    if case .found = locate(apus: apus) { return true }
    return false
  }

  /// A table of engines for a terminal.
  public static func list(_ engines: [Engine], apus: String) -> String {
    let rows = engines.map { engine in
      let state =
        switch engine.locate(apus: apus) {
        case .found(let tools): tools.texts["engine"] ?? ""
        case .missing(let reason): "not installed: \(reason)"
        }
      return [engine.name, engine.about ?? "", state]
    }
    return TextTable([["engine", "what it is", "where"]] + rows, right: []).text
  }
}

extension BenchmarkResults.Row {
  /// What came of it, in a few words.
  public func words(_ timing: Timing) -> String {
    if let problem { return "\(problem.kind.rawValue): \(problem.message)" }
    let times = times(timing)
    guard !times.isEmpty else { return "no samples" }
    let interval = Statistics.medianInterval(times)
    let range = interval.map { " (\(seconds($0.low)) – \(seconds($0.high)))" } ?? ""
    return seconds(Statistics.median(times)) + range
  }
}
