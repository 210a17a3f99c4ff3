// Comparing instructions and taking addresses apart, for passes of our own that look for
// copies of the same computation.

internal import CLLVM

extension IRValue {
  /// Whether two instructions compute alike from their operands, without reading or changing
  /// anything, and may be computed more or less often.
  public func isSameComputation(as other: IRValue) -> Bool {
    guard isInstruction, other.isInstruction, type == other.type,
      LLVMGetInstructionOpcode(ref) == LLVMGetInstructionOpcode(other.ref),
      LLVMGetNumOperands(ref) == LLVMGetNumOperands(other.ref), hasSameFlags(as: other)
    else { return false }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMFAdd, LLVMFSub, LLVMFMul, LLVMFDiv, LLVMFNeg, LLVMSelect, LLVMBitCast: return true
    case LLVMAdd, LLVMSub, LLVMMul, LLVMShl, LLVMLShr, LLVMAShr, LLVMAnd, LLVMOr, LLVMXor:
      return true
    case LLVMTrunc, LLVMZExt, LLVMSExt, LLVMSIToFP, LLVMUIToFP, LLVMFPExt, LLVMFPTrunc:
      return operand(0).type == other.operand(0).type
    case LLVMICmp:
      return LLVMGetICmpPredicate(ref) == LLVMGetICmpPredicate(other.ref)
        && operand(0).type == other.operand(0).type
    case LLVMFCmp:
      return LLVMGetFCmpPredicate(ref) == LLVMGetFCmpPredicate(other.ref)
        && operand(0).type == other.operand(0).type
    default: return false
    }
  }

  /// Whether what two instructions of one kind promise to LLVM is the same.
  private func hasSameFlags(as other: IRValue) -> Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMAdd, LLVMSub, LLVMMul, LLVMShl:
      return LLVMGetNUW(ref) == LLVMGetNUW(other.ref) && LLVMGetNSW(ref) == LLVMGetNSW(other.ref)
    case LLVMLShr, LLVMAShr: return LLVMGetExact(ref) == LLVMGetExact(other.ref)
    case LLVMOr: return LLVMGetIsDisjoint(ref) == LLVMGetIsDisjoint(other.ref)
    case LLVMZExt, LLVMUIToFP: return LLVMGetNNeg(ref) == LLVMGetNNeg(other.ref)
    default:
      guard LLVMCanValueUseFastMathFlags(ref) != 0 else { return true }
      return LLVMGetFastMathFlags(ref) == LLVMGetFastMathFlags(other.ref)
    }
  }

  /// Whether it reads or writes memory, neither volatile nor atomic.
  public var isPlainAccess: Bool {
    (LLVMIsALoadInst(ref) != nil || LLVMIsAStoreInst(ref) != nil) && LLVMGetVolatile(ref) == 0
      && LLVMGetOrdering(ref) == LLVMAtomicOrderingNotAtomic
  }

  /// Whether it may read or write memory, as far as its kind tells.
  public var mayTouchMemory: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMLoad, LLVMStore, LLVMCall, LLVMInvoke, LLVMFence, LLVMAtomicRMW, LLVMAtomicCmpXchg,
      LLVMVAArg:
      true
    default: false
    }
  }

  /// Whether it writes to memory.
  public var isStore: Bool { LLVMIsAStoreInst(ref) != nil }

  /// Which operand of a load or store is the address.
  public var addressOperand: Int { isStore ? 1 : 0 }

  /// Whether control or memory may depend on it: it is anything but a load, a store, the
  /// block's end or a computation of a value.
  public var isOpaqueToCopies: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMLoad, LLVMStore: !isPlainAccess
    case LLVMBr: false
    case LLVMCall, LLVMInvoke, LLVMFence, LLVMAtomicRMW, LLVMAtomicCmpXchg, LLVMVAArg: true
    default: !yieldsValue
    }
  }

  /// The address that a number of bytes is added to, and that number, in `i64`.
  public var byteStep: (pointer: IRValue, bytes: IRValue)? {
    guard LLVMIsAGetElementPtrInst(ref) != nil, LLVMGetNumOperands(ref) == 2,
      let element = LLVMGetGEPSourceElementType(ref), IRType(element).isInteger,
      IRType(element).bitWidth == 8, operand(1).type.isInteger, operand(1).type.bitWidth == 64
    else { return nil }
    return (operand(0), operand(1))
  }

  /// What an instruction extends with zeros from 32 to 64 bits.
  public var extendedIndex: IRValue? {
    guard LLVMIsAZExtInst(ref) != nil, operand(0).type.bitWidth == 32, type.bitWidth == 64 else {
      return nil
    }
    return operand(0)
  }

  /// A value and a constant whose sum it is, also where LLVM spells it as a disjunction.
  public var constantOffset: (value: IRValue, addend: UInt64)? {
    if let sum = constantSum { return sum }
    guard isInstruction, LLVMGetInstructionOpcode(ref) == LLVMOr, LLVMGetIsDisjoint(ref) != 0,
      let addend = operand(1).constantInteger
    else { return nil }
    return (operand(0), addend)
  }

  /// A value and the constant that an instruction multiplies it by, as product or as shift.
  public var constantMultiple: (value: IRValue, factor: UInt64)? {
    guard isInstruction, let constant = operands.last?.constantInteger else { return nil }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMMul: return (operand(0), constant)
    case LLVMShl where constant < 32: return (operand(0), 1 << constant)
    default: return nil
    }
  }

  /// What an instruction leaves out high bits of.
  public var truncatedValue: IRValue? { LLVMIsATruncInst(ref) == nil ? nil : operand(0) }
}

extension Builder {
  /// Appends a copy of an instruction, with the same operands.
  ///
  /// A truncation may carry promises that LLVM's C interface does not show; the copy of one
  /// makes none.
  public func clone(_ instruction: IRValue) -> IRValue {
    if let whole = instruction.truncatedValue {
      return cast(LLVMTrunc, whole, to: instruction.type)
    }
    let copy = IRValue(LLVMInstructionClone(instruction.ref))
    LLVMInsertIntoBuilder(ref, copy.ref)
    return copy
  }

  /// A product that is known not to wrap as a signed number.
  public func multiplyWithoutWrap(_ left: IRValue, _ right: IRValue) -> IRValue {
    IRValue(LLVMBuildNSWMul(ref, left.ref, right.ref, ""))
  }
}

extension BasicBlock {
  /// A new block behind this one in the same function.
  public func appendBehind(in context: Context) -> BasicBlock {
    let new = BasicBlock(
      LLVMAppendBasicBlockInContext(context.ref, LLVMGetBasicBlockParent(ref), ""))
    new.move(after: self)
    return new
  }
}
