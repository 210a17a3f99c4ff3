// Checks of vector instructions: a table of operands and expected results becomes data of
// a module that applies the instruction to each and compares by scalar instructions.
//
// Expected values are computed here by the rules of the specification, lane by lane.

import Foundation
import TestSupport
import Testing
import Wasm

/// The 16 bytes of a v128.
struct Vector128: Hashable, CustomStringConvertible {
  var bytes: [UInt8]

  init(bytes: [UInt8]) {
    precondition(bytes.count == 16)
    self.bytes = bytes
  }

  /// Lanes, lowest first.
  init<Lane: FixedWidthInteger>(_ lanes: [Lane]) {
    self.init(bytes: lanes.flatMap { lane in withUnsafeBytes(of: lane.littleEndian) { Array($0) } })
  }

  init(_ lanes: [Float]) { self.init(lanes.map(\.bitPattern)) }
  init(_ lanes: [Double]) { self.init(lanes.map(\.bitPattern)) }

  /// A number in the lowest lane, zero above.
  init<Number: FixedWidthInteger>(number: Number) {
    let bytes = withUnsafeBytes(of: number.littleEndian) { Array($0) }
    self.init(bytes: bytes + Array(repeating: 0, count: 16 - bytes.count))
  }

  func lanes<Lane: FixedWidthInteger>(_ type: Lane.Type) -> [Lane] {
    let width = Lane.bitWidth / 8
    return stride(from: 0, to: 16, by: width).map { start in
      bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | Lane(truncatingIfNeeded: $1) }
    }
  }

  /// The halves, as `v128.const` is written for the assembler.
  var text: String {
    lanes(UInt64.self).map { "0x" + String($0, radix: 16) }.joined(separator: " ")
  }

  var description: String { lanes(UInt8.self).reversed().map { hex($0) }.joined() }

  static let zero = Vector128(bytes: Array(repeating: 0, count: 16))
  static let ones = Vector128(bytes: Array(repeating: 255, count: 16))
}

