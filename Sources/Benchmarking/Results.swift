// What `results.json` holds: every sample as it was measured, and all that a reader needs
// to judge it. Nothing is computed here; medians and ratios follow from the samples.
//
// A field that is added keeps the version; one that changes or goes raises it.
// docs/benchmarking.md describes the keys.

public import FoundationEssentials

/// One run of `apus bench`.
public struct BenchmarkResults: Codable, Hashable, Sendable {
  public static let format = "apus-bench"
  public static let version = 1

  public var format = Self.format
  public var version = Self.version
  /// When it started, as ISO 8601 in UTC.
  public var created: String
  /// False until all programs are measured.
  public var isComplete = false
  /// When it was gone on with after an interruption, each time.
  public var continued: [String]?
  public var suite: SuiteRecord
  public var settings: Settings
  public var machine: Machine
  /// The engine that ratios refer to.
  public var baseline: String
  public var engines: [EngineRecord] = []
  /// How modules were built from sources.
  public var builds: [BuildRecord]?
  public var programs: [ProgramRecord] = []
  /// The empty program, one row for each engine.
  public var startup: [Row] = []
  /// One row for each program and engine.
  public var rows: [Row] = []

  /// How it was asked for.
  public struct Settings: Codable, Hashable, Sendable {
    public var runs: Int
    public var warmups: Int
    /// Of the order of runs.
    public var seed: UInt64
    /// Seconds that a run may take.
    public var timeout: Double
    /// The processor that programs were kept on; nil if they were not.
    public var processor: Int?
    /// What `peakMemory` of a sample cannot be below: the process that starts others.
    public var memoryFloor: UInt64
    /// Whether the kernel and the machine have hardware counters for this user.
    public var hasCounters: Bool?
  }

  public struct SuiteRecord: Codable, Hashable, Sendable {
    public var name: String
    public var description: String?
    /// How many programs it has, measured or not.
    public var programs: Int?
  }

  public struct BuildRecord: Codable, Hashable, Sendable {
    public var variant: Suite.Variant
    /// With its placeholders.
    public var command: [String]
    /// What `--version` made the compiler print first.
    public var version: String?
  }

  public struct EngineRecord: Codable, Hashable, Sendable {
    public var name: String
    public var about: String?
    /// What its version command printed first.
    public var version: String?
    /// The file that was run.
    public var path: String?
    /// Why it could not be used.
    public var missing: String?
    /// Its commands with their placeholders.
    public var compile: [[String]]
    public var run: [String]
  }

  public struct ProgramRecord: Codable, Hashable, Sendable {
    public var name: String
    public var about: String?
    public var timed: Timing
    /// Bytes of the module.
    public var moduleSize: UInt64?
  }

  /// One program on one engine.
  public struct Row: Codable, Hashable, Sendable {
    public var program: String
    public var engine: String
    /// Set if it has no samples of runs, or not all.
    public var problem: Problem?
    public var compiles: [Sample] = []
    /// Bytes of what compiling made.
    public var artefactSize: UInt64?
    /// Bytes that running took at most, seen in the run that warmed up.
    public var peakMemory: UInt64?
    public var runs: [Sample] = []
  }

  /// A process, from its start to its end.
  public struct Sample: Codable, Hashable, Sendable {
    /// Seconds.
    public var wall: Double
    public var user: Double
    public var system: Double
    /// Bytes.
    public var peakMemory: UInt64
    /// Seconds between the program's own marks.
    public var marked: Double?
    /// In user mode.
    public var instructions: UInt64?
    public var cycles: UInt64?
  }

  /// Why a row is not like the others.
  public struct Problem: Codable, Hashable, Sendable {
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
      /// The engine does not take such programs.
      case unsupported
      /// The module could not be built from its sources.
      case notBuilt = "not built"
      case notCompiled = "not compiled"
      /// A signal ended it.
      case crashed
      /// It ended with a status other than 0.
      case failed
      case timedOut = "timed out"
      /// It printed something else than expected, or than the others.
      case wrongOutput = "wrong output"
      /// It never reported a time.
      case noMarks = "no marks"
      case notStarted = "not started"
    }
    public var kind: Kind
    public var message: String
  }

  /// Reads what `json` wrote.
  ///
  /// - Parameter file: what errors call it.
  public init(json: Data, file: String) throws(BenchmarkError) {
    struct Header: Decodable {
      var format: String
      var version: Int
    }
    let decoder = JSONDecoder()
    guard let header = try? decoder.decode(Header.self, from: json), header.format == Self.format
    else { throw BenchmarkError("is no file of results of apus bench", file: file) }
    guard header.version == Self.version else {
      throw BenchmarkError(
        "has version \(header.version) of the format; this apus reads version \(Self.version): "
          + "use the apus that wrote it",
        file: file)
    }
    do { self = try decoder.decode(Self.self, from: json) } catch {
      throw BenchmarkError("is damaged: \(Self.place(of: error))", file: file)
    }
  }

  init(
    created: String, suite: SuiteRecord, settings: Settings, machine: Machine, baseline: String
  ) {
    self.created = created
    self.suite = suite
    self.settings = settings
    self.machine = machine
    self.baseline = baseline
  }

  /// The contents of a file.
  public func json() throws(BenchmarkError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      var data = try encoder.encode(self)
      data.append(UInt8(ascii: "\n"))
      return data
    } catch { throw BenchmarkError("cannot write results: \(error)") }
  }

  private static func place(of error: any Error) -> String {
    guard let error = error as? DecodingError else { return "\(error)" }
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
      context = found
    case .keyNotFound(let key, let found):
      let path = (found.codingPath + [key]).map(\.stringValue)
      return "\(path.joined(separator: ".")) is missing"
    @unknown default: return "\(error)"
    }
    return context.codingPath.map(\.stringValue).joined(separator: ".") + " is wrong"
  }
}

/// Which part of a run counts.
public enum Timing: String, Codable, Hashable, Sendable, CaseIterable {
  /// All of it, from exec to exit.
  case process
  /// What lies between the program's calls of `bench.start` and `bench.end`.
  case marks
}

extension BenchmarkResults.Row {
  /// The times that this row is judged by: between marks, or of the whole process.
  public func times(_ timing: Timing) -> [Double] {
    switch timing {
    case .process: runs.map(\.wall)
    case .marks: runs.compactMap(\.marked)
    }
  }
}
