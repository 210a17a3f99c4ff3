// Ten thousand broken texts: each is parsed or rejected in time, none ends the process,
// and what is accepted is a module like any other.
//
// Have one again with its seed and index: `TextMutationCorpus.mutant(seed:index:)`.

import Foundation
import TestSupport
import Testing

@testable import Wasm

@Suite(
  .enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
struct TextMutationTests {
  private static let seed: UInt64 = 20_261_121

  /// Texts of the official suite, and what the printer makes of small modules.
  private static func corpus() throws -> TextMutationCorpus {
    // Small texts are more likely to break where it matters.
    let suite = SharedFiles.suiteModules().filter { $0.count < 3_000 }
    try #require(suite.count > 1_000)
    let printed = try SampleModules.all.map { sample in
      let module = try ModuleDecoder.decode(ModuleBytes(copying: sample.bytes), features: .all)
      return Array(try ModulePrinter.print(module).utf8)
    }
    return TextMutationCorpus(texts: suite + printed + printed + printed)
  }

  @Test func mutantsAreParsedOrRejected() throws {
    let corpus = try Self.corpus()
    var accepted = 0
    var valid = 0
    for index in 0..<10_000 {
      let text = ModuleBytes(copying: corpus.mutant(seed: Self.seed, index: index))
      let time = try ContinuousClock().measure {
        let module: Module
        do { module = try ModuleParser.parse(text, features: .all) } catch let error as WasmError {
          // Every error has a place in the text.
          #expect(
            (0...text.buffer.count).contains(error.offset) && error.isInText,
            "seed \(Self.seed), index \(index): \(error)")
          return
        }
        accepted += 1
        if try isValid(module, index) { valid += 1 }
      }
      #expect(time < .seconds(2), "seed \(Self.seed), index \(index): \(time)")
    }
    print("text mutants: \(accepted) of 10,000 parse, \(valid) of them are valid")
    // Mutants that nothing or everything accepts would test nothing.
    #expect((500...9_000).contains(accepted) && valid > 100 && valid < accepted)
  }

  /// Whether an accepted module is valid. It can be encoded, printed and parsed again.
  private func isValid(_ module: Module, _ index: Int) throws -> Bool {
    let bytes = ModuleEncoder.encode(module)
    do {
      let decoded = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
      let again = try ModuleParser.parse(
        ModuleBytes(copying: Array(try ModulePrinter.print(decoded).utf8)), features: .all)
      let isSame = ModuleEncoder.encode(again) == bytes
      #expect(isSame, "seed \(Self.seed), index \(index)")
      _ = try ModuleValidator.validate(ModuleBytes(copying: bytes), features: .all)
      return true
    } catch {
      // What was parsed is not malformed; it may break rules.
      #expect(error.phase != .malformed, "seed \(Self.seed), index \(index): \(error)")
      return false
    }
  }

  /// Each form is a command or says what is wrong with it, in the order of the text.
  @Test func mutantScriptsAreReadFormByForm() throws {
    let scripts = try SharedFiles.files(in: "spec-testsuite", suffix: ".wast")
      .map { Array(try Data(contentsOf: $0)) }.filter { $0.count < 8_000 }
    try #require(scripts.count > 50)
    let corpus = TextMutationCorpus(texts: scripts)
    var readable = 0
    var unreadable = 0
    for index in 0..<2_000 {
      let text = ModuleBytes(copying: corpus.mutant(seed: Self.seed, index: index))
      var script: WastScript?
      let time = ContinuousClock().measure { script = WastScript.parse(text) }
      #expect(time < .seconds(2), "seed \(Self.seed), index \(index): \(time)")
      let forms = try #require(script?.forms)
      #expect(forms.map(\.line) == forms.map(\.line).sorted(), "index \(index)")
      for form in forms {
        if case .unreadable(let error) = form.command {
          unreadable += 1
          #expect((0...text.buffer.count).contains(error.offset), "index \(index): \(error)")
        } else {
          readable += 1
        }
      }
    }
    print("script mutants: \(readable) forms are read, \(unreadable) are not")
    #expect(unreadable > 5_000 && readable > 5_000)
  }

  @Test func mutantsComeBack() {
    let corpus = TextMutationCorpus(texts: [Array("(module (func (result i32) i32.const 1))".utf8)])
    for index in [0, 7, 9_999] {
      #expect(corpus.mutant(seed: 1, index: index) == corpus.mutant(seed: 1, index: index))
    }
    #expect(
      (0..<20).contains { corpus.mutant(seed: 1, index: $0) != corpus.mutant(seed: 2, index: $0) })
  }
}