private func hex(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

/// A result, of which only the bits in `mask` are fixed.
struct Expected: Hashable {
  var value: Vector128
  var mask = Vector128.ones
}

/// An application of an instruction.
struct VectorCase {
  var operands: [Vector128]
  /// Any of these results is right.
  var results: [Expected]

  init(_ operands: [Vector128], _ result: Vector128) {
    self.init(operands, [Expected(value: result)])
  }

  init(_ operands: [Vector128], _ results: [Expected]) {
    self.operands = operands
    self.results = results
  }
}

/// An instruction with the cases to try it on.
struct VectorCheck {
  var text: String
  /// Types of the operands; numbers stand in the lowest bytes of a vector. Where there are
  /// none, those of a case are only in memory, at the address in local 0.
  var operands: [ValueType]
  var result: ValueType
  var cases: [VectorCase]

  init(
    _ text: String, _ operands: [ValueType], _ result: ValueType, _ cases: [VectorCase]
  ) {
    self.text = text
    self.operands = operands
    self.result = result
    self.cases = cases
  }

  /// A check of an instruction on two vectors.
  init(_ text: String, _ cases: [VectorCase]) {
    self.init(text, [.v128, .v128], .v128, cases)
  }
}

/// The modes in which vector instructions are tried: levels of optimisation, and the CPUs
/// whose code differs, as far as this one runs it.
let vectorModes: [[String]] = {
  let information = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  let modes = [
    [], ["-O0"], ["--strict"], ["--target-cpu", "x86-64"], ["--target-cpu", "x86-64-v2"],
  ]
  return information.contains("avx512vl") ? modes + [["--target-cpu", "x86-64-v4"]] : modes
}()

/// Compiles the checks into one module and runs it in every mode.
func check(
  _ checks: [VectorCheck], modes: [[String]] = vectorModes,
  at location: SourceLocation = #_sourceLocation
) throws {
  let program = VectorProgram(checks)
  for options in modes {
    let found = try results(program.module, options)[0].split(separator: " ").map(String.init)
    guard found != ["0", "-1", "0", "0"] else { continue }
    guard found.count == 4, let index = Int(found[1]), let low = Int64(found[2]),
      let high = Int64(found[3])
    else {
      Issue.record("\(options): \(found.joined(separator: " "))", sourceLocation: location)
      continue
    }
    let (check, item) = program.cases[index]
    Issue.record(
      """
      \(check.text) \(options): \(found[0]) wrong, first of \(item.operands): \
      \(Vector128([low, high])) instead of \(item.results.map(\.value)), mask \
      \(item.results.map(\.mask))
      """, sourceLocation: location)
  }
}

/// A module that tries every case; `f` returns the number of failures, the first case
/// that failed, and the result it had.
private struct VectorProgram {
  var module: [UInt8] = []
  var cases: [(check: VectorCheck, item: VectorCase)] = []

  private static let resultAddress = 0
  private static let dataAddress = 64

  init(_ checks: [VectorCheck]) {
    var builder = ModuleBuilder()
    let main = builder.type([], [.i32, .i32, .i64, .i64])
    let none = builder.type([], [])
    var data: [UInt8] = []
    builder.global(.i32, mutable: true) { $0("i32.const", 0) }
    builder.global(.i32, mutable: true) { $0("i32.const", -1) }
    builder.global(.i64, mutable: true) { $0("i64.const", 0) }
    builder.global(.i64, mutable: true) { $0("i64.const", 0) }
    var calls = ""
    var functions: [String] = []
    for check in checks {
      let alternatives = check.cases.map(\.results.count).max() ?? 1
      let start = Self.dataAddress + data.count
      let first = cases.count
      for item in check.cases {
        data += item.operands.flatMap(\.bytes)
        for index in 0..<alternatives {
          let result = item.results[min(index, item.results.count - 1)]
          data += result.value.bytes + result.mask.bytes
        }
        cases.append((check, item))
      }
      calls += "call \(functions.count + 1) "
      functions.append(
        Self.function(
          check, alternatives: alternatives, start: start, end: Self.dataAddress + data.count,
          first: first))
    }
    builder.memory(UInt64((Self.dataAddress + data.count) / 65536 + 1))
    builder.function(
      main, export: "f", text: calls + "global.get 0 global.get 1 global.get 2 global.get 3")
    for function in functions {
      builder.function(none, locals: [.i32, .i32, .i64], text: function)
    }
    builder.data(.active(0, offset: Int64(Self.dataAddress)), data)
    module = builder.build()
  }

  /// Loops over the cases of one instruction: local 0 is the address of a case, local 1
  /// counts them, local 2 is an i64 for the instruction's own use.
  private static func function(
    _ check: VectorCheck, alternatives: Int, start: Int, end: Int, first: Int
  ) -> String {
    let operands = check.operands.enumerated().map { index, type in
      "local.get 0 \(type).load offset=\(16 * index) "
    }
    var offset = 16 * (check.cases.first?.operands.count ?? 0)
    var comparisons = ""
    for _ in 0..<alternatives {
      // Whether a bit of the result that matters differs.
      for half in [0, 8] {
        comparisons += """
          i32.const \(resultAddress) i64.load offset=\(half)
          local.get 0 i64.load offset=\(offset + half) i64.xor
          local.get 0 i64.load offset=\(offset + 16 + half) i64.and \(half == 0 ? "" : "i64.or ")
          """ + " "
      }
      comparisons += "i64.eqz br_if 0 "
      offset += 32
    }
    return """
      i32.const \(start) local.set 0 i32.const \(first) local.set 1
      loop
        block
          i32.const \(resultAddress) i64.const 0 i64.store
          i32.const \(resultAddress) i64.const 0 i64.store offset=8
          i32.const \(resultAddress) \(operands.joined()) \(check.text) \(check.result).store
          \(comparisons)
          global.get 0 i32.eqz if
            local.get 1 global.set 1
            i32.const \(resultAddress) i64.load global.set 2
            i32.const \(resultAddress) i64.load offset=8 global.set 3
          end
          global.get 0 i32.const 1 i32.add global.set 0
        end
        local.get 1 i32.const 1 i32.add local.set 1
        local.get 0 i32.const \(offset) i32.add local.tee 0 i32.const \(end) i32.lt_u br_if 0
      end
      """
  }
}

// MARK: Operands

/// Packs values into the lanes of as many vectors as they need, the last filled up with
/// the first values.
func vectors<Lane: FixedWidthInteger>(_ values: [Lane]) -> [Vector128] {
  let count = 128 / Lane.bitWidth
  return stride(from: 0, to: values.count, by: count).map { start in
    Vector128((start..<start + count).map { values[$0 % values.count] })
  }
}

/// Integers at the edges of a type, signed and unsigned.
func edges<Lane: FixedWidthInteger>(_ type: Lane.Type) -> [Lane] {
  let high = Lane(1) << Lane(Lane.bitWidth - 1)
  return [
    0, 1, 2, 3, ~0, ~1, high, high &+ 1, high &- 1, high &- 2, high >> 1, 0x55, ~0x55, 0x10, 0x7,
  ]
}

/// Vectors in whose lanes every pair of edges meets.
func pairs<Lane: FixedWidthInteger>(_ edges: [Lane]) -> [[Vector128]] {
  let left = edges.flatMap { edge in edges.map { _ in edge } }
  let right = edges.flatMap { _ in edges }
  return zip(vectors(left), vectors(right)).map { [$0, $1] }
}

/// Applies a rule to the lanes of two vectors.
func zipLanes<Lane: FixedWidthInteger, Result: FixedWidthInteger>(
  _ operands: [Vector128], _ rule: (Lane, Lane) -> Result
) -> Vector128 {
  Vector128(zip(operands[0].lanes(Lane.self), operands[1].lanes(Lane.self)).map(rule))
}
