// Looking at the instructions of a function, for passes of our own.

internal import CLLVM

/// What a pass of our own tells apart.
public enum InstructionKind {
  case load
  /// A call of a function, not of an intrinsic, that returns something.
  case callWithResult
  /// Addition, subtraction, multiplication or division of floats.
  case floatArithmetic
  case floatTruncate
  case other
}

extension IRValue {
  /// The blocks of a function.
  public var blocks: [BasicBlock] {
    var list: [BasicBlock] = []
    var next = LLVMGetFirstBasicBlock(ref)
    while let block = next {
      list.append(BasicBlock(block))
      next = LLVMGetNextBasicBlock(block)
    }
    return list
  }

  /// The instruction behind this one in its block.
  public var nextInstruction: IRValue? { LLVMGetNextInstruction(ref).map { IRValue($0) } }

  /// Whether the value is computed by an instruction.
  public var isInstruction: Bool { LLVMIsAInstruction(ref) != nil }

  /// What kind of instruction it is.
  public var instructionKind: InstructionKind {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMLoad: .load
    case LLVMCall:
      isIntrinsicCall || LLVMGetTypeKind(type.ref) == LLVMVoidTypeKind ? .other : .callWithResult
    case LLVMFAdd, LLVMFSub, LLVMFMul, LLVMFDiv: .floatArithmetic
    case LLVMFPTrunc: .floatTruncate
    default: .other
    }
  }

  /// Whether it calls an intrinsic rather than a function.
  private var isIntrinsicCall: Bool {
    LLVMIsAIntrinsicInst(ref) != nil
  }

  /// Whether the instruction does something beside yielding a value, so that what it reads
  /// is needed. An intrinsic counts only if it yields nothing.
  public var hasEffect: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMStore, LLVMRet, LLVMSwitch, LLVMUnreachable: true
    case LLVMBr: LLVMIsConditional(ref) != 0 && !branchesAgree
    case LLVMCall: !isIntrinsicCall || LLVMGetTypeKind(type.ref) == LLVMVoidTypeKind
    default: false
    }
  }

  /// Whether both ways of a conditional branch lead to the same place with nothing on
  /// the way, so that its condition does not matter.
  private var branchesAgree: Bool {
    func end(_ index: UInt32) -> LLVMBasicBlockRef? {
      guard let block = LLVMGetSuccessor(ref, index) else { return nil }
      guard let first = LLVMGetFirstInstruction(block), LLVMGetInstructionOpcode(first) == LLVMBr,
        LLVMIsConditional(first) == 0
      else { return block }
      return LLVMGetSuccessor(first, 0)
    }
    guard let left = end(0), left == end(1) else { return false }
    guard let first = LLVMGetFirstInstruction(left) else { return true }
    return LLVMGetInstructionOpcode(first) != LLVMPHI
  }

  /// The instruction's operands.
  public var operands: [IRValue] {
    (0..<LLVMGetNumOperands(ref)).compactMap { index in
      LLVMGetOperand(ref, UInt32(index)).map { IRValue($0) }
    }
  }

  /// Operand `index`.
  public func operand(_ index: Int) -> IRValue { IRValue(LLVMGetOperand(ref, UInt32(index))) }

  /// Replaces operand `index`.
  public func setOperand(_ index: Int, _ value: IRValue) {
    LLVMSetOperand(ref, UInt32(index), value.ref)
  }

  /// Whether LLVM can tell the result without the operands: x·0, x&0, x−x, x⊕x.
  public var isIndependentOfOperands: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMMul, LLVMAnd: operand(0).constantInteger == 0 || operand(1).constantInteger == 0
    case LLVMSub, LLVMXor, LLVMICmp: operand(0) == operand(1)
    default: false
    }
  }

  /// Whether it widens a float.
  public var isFloatExtend: Bool {
    isInstruction && LLVMGetInstructionOpcode(ref) == LLVMFPExt
  }

  /// The absolute value of a floating-point constant.
  public var constantFloatMagnitude: Double? {
    guard LLVMIsAConstantFP(ref) != nil else { return nil }
    var losesInfo: LLVMBool = 0
    return LLVMConstRealGetDouble(ref, &losesInfo).magnitude
  }
}

extension BasicBlock {
  /// The first instruction, phis included.
  public var firstInstruction: IRValue? { LLVMGetFirstInstruction(ref).map { IRValue($0) } }
}

extension Builder {
  /// `value`, in a way that the optimiser cannot see through: empty assembly, which it may
  /// still move or drop.
  public func opaque(_ value: IRValue) -> IRValue {
    let type = IRFunctionType(parameters: [value.type], result: value.type)
    let constraints = "=x,0"
    let assembly = LLVMGetInlineAsm(
      type.ref, "", 0, constraints, constraints.utf8.count, 0, 0, LLVMInlineAsmDialectATT, 0)
    return call(type, IRValue(assembly!), [value])
  }
}
