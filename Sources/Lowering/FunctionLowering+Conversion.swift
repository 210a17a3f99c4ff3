// Conversions between number types.
//
// Specification: 4.3.4 "Conversions".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func convert(_ operation: ConversionOperator) {
    let value = pop()
    switch operation {
    case .wrap: push(builder.cast(LLVMTrunc, value, to: context.i32))
    case .extend(let signed):
      push(builder.cast(signed ? LLVMSExt : LLVMZExt, value, to: context.i64))
    case .truncate(let type, let from, let signed):
      checkRange(value, type, from, signed: signed)
      push(builder.cast(signed ? LLVMFPToSI : LLVMFPToUI, value, to: irType(type)))
    case .truncateSaturating(let type, _, let signed):
      let name = signed ? "llvm.fptosi.sat" : "llvm.fptoui.sat"
      push(
        builder.call(program.module.intrinsic(name, [irType(type), value.type]), [value]))
    case .convert(let type, _, let signed):
      push(builder.cast(signed ? LLVMSIToFP : LLVMUIToFP, value, to: irType(type)))
    case .demote: push(builder.cast(LLVMFPTrunc, value, to: context.f32))
    case .promote: push(builder.cast(LLVMFPExt, value, to: context.f64))
    case .reinterpretFloat(let type):
      push(builder.cast(LLVMBitCast, value, to: type == .f32 ? context.i32 : context.i64))
    case .reinterpretInteger(let type):
      push(builder.cast(LLVMBitCast, value, to: type == .i32 ? context.f32 : context.f64))
    }
  }

  private func irType(_ type: IntegerType) -> IRType { type == .i32 ? context.i32 : context.i64 }
  private func irType(_ type: FloatType) -> IRType { type == .f32 ? context.f32 : context.f64 }

  /// Traps where `value`, rounded towards zero, is no integer of `type`. One of two
  /// comparisons fails for NaN as well; which trap it is, is found out on the cold path.
  private func checkRange(_ value: IRValue, _ type: IntegerType, _ from: FloatType, signed: Bool) {
    let range = TruncationRange(type, from, signed: signed)
    let low = builder.compareFloats(
      range.includesLow ? .greaterOrEqual : .greater, value, constant(range.low, from))
    let high = builder.compareFloats(.less, value, constant(range.high, from))
    let inRange = makeBlock()
    let outOfRange = makeBlock()
    builder.branch(
      if: builder.binary(LLVMAnd, low, high), then: inRange, else: outOfRange)
    builder.position(atEndOf: outOfRange)
    trap(.invalidConversion, if: builder.compareFloats(.unordered, value, value))
    trap(.integerOverflow)
    unreachableDepth = nil
    builder.position(atEndOf: inRange)
  }

  private func constant(_ value: Double, _ type: FloatType) -> IRValue {
    type == .f32
      ? context.float32(bits: Float(value).bitPattern) : context.float64(bits: value.bitPattern)
  }
}

/// The floats that truncate to an integer type: above `low` (or from it on) and below
/// `high`. Both are exact in the float type.
struct TruncationRange {
  let low: Double
  let includesLow: Bool
  let high: Double

  init(_ type: IntegerType, _ from: FloatType, signed: Bool) {
    let bits = signed ? type.bitWidth - 1 : type.bitWidth
    high = Double(sign: .plus, exponent: bits, significand: 1)
    if !signed {
      // Everything above −1 truncates to zero.
      low = -1
      includesLow = false
    } else if type == .i32 && from == .f64 {
      // −2³¹ − 1 is a double, and everything above it truncates to −2³¹.
      low = -high - 1
      includesLow = false
    } else {
      // The next float below −2ⁿ is further away than 1.
      low = -high
      includesLow = true
    }
  }
}
