import Foundation
import TestSupport
import Testing
import Wasm

/// The modules in binary form of the official test suite: what it calls malformed
/// or invalid must be rejected with a message that begins with the suite's wording.
@Suite(.enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
struct OfficialSuiteTests {
  @Test func binaryModules() throws {
    var checked = 0
    for file in SharedFiles.files(in: "spec-testsuite", suffix: ".wast") {
      // Proposals have files of their own below this folder; its scripts are 3.0.
      guard file.deletingLastPathComponent().lastPathComponent == "spec-testsuite" else {
        continue
      }
      for module in try scriptedBinaries(in: file) {
        let error = rejection(of: module.bytes)
        let place: Comment =
          "\(file.lastPathComponent):\(module.line): \(error?.description ?? "valid")"
        checked += 1
        guard let expected = module.rejection else {
          #expect(error == nil, place)
          continue
        }
        #expect(
          error?.message.hasPrefix(expected.message) == true,
          "\(place), expected \(expected.message)")
        #expect(error.map { "assert_\($0.phase)" } == expected.keyword, place)
      }
    }
    #expect(checked >= 800)
  }
}
