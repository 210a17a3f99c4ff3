// Broken modules by the thousand: `apus validate` always answers, quickly and in bounded
// memory.
//
// Replay one with its seed and index: `MutationCorpus.mutant(seed:index:)`.

import Foundation
import TestSupport
import Testing

@Suite(
  .enabled(if: SharedFiles.has("sightglass"), "the Sightglass modules are not beside the package"))
struct MutationTests {
  private static let seed: UInt64 = 20_261_121
  private static let count = 10_000
  private static let batch = 100

  @Test func `10,000 mutated modules are accepted or rejected, each within 2 s and 1 GB`() throws {
    let modules = SharedFiles.files(in: "sightglass", suffix: ".wasm")
    try #require(!modules.isEmpty, "the Sightglass modules are missing")
    let corpus = MutationCorpus.shared()
    var accepted = 0
    var slowest = Duration.zero
    for start in stride(from: 0, to: Self.count, by: Self.batch) {
      let folder = try TemporaryFolder()
      let files = try (start..<start + Self.batch).map { index in
        let file = folder.file("mutant-\(index).wasm")
        try Data(corpus.mutant(seed: Self.seed, index: index)).write(to: URL(fileURLWithPath: file))
        return file
      }
      // The shell's limit makes an allocation beyond 1 GB fail, and with it the test.
      let result = try runProcess(
        "/bin/sh",
        ["-c", "ulimit -v 1048576; exec \"$0\" validate \"$@\"", ApusCommand.path] + files,
        limit: .seconds(60))
      #expect(result.status == 0 || result.status == 1, "mutants from \(start): \(result)")
      #expect(result.signal == nil, "mutants from \(start): \(result)")
      let errors = result.errors.split(separator: "\n")
      #expect(errors.allSatisfy { $0.hasPrefix("apus: error: ") && $0.contains("mutant-") })
      accepted += Self.batch - errors.count
      slowest = max(slowest, result.time)
    }
    // A whole batch within the limit of one: no mutant took longer.
    #expect(slowest < .seconds(2), "a batch took \(slowest)")
    // Neither everything nor nothing is accepted: the mutants do reach the validator.
    #expect(accepted > Self.count / 100 && accepted < Self.count / 2, "\(accepted) accepted")
  }
}
