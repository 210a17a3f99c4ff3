// Relaxed instructions: what the CPU does fastest among the results they may have, or
// with `--deterministic` the one result of the deterministic profile.
//
// Specification: 4.3.5 "Relaxed Operations", appendix "Profiles".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  private var isDeterministic: Bool { program.options.deterministic }

  // MARK: Truncation

  func relaxedTruncateSigned() {
    let floats = pop(.f32x4)
    pushVector(isDeterministic ? truncatedSigned(floats) : converted(floats))
  }

  func relaxedTruncateSignedDoubles() {
    let doubles = pop(.f64x2)
    pushVector(isDeterministic ? truncatedSignedDoubles(doubles) : convertedDoubles(doubles))
  }

  func relaxedTruncateUnsigned() {
    let floats = pop(.f32x4)
    pushVector(
      hasRelaxedUnsigned
        ? unsignedConverted("llvm.x86.avx512.mask.cvttps2udq.128", floats)
        : truncatedUnsigned(floats))
  }

  func relaxedTruncateUnsignedDoubles() {
    let doubles = pop(.f64x2)
    pushVector(
      hasRelaxedUnsigned
        ? unsignedConverted("llvm.x86.avx512.mask.cvttpd2udq.128", doubles)
        : truncatedUnsignedDoubles(doubles))
  }

  /// Before AVX-512 every unsigned conversion is made of several instructions, and
  /// leaving out the clamps would yield integers that are not allowed.
  private var hasRelaxedUnsigned: Bool { !isDeterministic && program.target.hasAVX512 }

  // MARK: Floats

  /// The second operand where one is NaN or both are zero.
  func relaxedMinimum(_ left: IRValue, _ right: IRValue) -> IRValue {
    isDeterministic ? minimum(left, right) : smaller(left, right)
  }

  /// The second operand where one is NaN or both are zero.
  func relaxedMaximum(_ left: IRValue, _ right: IRValue) -> IRValue {
    isDeterministic ? maximum(left, right) : larger(left, right)
  }

  /// Rounded once where the CPU has FMA, else twice.
  func relaxedProductSum(_ left: IRValue, _ right: IRValue, _ addend: IRValue) -> IRValue {
    !isDeterministic && program.target.hasFMA
      ? intrinsic("llvm.fma", left, right, addend)
      : arithmetic(LLVMFAdd, arithmetic(LLVMFMul, left, right), addend)
  }

  // MARK: Integers and lanes

  func relaxedFixedPointProduct(_ left: IRValue, _ right: IRValue) -> IRValue {
    isDeterministic
      ? saturatedFixedPointProduct(left, right) : fixedPointProduct(left, right)
  }

  /// An index from 16 to 127 counts modulo 16, one with the top bit gives 0.
  func relaxedSwizzle() {
    guard !isDeterministic, program.target.hasSSSE3 else { return swizzle() }
    let indices = pop(.i8x16)
    pushVector(plainIntrinsic("llvm.x86.ssse3.pshuf.b.128", pop(.i8x16), indices))
  }

  /// By the top bits: of lanes, and of bytes where lanes have 16 bits, as SSE4.1 has it.
  /// AVX-512 selects bit by bit in one instruction.
  func relaxedLaneselect(_ shape: LaneShape, _ selector: IRValue) {
    let view: LaneShape = shape == .i16x8 ? .i8x16 : shape
    let mask = builder.bitcast(selector, to: vectorType(view))
    let otherwise = pop(view)
    let then = pop(view)
    let target = program.target
    guard !isDeterministic, target.roundsInHardware, !target.hasAVX512 else {
      return pushVector(bitselect(mask, then, otherwise))
    }
    let isSet = builder.compare(.signedLess, mask, context.zero(mask.type))
    pushVector(builder.select(isSet, then, otherwise))
  }

  /// Sums of two products, the second factor as unsigned where SSSE3 is there, whose
  /// instruction clamps. The deterministic result is the sum of signed products, clamped.
  func relaxedDot(_ left: IRValue, _ right: IRValue) -> IRValue {
    if !isDeterministic && program.target.hasSSSE3 {
      return plainIntrinsic("llvm.x86.ssse3.pmadd.ub.sw.128", right, left)
    }
    let products = builder.binary(
      LLVMMul, extended(left, signed: true), extended(right, signed: true))
    let even = Array(stride(from: 0, to: 16, by: 2))
    return intrinsic(
      "llvm.sadd.sat", builder.shuffle(products, even),
      builder.shuffle(products, even.map { $0 + 1 }))
  }

  /// Four products each, added in steps of 16 and 32 bits.
  func relaxedDotSum(_ left: IRValue, _ right: IRValue, _ addend: IRValue) -> IRValue {
    builder.binary(LLVMAdd, extendedPairSums(relaxedDot(left, right), signed: true), addend)
  }
}
