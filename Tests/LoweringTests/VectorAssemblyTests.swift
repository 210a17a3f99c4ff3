// What the machine code of vector instructions looks like: one instruction of the CPU
// where it has one, and no lane by itself.

import TestSupport
import Testing
import Wasm

/// An instruction, what its machine code has in it, and how many instructions it may be.
struct Selection: Sendable, CustomStringConvertible {
  let text: String
  let mnemonics: [String]
  let limit: Int
  var operands = 2

  init(_ text: String, _ mnemonics: String, _ limit: Int, operands: Int = 2) {
    self.text = text
    self.mnemonics = mnemonics.split(separator: " ").map(String.init)
    self.limit = limit
    self.operands = operands
  }

  var description: String { text }
}

struct VectorAssemblyTests {
  /// The instructions of a function that takes vectors and an i32, applies `text` to them
  /// and returns the result.
  private func code(_ selection: Selection, _ result: ValueType, cpu: String) throws -> [String] {
    let operands = [ValueType](repeating: .v128, count: selection.operands)
    var builder = ModuleBuilder()
    let type = builder.type(operands + [.i32], [result])
    builder.memory(1)
    let gets = operands.indices.map { "local.get \($0) " }.joined()
    builder.function(type, text: gets + selection.text)
    // A table that changes keeps the function as it is.
    builder.table(.funcRef, Limits(minimum: 2))
    builder.elements(.active(0, offset: 0), functions: [0])
    let zeros = operands.map { _ in "v128.const 0 0 " }.joined()
    builder.function(
      builder.type([.i32], []), export: "f",
      text: """
        i32.const 0 local.get 0 table.get 0 table.set 0
        \(zeros) i32.const 0 i32.const 0 call_indirect \(type) 0 drop
        """)
    let assembly = try ApusCommand.assembly(
      builder.build(), ["--invoke", "f", "--target-cpu", cpu])
    let lines = assembly.split(separator: "\n")
    let start = try #require(lines.firstIndex { $0.hasPrefix("wasm.0.0:") })
    let end = try #require(lines[start...].firstIndex { $0.hasPrefix(".Lfunc_end") })
    let instructions = lines[start..<end].filter { $0.hasPrefix("\t") && !$0.hasPrefix("\t.") }
    return instructions.map { line in
      line.split(separator: "#", omittingEmptySubsequences: false)[0]
        .replacing("\t", with: " ").trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty && !$0.hasPrefix("ret") }
  }

  private func check(
    _ selection: Selection, result: ValueType = .v128, cpu: String = "x86-64-v3"
  ) throws {
    let code = try code(selection, result, cpu: cpu)
    for mnemonic in selection.mnemonics {
      #expect(code.contains { $0.hasPrefix(mnemonic) }, "\(mnemonic) in \(code)")
    }
    #expect(code.count <= selection.limit, "\(code)")
    let single = ["vpextr", "vpinsr", "vextractps", "call", "vcvttss", "vcvttsd", "div", "sar"]
    #expect(!code.contains { line in single.contains { line.hasPrefix($0) } }, "\(code)")
  }

  @Test(arguments: [
    Selection("i8x16.add", "vpaddb", 1), Selection("i16x8.sub", "vpsubw", 1),
    Selection("i32x4.add", "vpaddd", 1), Selection("i64x2.add", "vpaddq", 1),
    Selection("i16x8.mul", "vpmullw", 1), Selection("i32x4.mul", "vpmulld", 1),
    Selection("i64x2.mul", "vpmuludq", 8), Selection("i8x16.add_sat_s", "vpaddsb", 1),
    Selection("i16x8.sub_sat_u", "vpsubusw", 1), Selection("i8x16.min_u", "vpminub", 1),
    Selection("i32x4.max_s", "vpmaxsd", 1), Selection("i8x16.avgr_u", "vpavgb", 1),
    Selection("i16x8.avgr_u", "vpavgw", 1), Selection("i32x4.dot_i16x8_s", "vpmaddwd", 1),
    Selection("i16x8.q15mulr_sat_s", "vpmulhrsw vpcmpeqw vpxor", 3),
    Selection("i8x16.narrow_i16x8_s", "vpacksswb", 1),
    Selection("i16x8.narrow_i32x4_u", "vpackusdw", 1),
    Selection("i64x2.extmul_low_i32x4_u", "vpmuludq", 3),
    Selection("i64x2.extmul_high_i32x4_s", "vpmuldq", 3),
    Selection("i16x8.extmul_low_i8x16_s", "vpmovsxbw vpmullw", 3),
    Selection("i16x8.extend_low_i8x16_u", "vpmovzxbw", 1, operands: 1),
    Selection("i16x8.extadd_pairwise_i8x16_s", "vpmaddubsw", 2, operands: 1),
    Selection("i16x8.extadd_pairwise_i8x16_u", "vpmaddubsw", 2, operands: 1),
    Selection("i32x4.extadd_pairwise_i16x8_s", "vpmaddwd", 2, operands: 1),
    Selection("i8x16.popcnt", "vpshufb vpaddb", 8, operands: 1),
    Selection("i32x4.abs", "vpabsd", 1, operands: 1),
    Selection("i32x4.eq", "vpcmpeqd", 1), Selection("i64x2.gt_s", "vpcmpgtq", 1),
    Selection("i8x16.lt_u", "vpmaxub vpcmpeqb", 4),
  ])
  func `integer lanes`(_ selection: Selection) throws { try check(selection) }

