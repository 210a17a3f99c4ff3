// Floating-point arithmetic of lanes, exactly: NaN and the zeros as for scalars.
//
// As there, `NaNFences` later keeps LLVM from folds that would leave a signalling
// NaN as it is. Specification: 4.3.3 "Floating-Point Operations".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  // MARK: Minimum and maximum

  /// `left` if it is smaller, else `right`: what x86's instruction does.
  func smaller(_ left: IRValue, _ right: IRValue) -> IRValue {
    builder.select(builder.compareFloats(.less, left, right), left, right)
  }

  /// `left` if it is larger, else `right`.
  func larger(_ left: IRValue, _ right: IRValue) -> IRValue {
    builder.select(builder.compareFloats(.greater, left, right), left, right)
  }

  /// Both orders of x86's instruction differ only for zeros of two signs, where the
  /// union of the bits is −0, and for NaN.
  func minimum(_ left: IRValue, _ right: IRValue) -> IRValue {
    withNaN(left, right, combined(LLVMOr, smaller(left, right), smaller(right, left)))
  }

  /// The intersection of the bits of +0 and −0 is +0.
  func maximum(_ left: IRValue, _ right: IRValue) -> IRValue {
    withNaN(left, right, combined(LLVMAnd, larger(left, right), larger(right, left)))
  }

  /// The sum of the operands where one of them is NaN, which makes it quiet, else `result`.
  private func withNaN(_ left: IRValue, _ right: IRValue, _ result: IRValue) -> IRValue {
    builder.select(
      builder.compareFloats(.unordered, left, right), arithmetic(LLVMFAdd, left, right), result)
  }

  private func combined(_ opcode: LLVMOpcode, _ left: IRValue, _ right: IRValue) -> IRValue {
    builder.bitcast(
      builder.binary(
        opcode, builder.bitcast(left, to: context.v128), builder.bitcast(right, to: context.v128)),
      to: left.type)
  }

  // MARK: Rounding

  enum Rounding { case ceil, floor, trunc, nearest }

  /// Rounds to integral values. Without SSE4.1 LLVM would call the C library for each
  /// lane.
  func rounded(_ vector: IRValue, _ rounding: Rounding) -> IRValue {
    guard program.target.roundsInHardware else { return roundedBySums(vector, rounding) }
    return switch rounding {
    case .ceil: intrinsic("llvm.ceil", vector)
    case .floor: intrinsic("llvm.floor", vector)
    case .trunc: intrinsic("llvm.trunc", vector)
    case .nearest: intrinsic("llvm.nearbyint", vector)
    }
  }

  /// Adding and subtracting the power of two from which on floats are integral rounds to
  /// the nearest, ties to even. What is as large already, or NaN, gets zero added, which
  /// makes a NaN quiet.
  private func roundedBySums(_ vector: IRValue, _ rounding: Rounding) -> IRValue {
    let type = vector.type
    let integralFrom: Double = type.element == context.f32 ? 0x1p23 : 0x1p52
    let limit = context.splat(type, float: integralFrom)
    let zero = context.zero(type)
    let one = context.splat(type, float: 1)
    let magnitude = intrinsic("llvm.fabs", vector)
    let bias = builder.select(builder.compareFloats(.less, magnitude, limit), limit, zero)
    let nearest = arithmetic(LLVMFSub, arithmetic(LLVMFAdd, magnitude, bias), bias)
    let signed = intrinsic("llvm.copysign", nearest, vector)
    func correction(_ predicate: FloatPredicate, _ value: IRValue, _ bound: IRValue) -> IRValue {
      builder.select(builder.compareFloats(predicate, value, bound), one, zero)
    }
    switch rounding {
    case .nearest: return signed
    case .floor:
      return arithmetic(LLVMFSub, signed, correction(.greater, signed, vector))
    case .ceil:
      // −0.5 becomes −0.
      let sum = arithmetic(LLVMFAdd, signed, correction(.less, signed, vector))
      return intrinsic("llvm.copysign", sum, vector)
    case .trunc:
      let down = arithmetic(LLVMFSub, nearest, correction(.greater, nearest, magnitude))
      return intrinsic("llvm.copysign", down, vector)
    }
  }
}
