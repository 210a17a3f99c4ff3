// Integers of 128 bits in two halves of 64: one operation of LLVM each, which becomes
// an addition with carry or one multiplication.
//
// Specification: proposal "wide arithmetic".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func wide(_ operation: WideOperation) {
    switch operation {
    case .add128: wideBinary(LLVMAdd)
    case .sub128: wideBinary(LLVMSub)
    case .mulWideS: wideProduct(LLVMSExt)
    case .mulWideU: wideProduct(LLVMZExt)
    }
  }

  private func wideBinary(_ opcode: LLVMOpcode) {
    let right = popWide()
    pushWide(builder.binary(opcode, popWide(), right))
  }

  /// The whole product of two i64, extended by widening first.
  private func wideProduct(_ widening: LLVMOpcode) {
    let type = context.integer(128)
    let right = builder.cast(widening, pop(), to: type)
    let left = builder.cast(widening, pop(), to: type)
    pushWide(builder.binary(LLVMMul, left, right))
  }

  /// Takes an integer from the stack, whose upper half lies on top.
  private func popWide() -> IRValue {
    let type = context.integer(128)
    let high = builder.zeroExtend(pop(), to: type)
    let low = builder.zeroExtend(pop(), to: type)
    let shifted = builder.binary(LLVMShl, high, context.constant(type, 64))
    return builder.binary(LLVMOr, shifted, low)
  }

  private func pushWide(_ value: IRValue) {
    push(builder.cast(LLVMTrunc, value, to: context.i64))
    let high = builder.binary(LLVMLShr, value, context.constant(value.type, 64))
    push(builder.cast(LLVMTrunc, high, to: context.i64))
  }
}
