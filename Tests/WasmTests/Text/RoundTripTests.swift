// Binary to text to binary: the same module, the same code byte for byte.

import Foundation
import TestSupport
import Testing

@testable import Wasm

/// Expects that the text of `module` stands for `module`.
private func expectRoundTrip(_ module: Module, _ place: Comment) throws {
  let text = try ModulePrinter.print(module)
  let parsed = try ModuleParser.parse(ModuleBytes(copying: Array(text.utf8)), features: .all)
  #expect(parsed.code.count == module.code.count, place)
  for (first, second) in zip(parsed.code, module.code) {
    let same = parsed.bytes.buffer[first.range].elementsEqual(module.bytes.buffer[second.range])
    #expect(same, place)
    if !same { return }
  }
  let sections = try [parsed, module].map { module in
    let binary = ModuleEncoder.encode(module)
    let decoded = try ModuleDecoder.decode(ModuleBytes(copying: binary), features: .all)
    // Custom sections come in another order, and a data count may not be needed.
    return decoded.sections.filter { ![0, 12].contains($0.id) }.map { Array(binary[$0.range]) }
  }
  #expect(sections[0] == sections[1], place)
}

@Suite struct RoundTripTests {
  @Test(.enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
  func officialSuite() throws {
    var checked = 0
    for script in TextSuiteTests.scripts {
      for text in try scriptedTexts(in: script) where text.rejection == nil {
        let module = try ModuleParser.parse(text.text, features: .all)
        let binary = ModuleBytes(copying: ModuleEncoder.encode(module))
        let decoded = try ModuleDecoder.decode(binary, features: .all)
        try expectRoundTrip(decoded, "\(script.lastPathComponent):\(text.line)")
        checked += 1
      }
    }
    #expect(checked > 1_500)
    print("round trips: \(checked) texts")
  }

  @Test(.enabled(if: SharedFiles.has("sightglass"), "../shared/sightglass is absent"))
  func realModules() throws {
    for file in SharedFiles.files(in: "sightglass", suffix: ".wasm") {
      let bytes = [UInt8](try Data(contentsOf: file))
      // Components have the same magic number and another version.
      if bytes[4] != 1 { continue }
      let module = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
      try expectRoundTrip(module, "\(file.lastPathComponent)")
    }
  }

  /// The parser of a large text, printed from a real module.
  @Test(.enabled(if: SharedFiles.has("sightglass"), "../shared/sightglass is absent"))
  func speed() throws {
    let path = "sightglass/sqlite3/sqlite3.wasm"
    let bytes = [UInt8](try Data(contentsOf: SharedFiles.root.appendingPathComponent(path)))
    let module = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
    let text = ModuleBytes(copying: Array(try ModulePrinter.print(module).utf8))
    let time = try ContinuousClock().measure { _ = try ModuleParser.parse(text, features: .all) }
    let rate = Double(text.buffer.count) / 1e6 / (time / .seconds(1))
    print("parser: \(Int(rate)) MB/s")
    #expect(rate > 10)
  }
}
