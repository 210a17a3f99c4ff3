// From a module to text and back: the code to the byte, everything else as it was said.

import Foundation
import TestSupport
import Testing

@testable import Wasm

@Suite struct PrintedModuleTests {
  private func decode(_ bytes: [UInt8]) throws -> Module {
    try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
  }

  private func parse(_ text: some StringProtocol) throws -> Module {
    try ModuleParser.parse(ModuleBytes(copying: Array(text.utf8)), features: .all)
  }

  private func bodies(_ module: Module) -> [[UInt8]] {
    module.code.map { Array(module.bytes.buffer[$0.range]) }
  }

  /// What comes back of `module` by way of text, which must say the same in every respect.
  @discardableResult
  private func roundTrip(_ module: Module, _ name: String) throws -> Module {
    let text = try ModulePrinter.print(module)
    let back = try decode(ModuleEncoder.encode(try parse(text)))
    let isSame = bodies(back) == bodies(module)
    #expect(isSame, "the code of \(name)")
    // The text says all that is not code, names and custom sections included.
    let again = try ModulePrinter.print(back)
    #expect(again == text, "\(name)")
    #expect(back.names.functions == module.names.functions, "\(name)")
    return back
  }

  @Test(
    .enabled(
      if: SharedFiles.has("sightglass") && SharedFiles.has("wasi-testsuite"),
      "../shared/sightglass or ../shared/wasi-testsuite is absent"))
  func modulesOfRealCompilersComeBack() throws {
    var count = 0
    for folder in ["sightglass", "wasi-testsuite"] {
      for file in SharedFiles.files(in: folder, suffix: ".wasm") {
        let bytes = [UInt8](try Data(contentsOf: file))
        // One of the files is a component.
        guard bytes[4..<8].elementsEqual([1, 0, 0, 0]) else { continue }
        try roundTrip(decode(bytes), file.path)
        count += 1
      }
    }
    print("came back by way of text: \(count) modules of compilers")
    #expect(count >= 91)
  }

  @Test(
    .enabled(if: SharedFiles.has("spec-testsuite"), "../shared/spec-testsuite is absent"))
  func modulesOfTheOfficialSuiteComeBack() throws {
    var count = 0
    for text in SharedFiles.suiteModules() {
      // Those of proposals that are not known here do not parse.
      guard let module = try? ModuleParser.parse(ModuleBytes(copying: text), features: .all)
      else { continue }
      let encoded = ModuleEncoder.encode(module)
      let back = try roundTrip(decode(encoded), String(decoding: text.prefix(500), as: UTF8.self))
      #expect(ModuleEncoder.encode(back) == encoded)
      count += 1
    }
    print("came back by way of text: \(count) modules of the official suite")
    #expect(count >= 2_200)
  }

  @Test func smallModulesComeBack() throws {
    for sample in SampleModules.all { try roundTrip(decode(sample.bytes), sample.name) }
  }

  @Test func paddedIntegersAndGroupsOfLocalsComeBack() throws {
    let body: [UInt8] =
      [0x83, 0x00, 1, 0x7f, 0x82, 0, 0x7f, 1, 0x7e]
      + [0x41, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x1a, 0x41, 0x80, 0x80, 0x7f, 0x1a]
      + [0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x1a]
      + [0x42, 0x80, 0x80, 0x00, 0x1a, 0x20, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a]
      + [0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 0x8b, 0x80, 0x00, 0x80, 0x00]
      + [0x41, 0, 0x28, 0x82, 0x00, 0x84, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a]
      + [0x02, 0x80, 0x00, 0x41, 0, 0x0e, 0x81, 0x00, 0x80, 0x00, 0x80, 0x00, 0x0b]
      + [0xd0, 0x80, 0x00, 0x1a, 0x0b]
    var bytes = BinaryEncoding.preamble
    bytes += BinaryEncoding.section(1, [1, 0x60, 0, 0]) + BinaryEncoding.section(3, [1, 0])
    bytes += BinaryEncoding.section(5, [1, 0, 1])
    bytes += BinaryEncoding.section(
      10, [1] + BinaryEncoding.unsigned(UInt32(body.count)) + body)
    try roundTrip(decode(bytes), "padded")
  }

  /// The annotation chooses among encodings of one meaning, whatever it says.
  @Test(arguments: [
    "(padded 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14)", "(padded (3 4000000000) (4 6))", "(groups 3)",
    "(groups 1 2 3)", "(groups 0 1 1 1)", "(groups)", "(padded)", "(groups 1 1 1) (padded (0 2))",
    "(padded 9 3 1)",
  ])
  func staleEncodingsDoNoHarm(contents: String) throws {
    let text = """
      (module (func (result i32) (@encoding \(contents)) (local i32 i32 i64)
        local.get 1 i32.const -5 (i32.add (i32.const 70)) i32.add))
      """
    let module = try parse(text)
    _ = try ModuleValidator.validate(module)
    let plain = try parse(text.replacing("(@encoding \(contents))", with: ""))
    var options = ModulePrinter.Options()
    options.usesNames = false
    let instructions = { (module: Module) in
      try ModulePrinter.print(module, options: options).split(separator: "\n")
        .filter { !$0.contains("@encoding") }
    }
    #expect(try instructions(module) == instructions(plain))
    try roundTrip(decode(ModuleEncoder.encode(module)), contents)
  }

  // MARK: Names (hazards M11, M12)

  private static let hostileNames = [
    "", " ", "\u{0}", "\u{1b}[2J", "%s%n", "../../x", "a\nb\r\t", "\"", "\\", "\\00", ";;", "(;",
    ")", "é", "e\u{301}", "\u{202e}x", "\u{feff}", "\u{10ffff}", "\u{fffe}", "$x", "x#1", "x", "x",
    "x", String(repeating: "n", count: 100_000), String(repeating: "é", count: 150),
    String(repeating: "n", count: 201),
  ]

  @Test func hostileNamesComeBack() throws {
    var builder = ModuleBuilder()
    let type = builder.type([], [])
    for name in Self.hostileNames { builder.import(name, name, .function(type)) }
    let count = UInt32(Self.hostileNames.count)
    for (index, name) in Self.hostileNames.enumerated() {
      builder.function(type) { $0("call", Int64(index)) }
      builder.export("\(index)\(name)".prefix(100_000).description, .function(UInt32(index)))
      builder.custom(name, Array(name.utf8))
    }
    builder.names(
      module: Self.hostileNames[3],
      functions: Self.hostileNames.enumerated().map { (UInt32($0) + count, $1) })
    let module = try decode(builder.build())
    let back = try roundTrip(module, "hostile names")
    #expect(back.names.functions.count == Self.hostileNames.count)
    for (index, name) in Self.hostileNames.enumerated() {
      let found = back.names.functions[UInt32(index) + count]
      #expect(found.map { Array($0.utf8) } == Array(name.utf8))
      #expect(Array(back.imports[index].name.utf8) == Array(name.utf8))
    }
    #expect(back.sections.filter { $0.id == 0 }.count == Self.hostileNames.count + 1)
  }
}
