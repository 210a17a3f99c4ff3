// Arithmetic on lanes: which rule an operator has, and the rules of integers.
//
// Patterns are written so that LLVM selects one instruction on every target where there
// is one; x86's own intrinsics stand only where it finds none (see docs/lowering.md).
// Specification: 4.3.2 "Integer Operations", 4.4.3.

internal import CLLVM
internal import LLVM
internal import Wasm

extension LaneShape {
  /// Whether lanes are floats.
  var isFloat: Bool {
    switch self {
    case .f32x4, .f64x2: true
    case .i8x16, .i16x8, .i32x4, .i64x2: false
    }
  }

  /// The shape with lanes of half the width, which integer lanes are made from.
  var narrow: LaneShape {
    switch self {
    case .i64x2: .i32x4
    case .i32x4: .i16x8
    case .i16x8: .i8x16
    case .i8x16, .f32x4, .f64x2: preconditionFailure("no instruction widens to \(self)")
    }
  }

  /// The shape with lanes of twice the width, which integer lanes are made from.
  var wide: LaneShape {
    switch self {
    case .i8x16: .i16x8
    case .i16x8: .i32x4
    case .i32x4, .i64x2, .f32x4, .f64x2:
      preconditionFailure("no instruction narrows to \(self)")
    }
  }
}

extension FunctionLowering {
  func vectorUnary(_ operation: VectorUnaryOperator, _ shape: LaneShape) {
    switch operation {
    case .abs: absolute(shape)
    case .neg: negate(shape)
    case .popcnt: pushVector(intrinsic("llvm.ctpop", pop(shape)))
    case .sqrt: pushVector(intrinsic("llvm.sqrt", pop(shape)))
    case .ceil: pushVector(rounded(pop(shape), .ceil))
    case .floor: pushVector(rounded(pop(shape), .floor))
    case .trunc: pushVector(rounded(pop(shape), .trunc))
    case .nearest: pushVector(rounded(pop(shape), .nearest))
    case .extendLowS: extend(shape, high: false, signed: true)
    case .extendHighS: extend(shape, high: true, signed: true)
    case .extendLowU: extend(shape, high: false, signed: false)
    case .extendHighU: extend(shape, high: true, signed: false)
    case .extaddPairwiseS: pushVector(extendedPairSums(pop(shape.narrow), signed: true))
    case .extaddPairwiseU: pushVector(extendedPairSums(pop(shape.narrow), signed: false))
    case .truncSatF32S: pushVector(truncatedSigned(pop(.f32x4)))
    case .truncSatF32U: pushVector(truncatedUnsigned(pop(.f32x4)))
    case .truncSatF64SZero: pushVector(truncatedSignedDoubles(pop(.f64x2)))
    case .truncSatF64UZero: pushVector(truncatedUnsignedDoubles(pop(.f64x2)))
    case .convertI32S: convert(.i32x4, LLVMSIToFP)
    case .convertI32U: convert(.i32x4, LLVMUIToFP)
    case .convertLowI32S: convertLow(.i32x4, LLVMSIToFP)
    case .convertLowI32U: convertLow(.i32x4, LLVMUIToFP)
    case .demoteF64Zero: demote()
    case .promoteLowF32: convertLow(.f32x4, LLVMFPExt)
    case .relaxedTruncF32S: relaxedTruncateSigned()
    case .relaxedTruncF32U: relaxedTruncateUnsigned()
    case .relaxedTruncF64SZero: relaxedTruncateSignedDoubles()
    case .relaxedTruncF64UZero: relaxedTruncateUnsignedDoubles()
    }
  }

