// Modules to their binary: what was canonical comes back byte for byte.

import Foundation
import TestSupport
import Testing

@testable import Wasm

private func recoded(_ bytes: [UInt8]) throws -> [UInt8] {
  ModuleEncoder.encode(
    try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all))
}

/// What a binary holds, however its integers are written.
private func contents(_ bytes: [UInt8]) throws -> [[UInt8]] {
  let module = try ModuleDecoder.decode(ModuleBytes(copying: bytes), features: .all)
  let names = module.names.functions.sorted { $0.key < $1.key }.map { "\($0)" }
  return module.code.map { Array(bytes[$0.range]) } + module.data.map { Array(bytes[$0.range]) }
    + module.sections.filter { $0.id == 0 && $0.name != "name" }.map { Array(bytes[$0.range]) }
    + ["\(module.types)", "\(module.functions)", "\(names)"].map { Array($0.utf8) }
}

@Suite struct ModuleEncoderTests {
  @Test func sampleModules() throws {
    for sample in SampleModules.all {
      #expect(try recoded(sample.bytes) == sample.bytes, "\(sample.name)")
    }
  }

  /// Integers that are longer than they need to be become short, bodies stay as they are.
  @Test func encodingsBecomeCanonical() throws {
    let long: [UInt8] = [
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
      1, 0x85, 0, 0x81, 0, 0x60, 0, 0, 3, 3, 1, 0x80, 0, 10, 7, 1, 5, 0, 0x41, 0x80, 0, 0x0b,
    ]
    // The body needs a `drop` to be valid, but not to be encoded.
    let short = try recoded(long)
    #expect(
      short == [
        0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 7, 1, 5, 0, 0x41,
        0x80,
        0, 0x0b,
      ])
    #expect(try recoded(short) == short)
  }

  @Test func integers() {
    for value in [0, 1, 63, 64, 127, 128, 8191, 8192, 1 << 31, 1 << 32 - 1, 1 << 40, .max]
      as [Int64]
    {
      for value in [value, -value, ~value] {
        var writer = ByteWriter()
        writer.writeSigned(value)
        writer.writeU64(UInt64(bitPattern: value))
        writer.writeU32(UInt32(truncatingIfNeeded: value))
        writer.bytes.withUnsafeBytes { bytes in
          var reader = ByteReader(bytes, range: 0..<bytes.count)
          #expect((try? reader.readS64()) == value)
          #expect((try? reader.readU64()) == UInt64(bitPattern: value))
          #expect((try? reader.readU32()) == UInt32(truncatingIfNeeded: value))
          #expect(reader.isAtEnd)
        }
      }
    }
  }

  /// Every type, segment and import there is.
  @Test func allKinds() throws {
    let binary = try encoded(
      """
      (type $f (func (param i32 v128 externref (ref null $s)) (result (ref $a) f32 f64 i64)))
      (rec (type $s (sub (struct (field (mut i8) i16 (ref $a)))))
        (type $a (sub final $s (array (mut exnref)))))
      (import "m" "f" (func (type $f))) (import "m" "t" (table i64 1 2 (ref null $f)))
      (import "m" "m" (memory i64 1 2 shared (pagesize 1))) (import "m" "g" (global (mut i31ref)))
      (import "m" "e" (tag (param i32)))
      (table 1 (ref any) (ref.i31 (i32.const 1))) (memory 1) (global anyref (ref.null none)) (tag)
      (export "f" (func 0)) (export "t" (table 1)) (export "m" (memory 1)) (export "g" (global 1))
      (export "e" (tag 1)) (start 1) (func) (func unreachable) (data "p") (data (i32.const 1) "a")
      (data (memory 1) (offset i32.const 1) "m") (elem func 0) (elem declare func 1)
      (elem (i32.const 0) func 1) (elem (table 1) (i32.const 0) func 1) (elem funcref (ref.func 1))
      (elem declare funcref (ref.func 1)) (elem (i32.const 0) funcref (ref.null func))
      (elem (i32.const 0) (ref func) (ref.func 0)) (elem (table 1) (i32.const 0) anyref)
      (func memory.init 1 0)
      """)
    #expect(try recoded(binary) == binary)
  }

  /// Real modules, as compilers made them. Linkers leave room in sizes, which is not
  /// canonical; what the sections hold is the same.
  @Test(.enabled(if: SharedFiles.has("sightglass"), "../shared/sightglass is absent"))
  func realModules() throws {
    let files = SharedFiles.files(in: "sightglass", suffix: ".wasm")
    #expect(files.count >= 10)
    var identical = 0
    for file in files {
      let bytes = [UInt8](try Data(contentsOf: file))
      // Components have the same magic number and another version.
      if bytes[4] != 1 { continue }
      let result = try recoded(bytes)
      #expect(try contents(result) == contents(bytes), "\(file.lastPathComponent)")
      #expect(try recoded(result) == result, "\(file.lastPathComponent)")
      if result == bytes { identical += 1 }
    }
    print("encoder: \(identical) of \(files.count) real modules come back byte for byte")
  }
}