  @Test(arguments: [
    Selection("i8x16.shuffle 0x1716151413121110 0x0f0e0d0c0b0a0908", "vblendps", 1),
    Selection("i8x16.shuffle 0x1303120211011000 0x1707160615051404", "vpunpcklbw", 1),
    Selection("i8x16.shuffle 0x0405060700010203 0x0c0d0e0f08090a0b", "vpshufb", 1, operands: 2),
    Selection("i8x16.swizzle", "vpaddusb vpshufb", 2),
    Selection("v128.andnot", "vandnps", 1),
    Selection("v128.bitselect", "vandps vandnps vorps", 3, operands: 3),
    Selection("i32.const 3 i8x16.shl", "vpsllw vpand", 3, operands: 1),
    Selection("i32.const 3 i32x4.shr_s", "vpsrad", 1, operands: 1),
    Selection("local.get 1 i32x4.shl", "vpslld", 3, operands: 1),
    Selection("local.get 1 i64x2.shr_u", "vpsrlq", 4, operands: 1),
  ])
  func `bits and bytes`(_ selection: Selection) throws { try check(selection) }

  @Test(arguments: [
    Selection("i8x16.bitmask", "vpmovmskb", 1, operands: 1),
    Selection("i16x8.bitmask", "vpacksswb vpmovmskb", 3, operands: 1),
    Selection("i32x4.bitmask", "vmovmskps", 1, operands: 1),
    Selection("i64x2.bitmask", "vmovmskpd", 1, operands: 1),
    Selection("v128.any_true", "vptest set", 3, operands: 1),
    Selection("i8x16.all_true", "vpcmpeqb vpmovmskb", 6, operands: 1),
  ])
  func `masks`(_ selection: Selection) throws { try check(selection, result: .i32) }

  @Test(arguments: [
    Selection("f32x4.mul", "vmulps", 1), Selection("f64x2.div", "vdivpd", 1),
    Selection("f32x4.sqrt", "vsqrtps", 1, operands: 1),
    Selection("f32x4.abs", "vandps", 2, operands: 1),
    Selection("f64x2.nearest", "vroundpd", 1, operands: 1),
    Selection("f32x4.min", "vminps vorps vcmpunordps vblendvps", 6),
    Selection("f64x2.max", "vmaxpd vandpd vcmpunordpd vblendvpd", 6),
    Selection("f32x4.pmin", "vminps", 1), Selection("f64x2.pmax", "vmaxpd", 1),
    Selection("f32x4.lt", "vcmpltps", 1),
    Selection("f32x4.mul f32x4.add", "vmulps vaddps", 2, operands: 3),
    Selection("i32x4.trunc_sat_f32x4_s", "vcvttps2dq", 7, operands: 1),
    Selection("i32x4.trunc_sat_f32x4_u", "vcvttps2dq", 11, operands: 1),
    Selection("i32x4.trunc_sat_f64x2_s_zero", "vcvttpd2dq", 5, operands: 1),
    Selection("i32x4.trunc_sat_f64x2_u_zero", "vroundpd", 7, operands: 1),
    Selection("f32x4.convert_i32x4_s", "vcvtdq2ps", 1, operands: 1),
    Selection("f32x4.convert_i32x4_u", "vsubps vaddps", 8, operands: 1),
    Selection("f64x2.promote_low_f32x4", "vcvtps2pd", 1, operands: 1),
    Selection("f32x4.demote_f64x2_zero", "vcvtpd2ps", 1, operands: 1),
  ])
  func `floats`(_ selection: Selection) throws { try check(selection) }

  @Test(arguments: [
    Selection("i8x16.relaxed_swizzle", "vpshufb", 1),
    Selection("f32x4.relaxed_madd", "vfmadd", 1, operands: 3),
    Selection("f64x2.relaxed_nmadd", "vfnmadd", 1, operands: 3),
    Selection("i32x4.relaxed_laneselect", "vblendvps", 1, operands: 3),
    Selection("i16x8.relaxed_laneselect", "vpblendvb", 1, operands: 3),
    Selection("f32x4.relaxed_min", "vminps", 1), Selection("f64x2.relaxed_max", "vmaxpd", 1),
    Selection("i16x8.relaxed_q15mulr_s", "vpmulhrsw", 1),
    Selection("i16x8.relaxed_dot_i8x16_i7x16_s", "vpmaddubsw", 1),
    Selection("i32x4.relaxed_dot_i8x16_i7x16_add_s", "vpmaddubsw vpmaddwd vpaddd", 3, operands: 3),
    Selection("i32x4.relaxed_trunc_f32x4_s", "vcvttps2dq", 1, operands: 1),
  ])
  func `relaxed`(_ selection: Selection) throws { try check(selection) }

  @Test(arguments: [
    Selection("local.get 0 v128.load8_splat", "vpbroadcastb", 2, operands: 0),
    Selection("local.get 0 v128.load32_splat", "vbroadcastss", 2, operands: 0),
    Selection("local.get 0 v128.load64_splat", "vmovddup", 2, operands: 0),
    Selection("local.get 0 v128.load16x4_s", "vpmovsxwd", 2, operands: 0),
    Selection("local.get 0 v128.load64_zero", "vmovsd", 2, operands: 0),
  ])
  func `loads`(_ selection: Selection) throws { try check(selection) }

  @Test func `AVX-512 has single instructions for selection and unsigned conversion`() throws {
    for selection in [
      Selection("v128.bitselect", "vpternlog", 1, operands: 3),
      Selection("i32x4.relaxed_trunc_f32x4_u", "vcvttps2udq", 1, operands: 1),
      Selection("i32x4.trunc_sat_f32x4_u", "vcvttps2udq", 3, operands: 1),
      Selection("i64x2.mul", "vpmullq", 1),
    ] {
      try check(selection, cpu: "x86-64-v4")
    }
  }
}
