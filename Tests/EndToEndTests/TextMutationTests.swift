// Broken texts through the command line: `apus parse` always answers, quickly and in
// bounded memory.
//
// Texts of modules and whole scripts are broken. The place of an error is told, and nothing
// is written for a text that is rejected. Have one again with its seed and index:
// `TextMutationCorpus.mutant(seed:index:)`.

import Foundation
import TestSupport
import Testing

@Suite(
  .enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
struct TextMutationTests {
  private static let seed: UInt64 = 20_261_122
  private static let count = 10_000
  private static let batch = 100

  @Test func `10,000 mutated texts are encoded or rejected, each within 1 GB`() throws {
    let texts = SharedFiles.suiteModules().filter { $0.count < 3_000 }
    let scripts = try SharedFiles.files(in: "spec-testsuite", suffix: ".wast")
      .map { Array(try Data(contentsOf: $0)) }.filter { $0.count < 8_000 }
    try #require(texts.count > 1_000 && scripts.count > 50)
    let corpus = TextMutationCorpus(texts: texts + scripts)
    var encoded = 0
    for start in stride(from: 0, to: Self.count, by: Self.batch) {
      let folder = try TemporaryFolder()
      for index in start..<start + Self.batch {
        try Data(corpus.mutant(seed: Self.seed, index: index))
          .write(to: URL(fileURLWithPath: folder.file("mutant-\(index).wat")))
      }
      // One process for each, of which the shell tells the status. The limit makes an
      // allocation beyond 1 GB fail, and with it the test.
      let script = """
        ulimit -v 1048576
        for file in "$1"/*.wat; do
          "$0" parse --features all "$file" -o "$file.wasm"
          echo "$? $(test -e "$file.wasm" && echo written)"
        done
        """
      let result = try runProcess(
        "/bin/sh", ["-c", script, ApusCommand.path, folder.path], limit: .seconds(120))
      let statuses = result.output.split(separator: "\n")
      #expect(statuses.count == Self.batch, "mutants from \(start): \(result)")
      #expect(
        statuses.allSatisfy { ["0 written", "1 ", "2 "].contains($0) },
        "mutants from \(start): \(statuses)")
      let rejected = statuses.count { $0 != "0 written" }
      let errors = result.errors.split(separator: "\n").filter { $0.hasPrefix("apus: error: ") }
      #expect(errors.count == rejected && errors.allSatisfy { $0.contains("mutant-") })
      encoded += statuses.count - rejected
    }
    print("text mutants encoded by apus parse: \(encoded) of \(Self.count)")
    #expect((10..<Self.count / 2).contains(encoded))
  }
}
