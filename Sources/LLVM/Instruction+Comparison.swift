// Comparisons, sums and branches, for passes of our own that reason about loops.

public import CLLVM

extension IRValue {
  /// A value, what is added to it, and whether that is subtracted instead.
  public typealias Sum = (value: IRValue, addend: IRValue, isSubtracted: Bool)

  /// The parts of an instruction that adds what meets a condition to a value, or subtracts it.
  public func sum(where isAddend: (IRValue) -> Bool) -> Sum? {
    guard isInstruction else { return nil }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMAdd where isAddend(operand(1)): return (operand(0), operand(1), false)
    case LLVMAdd where isAddend(operand(0)): return (operand(1), operand(0), false)
    case LLVMSub where isAddend(operand(1)): return (operand(0), operand(1), true)
    default: return nil
    }
  }

  /// A value and the constant that an instruction adds to it.
  public var constantSum: (value: IRValue, addend: UInt64)? {
    guard let sum = sum(where: \.isConstant), let addend = sum.addend.constantInteger else {
      return nil
    }
    return (sum.value, sum.isSubtracted ? 0 &- addend : addend)
  }

  /// The comparison that decides a conditional branch, true for its first successor.
  public var branchComparison: (predicate: LLVMIntPredicate, left: IRValue, right: IRValue)? {
    guard isBranch, LLVMIsConditional(ref) != 0 else { return nil }
    let condition = IRValue(LLVMGetCondition(ref))
    guard condition.isComparison else { return nil }
    return (LLVMGetICmpPredicate(condition.ref), condition.operand(0), condition.operand(1))
  }

  /// The integer constant that an instruction compares something with, if that is what it does.
  public var comparedConstant: UInt64? { isComparison ? operand(1).constantInteger : nil }

  private var isComparison: Bool { LLVMIsAICmpInst(ref) != nil }

  /// Whether it is a branch, conditional or not.
  public var isBranch: Bool { LLVMIsABranchInst(ref) != nil }

  /// The zero of the value's type.
  public var zero: IRValue { IRValue(LLVMConstNull(LLVMTypeOf(ref))) }
}

extension LLVMIntPredicate {
  /// What a predicate says of the order of its operands; `nil` for (in)equality.
  public var order: (isGreater: Bool, isSigned: Bool, isInclusive: Bool)? {
    switch self {
    case LLVMIntULT: (false, false, false)
    case LLVMIntULE: (false, false, true)
    case LLVMIntUGT: (true, false, false)
    case LLVMIntUGE: (true, false, true)
    case LLVMIntSLT: (false, true, false)
    case LLVMIntSLE: (false, true, true)
    case LLVMIntSGT: (true, true, false)
    case LLVMIntSGE: (true, true, true)
    default: nil
    }
  }

  /// The predicate that holds for the operands exchanged.
  public var swapped: LLVMIntPredicate {
    switch self {
    case LLVMIntULT: LLVMIntUGT
    case LLVMIntUGT: LLVMIntULT
    case LLVMIntULE: LLVMIntUGE
    case LLVMIntUGE: LLVMIntULE
    case LLVMIntSLT: LLVMIntSGT
    case LLVMIntSGT: LLVMIntSLT
    case LLVMIntSLE: LLVMIntSGE
    case LLVMIntSGE: LLVMIntSLE
    default: self
    }
  }

  /// The predicate that holds where this one does not.
  public var inverse: LLVMIntPredicate {
    switch self {
    case LLVMIntEQ: LLVMIntNE
    case LLVMIntNE: LLVMIntEQ
    case LLVMIntULT: LLVMIntUGE
    case LLVMIntUGT: LLVMIntULE
    case LLVMIntULE: LLVMIntUGT
    case LLVMIntUGE: LLVMIntULT
    case LLVMIntSLT: LLVMIntSGE
    case LLVMIntSGT: LLVMIntSLE
    case LLVMIntSLE: LLVMIntSGT
    case LLVMIntSGE: LLVMIntSLT
    default: preconditionFailure("LLVM has ten predicates for integers")
    }
  }
}
