// Floating-point arithmetic, exactly: no fast-math flag but where NaN is excluded by a
// check of our own. Folds of LLVM that lose the quieting of a NaN are fenced later, in
// `NaNFences`.
//
// Specification: 4.3.3 "Floating-Point Operations".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func floatUnary(_ operation: FloatUnaryOperator) {
    let value = pop()
    switch operation {
    // Sign operations touch one bit, of a NaN too.
    case .abs: push(intrinsic("llvm.fabs", value))
    case .neg: push(builder.floatNegate(value))
    case .ceil: push(rounded("llvm.ceil", value))
    case .floor: push(rounded("llvm.floor", value))
    case .trunc: push(rounded("llvm.trunc", value))
    case .nearest: push(rounded("llvm.nearbyint", value))
    case .sqrt: push(intrinsic("llvm.sqrt", value))
    }
  }

  func floatBinary(_ operation: FloatBinaryOperator) {
    let right = pop()
    let left = pop()
    switch operation {
    case .add: push(arithmetic(LLVMFAdd, left, right))
    case .sub: push(arithmetic(LLVMFSub, left, right))
    case .mul: push(arithmetic(LLVMFMul, left, right))
    case .div: push(arithmetic(LLVMFDiv, left, right))
    case .min: push(extremum("llvm.minimum", left, right))
    case .max: push(extremum("llvm.maximum", left, right))
    case .copysign: push(intrinsic("llvm.copysign", left, right))
    }
  }

  func floatRelation(_ relation: FloatRelation) {
    let right = pop()
    pushBit(builder.compareFloats(predicate(relation), pop(), right))
  }

  func predicate(_ relation: FloatRelation) -> FloatPredicate {
    switch relation {
    case .eq: .equal
    case .ne: .notEqual
    case .lt: .less
    case .gt: .greater
    case .le: .lessOrEqual
    case .ge: .greaterOrEqual
    }
  }

  /// Arithmetic on floats or vectors of them, which makes a NaN quiet. LLVM's folding of
  /// two constants does not where one of them is neutral.
  func arithmetic(_ opcode: LLVMOpcode, _ left: IRValue, _ right: IRValue) -> IRValue {
    let result = builder.binary(opcode, left, right)
    if let lanes = result.constantLanes { return context.vector(lanes.map(quieted)) }
    return quieted(result)
  }

  /// A constant with the quiet bit set if it is NaN; any other value as it is.
  private func quieted(_ value: IRValue) -> IRValue {
    guard let bits = value.constantFloatBits else { return value }
    if value.type == context.f32 {
      let float = Float(bitPattern: UInt32(bits))
      return float.isNaN ? context.float32(bits: UInt32(bits) | 0x0040_0000) : value
    }
    return Double(bitPattern: bits).isNaN ? context.float64(bits: bits | 1 << 51) : value
  }

  /// Rounds to an integral value. Without SSE4.1 this calls a function of the C
  /// library, which returns a signalling NaN as it is.
  private func rounded(_ name: String, _ value: IRValue) -> IRValue {
    let result = intrinsic(name, value)
    if program.target.roundsInHardware { return result }
    return builder.select(
      builder.compareFloats(.unordered, value, value), arithmetic(LLVMFAdd, value, value), result)
  }

  /// The smaller or larger operand, −0 below +0. A NaN operand yields a quiet NaN by way
  /// of an addition; the intrinsic itself then need not care for NaN.
  private func extremum(_ name: String, _ left: IRValue, _ right: IRValue) -> IRValue {
    let result = intrinsic(name, left, right)
    result.setNoNaN()
    return builder.select(
      builder.compareFloats(.unordered, left, right), arithmetic(LLVMFAdd, left, right), result)
  }
}
