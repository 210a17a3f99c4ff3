// Integer arithmetic. Where LLVM leaves a case undefined that WebAssembly defines, the
// case is fenced here.
//
// Specification: 4.3.2 "Integer Operations".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func integerTest() {
    let value = pop()
    pushBit(builder.compare(.equal, value, context.zero(value.type)))
  }

  func integerUnary(_ operation: IntegerUnaryOperator) {
    let value = pop()
    // The second argument: zero is not poison, it counts the full width.
    let definedForZero = context.constant(context.i1, 0)
    switch operation {
    case .clz: push(intrinsic("llvm.ctlz", value, definedForZero))
    case .ctz: push(intrinsic("llvm.cttz", value, definedForZero))
    case .popcnt: push(intrinsic("llvm.ctpop", value))
    }
  }

  func integerBinary(_ operation: IntegerBinaryOperator) {
    let right = pop()
    let left = pop()
    switch operation {
    case .add: push(builder.binary(LLVMAdd, left, right))
    case .sub: push(builder.binary(LLVMSub, left, right))
    case .mul: push(builder.binary(LLVMMul, left, right))
    case .divS:
      trapOnZero(right)
      trapOnOverflow(left, right)
      push(builder.binary(LLVMSDiv, left, right))
    case .divU:
      trapOnZero(right)
      push(builder.binary(LLVMUDiv, left, right))
    case .remS:
      trapOnZero(right)
      push(remainder(left, right))
    case .remU:
      trapOnZero(right)
      push(builder.binary(LLVMURem, left, right))
    case .and: push(builder.binary(LLVMAnd, left, right))
    case .or: push(builder.binary(LLVMOr, left, right))
    case .xor: push(builder.binary(LLVMXor, left, right))
    case .shl: push(builder.binary(LLVMShl, left, shiftCount(right)))
    case .shrS: push(builder.binary(LLVMAShr, left, shiftCount(right)))
    case .shrU: push(builder.binary(LLVMLShr, left, shiftCount(right)))
    case .rotl: push(intrinsic("llvm.fshl", left, left, right))
    case .rotr: push(intrinsic("llvm.fshr", left, left, right))
    }
  }

  func integerRelation(_ relation: IntegerRelation) {
    let right = pop()
    pushBit(builder.compare(predicate(relation), pop(), right))
  }

  func predicate(_ relation: IntegerRelation) -> IntegerPredicate {
    switch relation {
    case .eq: .equal
    case .ne: .notEqual
    case .ltS: .signedLess
    case .ltU: .unsignedLess
    case .gtS: .signedGreater
    case .gtU: .unsignedGreater
    case .leS: .signedLessOrEqual
    case .leU: .unsignedLessOrEqual
    case .geS: .signedGreaterOrEqual
    case .geU: .unsignedGreaterOrEqual
    }
  }

  func integerExtend(from width: SubWidth) {
    let value = pop()
    let narrow = builder.cast(LLVMTrunc, value, to: context.integer(Int(width.rawValue)))
    push(builder.cast(LLVMSExt, narrow, to: value.type))
  }

  /// A call of an intrinsic that is overloaded on the type of its first argument.
  func intrinsic(_ name: String, _ arguments: IRValue...) -> IRValue {
    builder.call(program.module.intrinsic(name, [arguments[0].type]), arguments)
  }

  private func trapOnZero(_ divisor: IRValue) {
    if let value = divisor.constantInteger, value != 0 { return }
    trap(
      .integerDivideByZero, if: builder.compare(.equal, divisor, context.zero(divisor.type)))
  }

  /// Traps where the quotient of the smallest integer by −1 would overflow.
  private func trapOnOverflow(_ dividend: IRValue, _ divisor: IRValue) {
    let type = divisor.type
    let minusOne = context.constant(type, UInt64.max)
    if divisor.isConstant && divisor != minusOne { return }
    let smallest = context.constant(type, 1 << UInt64(type.integerWidth - 1))
    trap(
      .integerOverflow,
      if: builder.binary(
        LLVMAnd, builder.compare(.equal, dividend, smallest),
        builder.compare(.equal, divisor, minusOne)))
  }

  /// The remainder by −1 is 0, which LLVM leaves undefined for the smallest integer:
  /// divide by 1 instead.
  private func remainder(_ left: IRValue, _ right: IRValue) -> IRValue {
    let type = right.type
    let minusOne = context.constant(type, UInt64.max)
    if right.isConstant && right != minusOne { return builder.binary(LLVMSRem, left, right) }
    let divisor = builder.select(
      builder.compare(.equal, right, minusOne), context.constant(type, 1), right)
    return builder.binary(LLVMSRem, left, divisor)
  }

  /// Shift counts are taken modulo the width; beyond it LLVM yields poison.
  private func shiftCount(_ count: IRValue) -> IRValue {
    builder.binary(
      LLVMAnd, count, context.constant(count.type, UInt64(count.type.integerWidth - 1)))
  }
}
