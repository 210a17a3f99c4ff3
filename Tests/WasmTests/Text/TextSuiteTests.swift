// All texts of the official test suite.

import Foundation
import TestSupport
import Testing

@testable import Wasm

/// The modules in text form of the official test suite: what it calls malformed must be
/// rejected with a message that begins with its wording, and everything else must parse.
@Suite(.enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
struct TextSuiteTests {
  /// The scripts for what is implemented.
  static let scripts = SharedFiles.files(in: "spec-testsuite", suffix: ".wast").filter {
    !$0.path.contains("custom-descriptors")
  }

  /// The proposal "threads" is older than 64-bit addresses, and says so.
  static func features(of script: URL) -> FeatureSet {
    script.path.contains("proposals/threads")
      ? FeatureSet.all.subtracting(FeatureSet(.memory64)) : .all
  }

  @Test func texts() throws {
    var checked = 0
    var malformed = 0
    for script in Self.scripts {
      for module in try scriptedTexts(in: script) {
        let place: Comment = "\(script.lastPathComponent):\(module.line)"
        let expected = module.rejection
        checked += 1
        do {
          let parsed = try ModuleParser.parse(module.text, features: Self.features(of: script))
          #expect(expected?.keyword.hasPrefix("assert_malformed") != true, place)
          let binary = ModuleEncoder.encode(parsed)
          // What is malformed as binary only, the validator of a text says.
          if expected == nil { try expectSame(parsed, binary, place) }
        } catch let error as WasmError {
          #expect(error.isInText, place)
          #expect(
            error.message.hasPrefix(expected?.message ?? "parsed"), "\(place): \(error)")
          #expect(
            "assert_\(error.phase)" == expected?.keyword.replacing("_custom", with: ""), place)
          malformed += 1
        }
      }
    }
    #expect(checked == 6742 && malformed >= 1281)
    print("official suite: \(checked) texts, \(malformed) malformed")
  }

  /// Expects that the binary decodes to the module it was made of.
  private func expectSame(_ module: Module, _ binary: [UInt8], _ place: Comment) throws {
    let decoded = try ModuleDecoder.decode(ModuleBytes(copying: binary), features: .all)
    #expect(decoded.types == module.types, place)
    #expect(decoded.recursionGroups == module.recursionGroups, place)
    #expect(decoded.functions == module.functions, place)
    #expect(decoded.memories == module.memories, place)
    #expect(decoded.tags == module.tags, place)
    #expect(decoded.tables.map(\.type) == module.tables.map(\.type), place)
    #expect(decoded.globals.map(\.type) == module.globals.map(\.type), place)
    #expect(decoded.exports.map(\.index) == module.exports.map(\.index), place)
    #expect(decoded.dataCount == module.dataCount, place)
    #expect(decoded.names.functions == module.names.functions, place)
    #expect(decoded.branchHints == module.branchHints, place)
    #expect(
      decoded.sections.map(\.id).filter { $0 != 0 } == module.sectionIDs.map(\.rawValue), place)
    #expect(ModuleEncoder.encode(decoded) == binary, place)
  }
}
