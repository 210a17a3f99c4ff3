import Foundation
import TestSupport
import Testing
import Wasm

/// A rule of a judge that is not the specification's. What it matches is left out of
/// the comparison and counted.
private struct Excuse: Sendable {
  /// Whether it explains that the judge differs from our verdict on `bytes`.
  let applies: @Sendable (_ ours: WasmError?, _ bytes: [UInt8]) -> Bool

  /// V8 (Node 20) takes any value type for that of an element segment without
  /// elements (binary.wast of the suite has it malformed).
  static let elementTypes = Excuse { error, _ in
    error?.section == "element" && error?.message.hasPrefix("malformed reference type") == true
  }

  /// V8 (Node 18) uses these ids for custom sections that it knows, and takes one that
  /// stands in a module for such a section.
  static let internalSections = Excuse { error, _ in
    ["14", "15", "16"].contains { error?.message == "malformed section id \($0)" }
  }

  /// V8 leaves what `br_if` passes on untyped in unreachable code; by the
  /// specification it takes the label's types, and wasmtime agrees.
  static let branchOperands = Excuse { error, bytes in
    error?.message.hasPrefix("type mismatch: instruction requires") == true
      && error?.message.hasSuffix("in end") == true
      && bytes.contains(0x0d) && bytes.contains(0x00)
  }
}

/// Another implementation that says whether a module is valid.
private struct Judge: Sendable {
  let name: String
  let command: [String]
  /// Where this judge goes by rules of its own.
  let excuses: [Excuse]
  /// Where its verdict is about something else than validity.
  var neutral: [Excuse] = []
  /// What it judges by.
  var features = FeatureSet.standard
  /// The modules it is asked about.
  var samples = SampleModules.all

  private static let scripts = SharedFiles.packageRoot.appendingPathComponent("Tests/judges").path

  static let wasmtime = Judge(
    name: "wasmtime", command: python.map { [$0, scripts + "/wasmtime_judge.py"] } ?? [],
    excuses: [], samples: SampleModules.all + SampleModules.version3)

  /// Node 20 is older than the encodings of garbage collection and exceptions in 3.0, and
  /// than what came with them.
  static let v8 = Judge(
    name: "V8", command: ["/usr/bin/env", "node", scripts + "/v8_judge.js"],
    excuses: [.elementTypes, .branchOperands], neutral: [.internalSections],
    features: .wasm2.union(FeatureSet([.extendedConst, .tailCall, .threads])))

  /// A Python that has the module `wasmtime`: of the build's own environment, or else
  /// the system's.
  private static let python: String? = {
    let own = SharedFiles.packageRoot.appendingPathComponent(".build/venv/bin/python3").path
    return [own, "/usr/bin/python3", "/usr/local/bin/python3"].first {
      FileManager.default.isExecutableFile(atPath: $0)
        && (try? run([$0, "-c", "import wasmtime"], input: Data())) != nil
    }
  }()

  var isThere: Bool {
    !command.isEmpty && (try? judge([BinaryEncoding.preamble])) == [true]
  }

  /// The verdicts over `modules`.
  func judge(_ modules: [[UInt8]]) throws -> [Bool] {
    guard !command.isEmpty else { throw Failure() }
    var input = Data()
    for module in modules {
      withUnsafeBytes(of: UInt32(module.count).littleEndian) { input.append(contentsOf: $0) }
      input.append(contentsOf: module)
    }
    let output = try Self.run(command, input: input)
    return output.split(separator: "\n").map { $0 == "1" }
  }

  private struct Failure: Error {}

  private static func run(_ command: [String], input: Data) throws -> String {
    // Both ends through files: no pipe can fill up.
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("apus-judge-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inputFile = folder.appendingPathComponent("input")
    let outputFile = folder.appendingPathComponent("output")
    try input.write(to: inputFile)
    try Data().write(to: outputFile)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure() }
    return String(decoding: try Data(contentsOf: outputFile), as: UTF8.self)
  }
}

/// Every prefix and every single-bit flip of the sample modules.
private func variants(
  of samples: [(name: String, bytes: [UInt8])]
) -> [(name: String, bytes: [UInt8])] {
  var variants: [(String, [UInt8])] = []
  for (name, bytes) in samples {
    for count in 0...bytes.count {
      variants.append(("\(name)[..<\(count)]", Array(bytes[..<count])))
    }
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        variants.append(("\(name)[\(index)] bit \(bit)", flipped))
      }
    }
  }
  return variants
}

@Suite struct JudgeTests {
  @Test func samplesAreValid() {
    #expect(SampleModules.all.count == 20)
    for (name, bytes) in SampleModules.all + SampleModules.version3 {
      expectValid(bytes, "\(name)")
    }
  }

  @Test(
    "M1 prefixes and bit flips are judged as by wasmtime",
    .enabled(
      if: SharedFiles.isRequired || Judge.wasmtime.isThere, "no Python that has wasmtime"))
  func wasmtime() throws { try compare(with: .wasmtime) }

  @Test(
    "M1 prefixes and bit flips are judged as by V8",
    .enabled(if: SharedFiles.isRequired || Judge.v8.isThere, "no node"))
  func v8() throws { try compare(with: .v8) }

  /// Modules that need a later feature, or are beyond a limit, prove nothing about
  /// validity: they are counted, not compared. They must stay few.
  private func compare(with judge: Judge) throws {
    let variants = variants(of: judge.samples)
    let verdicts = try judge.judge(variants.map(\.bytes))
    try #require(verdicts.count == variants.count)
    var neutral = 0
    var excused = 0
    for (variant, theirs) in zip(variants, verdicts) {
      let error = rejection(of: variant.bytes, features: judge.features)
      if let error, error.phase == .unsupported || error.phase == .limit {
        neutral += 1
        continue
      }
      if (error == nil) == theirs { continue }
      if judge.neutral.contains(where: { $0.applies(error, variant.bytes) }) {
        neutral += 1
        continue
      }
      if judge.excuses.contains(where: { $0.applies(error, variant.bytes) }) {
        excused += 1
        continue
      }
      Issue.record(
        "\(variant.name): \(judge.name) \(theirs ? "accepts" : "rejects"), ours: \(error?.description ?? "valid")"
      )
    }
    #expect(neutral * 20 < variants.count)
    #expect(excused <= 20)
    print("\(judge.name): \(variants.count) variants, \(neutral) neutral, \(excused) excused")
  }
}