  func vectorBinary(_ operation: VectorBinaryOperator, _ shape: LaneShape) {
    switch operation {
    case .swizzle: swizzle()
    case .add: vectorBinary(shape, LLVMAdd, LLVMFAdd)
    case .sub: vectorBinary(shape, LLVMSub, LLVMFSub)
    case .mul: vectorBinary(shape, LLVMMul, LLVMFMul)
    case .addSatS: vectorIntrinsic("llvm.sadd.sat", shape)
    case .addSatU: vectorIntrinsic("llvm.uadd.sat", shape)
    case .subSatS: vectorIntrinsic("llvm.ssub.sat", shape)
    case .subSatU: vectorIntrinsic("llvm.usub.sat", shape)
    case .minS: vectorIntrinsic("llvm.smin", shape)
    case .minU: vectorIntrinsic("llvm.umin", shape)
    case .maxS: vectorIntrinsic("llvm.smax", shape)
    case .maxU: vectorIntrinsic("llvm.umax", shape)
    case .avgrU: roundedAverage(shape)
    case .div: vectorBinary(shape) { arithmetic(LLVMFDiv, $0, $1) }
    case .min: vectorBinary(shape, minimum)
    case .max: vectorBinary(shape, maximum)
    case .pmin: vectorBinary(shape) { smaller($1, $0) }
    case .pmax: vectorBinary(shape) { larger($1, $0) }
    case .narrowS: narrow(shape, signed: true)
    case .narrowU: narrow(shape, signed: false)
    case .q15mulrSatS: vectorBinary(shape, saturatedFixedPointProduct)
    case .dotS: dotProduct()
    case .extmulLowS: extendedProduct(shape, high: false, signed: true)
    case .extmulHighS: extendedProduct(shape, high: true, signed: true)
    case .extmulLowU: extendedProduct(shape, high: false, signed: false)
    case .extmulHighU: extendedProduct(shape, high: true, signed: false)
    case .relaxedSwizzle: relaxedSwizzle()
    case .relaxedMin: vectorBinary(shape, relaxedMinimum)
    case .relaxedMax: vectorBinary(shape, relaxedMaximum)
    case .relaxedQ15mulrS: vectorBinary(shape, relaxedFixedPointProduct)
    case .relaxedDotS: vectorBinary(.i8x16, relaxedDot)
    }
  }

  func vectorTernary(_ operation: VectorTernaryOperator, _ shape: LaneShape) {
    let third = pop(shape)
    switch operation {
    case .relaxedMadd: vectorBinary(shape) { relaxedProductSum($0, $1, third) }
    case .relaxedNmadd:
      vectorBinary(shape) { relaxedProductSum(builder.floatNegate($0), $1, third) }
    case .relaxedLaneselect: relaxedLaneselect(shape, third)
    case .relaxedDotAddS: vectorBinary(.i8x16) { relaxedDotSum($0, $1, third) }
    }
  }

  func vectorShift(_ operation: VectorShiftOperator, _ shape: LaneShape) {
    // Counts are taken modulo the lane's width; beyond it LLVM yields poison.
    let lane = laneType(shape)
    let limit = context.constant(context.i32, UInt64(lane.integerWidth - 1))
    let count = builder.binary(LLVMAnd, pop(), limit)
    let vector = pop(shape)
    let laneCount: IRValue
    switch shape {
    case .i64x2: laneCount = builder.zeroExtend(count, to: lane)
    case .i32x4: laneCount = count
    case .i8x16, .i16x8, .f32x4, .f64x2:
      laneCount = builder.cast(LLVMTrunc, count, to: lane)
    }
    let opcode =
      switch operation {
      case .shl: LLVMShl
      case .shrS: LLVMAShr
      case .shrU: LLVMLShr
      }
    pushVector(
      builder.binary(opcode, vector, builder.splat(laneCount, lanes: Int(shape.lanes))))
  }

  // MARK: Rules

  /// Takes two vectors from the stack, the right one on top, and pushes a third.
  private func vectorBinary(_ shape: LaneShape, _ rule: (IRValue, IRValue) -> IRValue) {
    let right = pop(shape)
    pushVector(rule(pop(shape), right))
  }

  private func vectorBinary(_ shape: LaneShape, _ integer: LLVMOpcode, _ float: LLVMOpcode) {
    vectorBinary(shape) {
      shape.isFloat ? arithmetic(float, $0, $1) : builder.binary(integer, $0, $1)
    }
  }

  private func vectorIntrinsic(_ name: String, _ shape: LaneShape) {
    vectorBinary(shape) { intrinsic(name, $0, $1) }
  }

  private func absolute(_ shape: LaneShape) {
    let vector = pop(shape)
    // The absolute value of the smallest integer is itself, not poison.
    let smallestIsPoison = context.constant(context.i1, 0)
    pushVector(
      shape.isFloat
        ? intrinsic("llvm.fabs", vector) : intrinsic("llvm.abs", vector, smallestIsPoison))
  }

  private func negate(_ shape: LaneShape) {
    let vector = pop(shape)
    pushVector(
      shape.isFloat
        ? builder.floatNegate(vector)
        : builder.binary(LLVMSub, context.zero(vector.type), vector))
  }

  /// Half the sum and one, rounded down, in lanes that hold the sum.
  private func roundedAverage(_ shape: LaneShape) {
    let right = extended(pop(shape), signed: false)
    let left = extended(pop(shape), signed: false)
    let one = context.splat(left.type, 1)
    let sum = builder.addWithoutWrap(builder.addWithoutWrap(left, right), one)
    pushVector(builder.cast(LLVMTrunc, builder.binary(LLVMLShr, sum, one), to: vectorType(shape)))
  }

