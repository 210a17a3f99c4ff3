// How an integer of 64 bits is put together from halves of others, for passes of our own.

internal import CLLVM

/// What an instruction makes of halves of 32 bits.
public enum HalfOperation {
  /// The sum modulo 2⁶⁴.
  case sum(IRValue, IRValue)
  /// The product modulo 2⁶⁴.
  case product(IRValue, IRValue)
  /// Bits 0 to 31 of a value.
  case low(IRValue)
  /// Bits 32 to 63 of a value, as bits 0 to 31.
  case high(IRValue)
  /// Bits 0 to 31 of a value, as bits 32 to 63.
  case raised(IRValue)
  case other
}

extension IRValue {
  /// What it makes of halves, if it is an instruction that yields 64 bits.
  public var halfOperation: HalfOperation {
    guard isInstruction, type.isInteger, type.integerWidth == 64 else { return .other }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMAdd: return .sum(operand(0), operand(1))
    case LLVMMul: return .product(operand(0), operand(1))
    case LLVMOr where LLVMGetIsDisjoint(ref) != 0: return .sum(operand(0), operand(1))
    case LLVMAnd where operand(1).constantInteger == 0xffff_ffff: return .low(operand(0))
    case LLVMZExt where operand(0).isTruncation(from: 64, to: 32):
      return .low(operand(0).operand(0))
    case LLVMLShr where operand(1).constantInteger == 32: return .high(operand(0))
    case LLVMShl where operand(1).constantInteger == 32: return .raised(operand(0))
    default: return .other
    }
  }

  private func isTruncation(from wide: Int, to narrow: Int) -> Bool {
    isInstruction && LLVMGetInstructionOpcode(ref) == LLVMTrunc && type.integerWidth == narrow
      && operand(0).type.integerWidth == wide
  }
}
