// Conversions between lanes of integers and of floats.
//
// x86 truncates to the smallest integer whatever does not fit. Saturation corrects that
// with the instruction itself: LLVM's saturating intrinsic would become one conversion
// and several branches a lane, its plain conversion is undefined out of range.
// Specification: 4.3.4 "Conversions".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func convert(_ from: LaneShape, _ opcode: LLVMOpcode) {
    pushVector(builder.cast(opcode, pop(from), to: vectorType(.f32x4)))
  }

  func convertLow(_ from: LaneShape, _ opcode: LLVMOpcode) {
    pushVector(builder.cast(opcode, half(pop(from), high: false), to: vectorType(.f64x2)))
  }

  func demote() {
    let pair = context.vector(context.f32, 2)
    pushVector(zeroExtended(builder.cast(LLVMFPTrunc, pop(.f64x2), to: pair)))
  }

  // MARK: Truncation

  /// x86's conversion: −2³¹ where the integer does not fit or the operand is NaN.
  func converted(_ floats: IRValue) -> IRValue { plainIntrinsic("llvm.x86.sse2.cvttps2dq", floats) }

  /// The same of two doubles, zero above.
  func convertedDoubles(_ doubles: IRValue) -> IRValue {
    plainIntrinsic("llvm.x86.sse2.cvttpd2dq", doubles)
  }

  func truncatedSigned(_ floats: IRValue) -> IRValue {
    let type = floats.type
    let ordered = builder.select(
      builder.compareFloats(.equal, floats, floats), floats, context.zero(type))
    let result = converted(ordered)
    // −2³¹ with all bits flipped is the largest integer.
    let tooLarge = builder.compareFloats(
      .greaterOrEqual, floats, context.splat(type, float: 0x1p31))
    return builder.binary(
      LLVMXor, result, builder.cast(LLVMSExt, tooLarge, to: result.type))
  }

  func truncatedUnsigned(_ floats: IRValue) -> IRValue {
    let positive = withoutNegatives(floats)
    if program.target.hasAVX512 {
      return unsignedConverted("llvm.x86.avx512.mask.cvttps2udq.128", positive)
    }
    let limit = context.splat(floats.type, float: 0x1p31)
    let excess = converted(builder.binary(LLVMFSub, positive, limit))
    // What exceeds even that becomes all ones.
    let saturated = builder.binary(LLVMOr, excess, signs(excess))
    return joined(converted(positive), saturated)
  }

  /// An unsigned integer from the signed conversions of a float and of 2³¹ less: the first
  /// is exactly the sign bit where the second counts.
  private func joined(_ low: IRValue, _ high: IRValue) -> IRValue {
    builder.binary(LLVMOr, low, builder.binary(LLVMAnd, high, signs(low)))
  }

  /// Lanes filled with their sign bit.
  private func signs(_ vector: IRValue) -> IRValue {
    builder.binary(LLVMAShr, vector, context.splat(vector.type, 31))
  }

  /// Zero in place of what is negative or NaN: x86's maximum, which yields its second
  /// operand for NaN. Written as a comparison it would have its zero hidden by the fences.
  private func withoutNegatives(_ floats: IRValue) -> IRValue {
    let isSingle = floats.type.element == context.f32
    return plainIntrinsic(
      isSingle ? "llvm.x86.sse.max.ps" : "llvm.x86.sse2.max.pd", floats, context.zero(floats.type))
  }

  /// AVX-512's conversion: all bits set where the integer does not fit, negative or NaN.
  func unsignedConverted(_ name: String, _ floats: IRValue) -> IRValue {
    let all = context.constant(context.i8, UInt64.max)
    return plainIntrinsic(name, floats, context.zero(vectorType(.i32x4)), all)
  }

  func truncatedSignedDoubles(_ doubles: IRValue) -> IRValue {
    let type = doubles.type
    // A NaN is no smaller than anything, so the bound 0 takes its place.
    let bound = builder.select(
      builder.compareFloats(.equal, doubles, doubles),
      context.splat(type, float: 0x1p31 - 1), context.zero(type))
    return convertedDoubles(smaller(doubles, bound))
  }

  func truncatedUnsignedDoubles(_ doubles: IRValue) -> IRValue {
    let type = doubles.type
    let positive = withoutNegatives(doubles)
    if program.target.hasAVX512 {
      return unsignedConverted("llvm.x86.avx512.mask.cvttpd2udq.128", positive)
    }
    let clamped = smaller(positive, context.splat(type, float: 0x1p32 - 1))
    if program.target.roundsInHardware {
      // Behind 2⁵² the low half of a double is an integer.
      let shifted = builder.binary(
        LLVMFAdd, rounded(clamped, .trunc), context.splat(type, float: 0x1p52))
      let words = builder.bitcast(shifted, to: vectorType(.i32x4))
      return builder.shuffle(words, context.zero(words.type), [0, 2, 4, 5])
    }
    let excess = builder.binary(LLVMFSub, clamped, context.splat(type, float: 0x1p31))
    return joined(convertedDoubles(clamped), convertedDoubles(excess))
  }
}