  private func extend(_ shape: LaneShape, high: Bool, signed: Bool) {
    pushVector(extended(half(pop(shape.narrow), high: high), signed: signed))
  }

  private func extendedProduct(_ shape: LaneShape, high: Bool, signed: Bool) {
    let right = extended(half(pop(shape.narrow), high: high), signed: signed)
    let left = extended(half(pop(shape.narrow), high: high), signed: signed)
    pushVector(builder.binary(LLVMMul, left, right))
  }

  private func dotProduct() {
    let right = extended(pop(.i16x8), signed: true)
    let left = extended(pop(.i16x8), signed: true)
    pushVector(pairSums(builder.binary(LLVMMul, left, right)))
  }

  /// The sums of neighbours in lanes of twice the width: on x86 a product with ones,
  /// which a plain multiplication by one would not stay.
  func extendedPairSums(_ vector: IRValue, signed: Bool) -> IRValue {
    let ones = context.splat(vector.type, 1)
    if vector.type.element == context.i16, signed {
      return plainIntrinsic("llvm.x86.sse2.pmadd.wd", vector, ones)
    }
    if vector.type.element == context.i8, program.target.hasSSSE3 {
      // The first operand is taken as unsigned, the second as signed.
      return signed
        ? plainIntrinsic("llvm.x86.ssse3.pmadd.ub.sw.128", ones, vector)
        : plainIntrinsic("llvm.x86.ssse3.pmadd.ub.sw.128", vector, ones)
    }
    // Neighbours as the two halves of a wider lane.
    let narrowWidth = vector.type.element.integerWidth
    let lanes = context.vector(context.integer(2 * narrowWidth), vector.type.laneCount / 2)
    let pairs = builder.bitcast(vector, to: lanes)
    let width = context.splat(lanes, UInt64(narrowWidth))
    let shift = signed ? LLVMAShr : LLVMLShr
    let low = builder.binary(shift, builder.binary(LLVMShl, pairs, width), width)
    return builder.binary(LLVMAdd, low, builder.binary(shift, pairs, width))
  }

  /// The high parts of the products of fractions, rounded, −1 · −1 made the largest.
  func saturatedFixedPointProduct(_ left: IRValue, _ right: IRValue) -> IRValue {
    let product = fixedPointProduct(left, right)
    // Of all products only that one has this value.
    let overflows = builder.compare(.equal, product, context.splat(product.type, 0x8000))
    return builder.binary(
      LLVMXor, product, builder.cast(LLVMSExt, overflows, to: product.type))
  }

  /// The high parts of the products of fractions, rounded, −1 · −1 wrapped to −1.
  func fixedPointProduct(_ left: IRValue, _ right: IRValue) -> IRValue {
    if program.target.hasSSSE3 {
      return plainIntrinsic("llvm.x86.ssse3.pmul.hr.sw.128", left, right)
    }
    let product = builder.binary(
      LLVMMul, extended(left, signed: true), extended(right, signed: true))
    let type = product.type
    let high = builder.binary(LLVMLShr, product, context.splat(type, 14))
    let rounded = builder.binary(LLVMAdd, high, context.splat(type, 1))
    return builder.cast(
      LLVMTrunc, builder.binary(LLVMLShr, rounded, context.splat(type, 1)), to: left.type)
  }

  /// Lanes of two vectors in half the width, clamped.
  private func narrow(_ shape: LaneShape, signed: Bool) {
    let high = pop(shape.wide)
    let low = pop(shape.wide)
    if shape == .i8x16 {
      let name = signed ? "llvm.x86.sse2.packsswb.128" : "llvm.x86.sse2.packuswb.128"
      pushVector(plainIntrinsic(name, low, high))
    } else if signed {
      pushVector(plainIntrinsic("llvm.x86.sse2.packssdw.128", low, high))
    } else if program.target.roundsInHardware {
      pushVector(plainIntrinsic("llvm.x86.sse41.packusdw", low, high))
    } else {
      // Signed narrowing of what lies 2¹⁵ lower.
      let packed = plainIntrinsic("llvm.x86.sse2.packssdw.128", biased(low), biased(high))
      pushVector(builder.binary(LLVMXor, packed, context.splat(packed.type, 0x8000)))
    }
  }

  private func biased(_ vector: IRValue) -> IRValue {
    let type = vector.type
    let clamped = intrinsic("llvm.smax", vector, context.zero(type))
    return builder.binary(LLVMSub, clamped, context.splat(type, 0x8000))
  }
}
