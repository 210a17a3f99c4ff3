import Foundation
import TestSupport
import Testing
import Wasm

/// Ten thousand broken modules: each is accepted or rejected in time, none ends the
/// process. The command line goes through larger ones in CI.
@Suite struct MutationTests {
  private static let seed: UInt64 = 2026

  @Test("G1 mutants are accepted or rejected within 2 s each")
  func mutants() throws {
    // Small modules are more likely to break where it matters.
    let corpus = MutationCorpus.shared(
      maximumSize: 12_000, adding: (SampleModules.all + SampleModules.version3).map(\.bytes))
    var accepted = 0
    for index in 0..<10_000 {
      let bytes = corpus.mutant(seed: Self.seed, index: index)
      let time = ContinuousClock().measure {
        if rejection(of: bytes) == nil { accepted += 1 }
      }
      #expect(time < .seconds(2), "seed \(Self.seed), index \(index)")
    }
    // Mutants that nothing or everything accepts would test nothing.
    #expect((100...5_000).contains(accepted), "\(accepted) accepted")
  }

  @Test func mutantsComeBack() {
    let corpus = MutationCorpus(modules: SampleModules.all.map(\.bytes))
    for index in [0, 7, 9_999] {
      #expect(corpus.mutant(seed: 1, index: index) == corpus.mutant(seed: 1, index: index))
    }
    #expect(corpus.mutant(seed: 1, index: 3) != corpus.mutant(seed: 2, index: 3))
  }

  @Test(
    "Modules of real compilers are valid",
    .enabled(
      if: SharedFiles.has("sightglass") && SharedFiles.has("wasi-testsuite"),
      "../shared/sightglass or ../shared/wasi-testsuite is absent"))
  func realModules() throws {
    var checked = 0
    for folder in ["sightglass", "wasi-testsuite"] {
      for file in SharedFiles.files(in: folder, suffix: ".wasm") {
        let error = rejection(of: [UInt8](try Data(contentsOf: file)))
        if error?.phase == .unsupported { continue }
        #expect(error == nil, "\(file.lastPathComponent): \(error?.description ?? "")")
        checked += 1
      }
    }
    #expect(checked >= 70)
  }
}
