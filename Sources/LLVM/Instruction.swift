// Looking at the instructions of a function, for passes of our own.

internal import CLLVM

/// What a pass of our own tells apart.
public enum InstructionKind {
  case load
  /// A call of a function, not of an intrinsic.
  case call
  case `return`
  /// A value that is one of several: a phi or a select.
  case choice
  /// Addition, subtraction, multiplication or division of floats.
  case floatArithmetic
  /// Moves bits: reinterprets them, or takes lanes out of vectors and puts them into some.
  case lanes
  case floatTruncate
  case other
}

extension IRValue {
  /// The name of a function or global variable.
  public var name: String {
    var length = 0
    guard let name = LLVMGetValueName2(ref, &length) else { return "" }
    return String(
      decoding: UnsafeRawBufferPointer(start: name, count: length), as: UTF8.self)
  }

  /// Removes a function that nothing uses.
  public func deleteFunction() { LLVMDeleteFunction(ref) }

  /// Adds an attribute to a function.
  public func addFunctionAttribute(_ attribute: Attribute) {
    LLVMAddAttributeAtIndex(ref, LLVMAttributeIndex(bitPattern: -1), attribute.ref)
  }

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

  /// Whether it is known at run time only: an instruction, a parameter, or what a global
  /// variable holds.
  public var isComputed: Bool {
    isInstruction || LLVMIsAArgument(ref) != nil || isGlobalVariable
  }

  /// Whether it is the address of a global variable.
  public var isGlobalVariable: Bool { LLVMIsAGlobalVariable(ref) != nil }

  /// Whether only this module refers to a global.
  public var isInternal: Bool { LLVMGetLinkage(ref) == LLVMInternalLinkage }

  /// The global variable that an instruction stores to, if that is what it does.
  public var writtenVariable: IRValue? {
    guard LLVMIsAStoreInst(ref) != nil else { return nil }
    return LLVMIsAGlobalVariable(LLVMGetOperand(ref, 1)).map { IRValue($0) }
  }

  /// Whether it reads from or writes to the variable that it refers to, and no more.
  public func isAccess(of variable: IRValue) -> Bool {
    if LLVMIsALoadInst(ref) != nil { return true }
    return writtenVariable == variable && operand(0) != variable
  }

  /// Whether code generation may compute it with a branch, and this operand only on one
  /// side: one of two values, or the conjunction or disjunction of two conditions.
  public func mayBecomeBranch(on operand: IRValue) -> Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMSelect: self.operand(0) != operand
    case LLVMAnd, LLVMOr: !type.isVector && type.bitWidth == 1
    default: false
    }
  }

  /// Whether control goes one way or another from it, by its first operand.
  public var choosesWay: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMBr: LLVMIsConditional(ref) != 0
    case LLVMSwitch: true
    default: false
    }
  }

  /// Whether it reads from memory.
  public var isLoad: Bool { LLVMIsALoadInst(ref) != nil }

  /// What kind of instruction it is.
  public var instructionKind: InstructionKind {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMLoad: .load
    case LLVMCall where isMultiplyAdd: .floatArithmetic
    case LLVMCall: isIntrinsicCall || isPureAssembly ? .other : .call
    case LLVMRet: .return
    case LLVMPHI, LLVMSelect: .choice
    case LLVMFAdd, LLVMFSub, LLVMFMul, LLVMFDiv: .floatArithmetic
    case LLVMBitCast, LLVMExtractElement, LLVMInsertElement, LLVMShuffleVector: .lanes
    case LLVMFPTrunc: .floatTruncate
    default: .other
    }
  }

  /// Whether it merges values from several blocks.
  public var isPhi: Bool { LLVMGetInstructionOpcode(ref) == LLVMPHI }

  /// Whether it yields a value.
  public var yieldsValue: Bool { LLVMGetTypeKind(type.ref) != LLVMVoidTypeKind }

  /// The instructions that use the value.
  public var users: [IRValue] { users(atMost: .max) }

  /// Some of the instructions that use the value, or all of them.
  public func users(atMost limit: Int) -> [IRValue] {
    var list: [IRValue] = []
    var next = LLVMGetFirstUse(ref)
    while let use = next, list.count < limit {
      list.append(IRValue(LLVMGetUser(use)))
      next = LLVMGetNextUse(use)
    }
    return list
  }

  /// Whether it calls an intrinsic rather than a function.
  private var isIntrinsicCall: Bool {
    LLVMIsAIntrinsicInst(ref) != nil
  }

  /// Whether it calls assembly for its value alone, as `Builder.opaque` does.
  private var isPureAssembly: Bool {
    LLVMIsAInlineAsm(LLVMGetCalledValue(ref)) != nil && yieldsValue
  }

  /// Whether the instruction does something beside yielding a value, so that what it reads
  /// is needed. An intrinsic or assembly counts only if it yields nothing.
  public var hasEffect: Bool {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMStore, LLVMAtomicRMW, LLVMAtomicCmpXchg, LLVMRet, LLVMUnreachable: true
    case LLVMBr, LLVMSwitch: choosesWay
    case LLVMCall: !(isIntrinsicCall || isPureAssembly) || !yieldsValue
    default: false
    }
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

  /// Makes everything that uses this value use another one.
  public func replaceUses(with other: IRValue) { LLVMReplaceAllUsesWith(ref, other.ref) }

  /// The absolute value of a constant that, as operand `index`, makes LLVM fold float
  /// arithmetic to its other operand; `nil` where none does.
  public func neutralMagnitude(ofOperand index: Int) -> Double? {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMFAdd, LLVMFSub: 0
    case LLVMFMul: 1
    case LLVMFDiv: index == 1 ? 1 : nil
    case LLVMCall: 1
    default: nil
    }
  }

  /// Whether it multiplies and adds in one step.
  private var isMultiplyAdd: Bool {
    guard let callee = LLVMGetCalledValue(ref) else { return false }
    return LLVMGetIntrinsicID(callee) == Self.multiplyAdd
  }

  private static let multiplyAdd = LLVMLookupIntrinsicID("llvm.fma", 8)

  /// The operands without which LLVM cannot tell what the instruction does.
  var relevantOperands: [IRValue] {
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMStore where isStoreOfLoadedValue: [operand(1)]
    case LLVMSelect where operand(1) == operand(2): [operand(1)]
    case LLVMCall: relevantArguments
    default: isIndependentOfOperands ? [] : operands
    }
  }

  /// Whether it stores a value where it was just loaded from: LLVM drops both.
  private var isStoreOfLoadedValue: Bool {
    guard LLVMIsALoadInst(operand(0).ref) != nil else { return false }
    return operand(0).operand(0).isSameAddress(as: operand(1))
  }

  /// The integer that an address computation from constants yields. Promotion of locals
  /// leaves such computations unfolded.
  private var foldedInteger: UInt64? {
    if let value = constantInteger { return value }
    guard isInstruction else { return nil }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMZExt: return operand(0).foldedInteger
    case LLVMAdd where type.integerWidth == 64:
      guard let left = operand(0).foldedInteger, let right = operand(1).foldedInteger else {
        return nil
      }
      return left &+ right
    default: return nil
    }
  }

  /// Whether two pointers are computed in the same way from the same value.
  private func isSameAddress(as other: IRValue) -> Bool {
    if self == other { return true }
    if let left = foldedInteger, let right = other.foldedInteger { return left == right }
    guard isInstruction, other.isInstruction,
      LLVMGetInstructionOpcode(ref) == LLVMGetInstructionOpcode(other.ref)
    else { return false }
    switch LLVMGetInstructionOpcode(ref) {
    case LLVMGetElementPtr, LLVMAdd, LLVMZExt:
      let (left, right) = (operands, other.operands)
      return left.count == right.count
        && zip(left, right).allSatisfy { $0.isSameAddress(as: $1) }
    default: return false
    }
  }

  /// Whether LLVM can tell the result without the operands: x·0, x&0, x|−1, x%1, x−x, x⊕x,
  /// comparisons that all values meet, and what asks only for bits known to be zero.
  var isIndependentOfOperands: Bool {
    let opcode = LLVMGetInstructionOpcode(ref)
    switch opcode {
    case LLVMMul: return operand(0).isZeroConstant || operand(1).isZeroConstant
    case LLVMAnd:
      if operand(0).isZeroConstant || operand(1).isZeroConstant { return true }
      return operand(1).constantInteger.map { operand(0).maximum & $0 == 0 } ?? false
        || operand(0).constantInteger.map { operand(1).maximum & $0 == 0 } ?? false
    case LLVMOr: return operand(0).isAllOnesConstant || operand(1).isAllOnesConstant
    case LLVMURem, LLVMSRem:
      return operand(1).constantInteger == 1 || (opcode == LLVMSRem && operand(1).isAllOnesConstant)
    case LLVMLShr:
      return operand(1).constantInteger.map { $0 < 64 && operand(0).maximum >> $0 == 0 } ?? false
    case LLVMSub, LLVMXor: return operand(0).origin == operand(1).origin
    case LLVMICmp:
      if operand(0).origin == operand(1).origin { return true }
      let predicate = LLVMGetICmpPredicate(ref)
      if let value = operand(1).constantInteger {
        return operand(0).allMeet(predicate, value)
      }
      return operand(0).constantInteger.map { operand(1).allMeet(predicate.swapped, $0) } ?? false
    default: return false
    }
  }

  /// The largest unsigned value it can have, by its type or by a zero extension.
  private var maximum: UInt64 {
    guard LLVMGetTypeKind(type.ref) == LLVMIntegerTypeKind, type.integerWidth <= 64 else {
      return .max
    }
    let isExtended = isInstruction && LLVMGetInstructionOpcode(ref) == LLVMZExt
    let width = isExtended ? operand(0).type.integerWidth : type.integerWidth
    return .max >> UInt64(64 - width)
  }

  /// Whether a comparison with `value` has the same outcome for every value it can have.
  private func allMeet(_ predicate: LLVMIntPredicate, _ value: UInt64) -> Bool {
    let smallest = UInt64(1) << UInt64(type.integerWidth - 1)
    if value > maximum { return true }
    return switch predicate {
    case LLVMIntULT, LLVMIntUGE: value == 0
    case LLVMIntUGT, LLVMIntULE: value == maximum
    case LLVMIntSLT, LLVMIntSGE: value == (maximum < smallest ? 0 : smallest)
    case LLVMIntSGT, LLVMIntSLE: value == (maximum < smallest ? maximum : smallest - 1)
    default: false
    }
  }

  /// Whether it takes a field out of a structure.
  public var isExtraction: Bool { LLVMGetInstructionOpcode(ref) == LLVMExtractValue }

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

extension IRValue {
  /// Whether it was made by `Builder.witness`.
  public var isWitness: Bool {
    guard LLVMIsACallInst(ref) != nil, !yieldsValue,
      let assembly = LLVMIsAInlineAsm(LLVMGetCalledValue(ref))
    else { return false }
    var length = 0
    guard let constraints = LLVMGetInlineAsmConstraintString(assembly, &length) else {
      return false
    }
    return String(cString: constraints) == Builder.witnessConstraint
  }
}

extension Builder {
  fileprivate static let witnessConstraint = "X"

  /// Has `value` needed where the builder stands, for as long as the witness is there: empty
  /// assembly, to be erased before code is generated. LLVM takes it that it accesses memory
  /// which nothing else does, and its inliner counts it as two instructions.
  public func witness(_ value: IRValue) {
    let type = IRFunctionType(parameters: [value.type], result: context.void)
    let constraint = Self.witnessConstraint
    let assembly = LLVMGetInlineAsm(
      type.ref, "", 0, constraint, constraint.utf8.count, 1, 0, LLVMInlineAsmDialectATT, 0)
    let witness = call(type, IRValue(assembly!), [value])
    for name in ["nounwind", "willreturn", "nosync", "nofree"] {
      witness.addCallAttribute(context.attribute(name))
    }
    witness.addCallAttribute(context.attribute("memory", Context.accessesNothingKnown))
  }

  /// `value`, in a way that the optimiser cannot see through: empty assembly, which it may
  /// still move, merge or drop.
  public func opaque(_ value: IRValue) -> IRValue {
    let type = IRFunctionType(parameters: [value.type], result: value.type)
    // A vector register for floats and vectors, any other for integers.
    let constraints = value.type.isInteger ? "=r,0" : "=x,0"
    let assembly = LLVMGetInlineAsm(
      type.ref, "", 0, constraints, constraints.utf8.count, 0, 0, LLVMInlineAsmDialectATT, 0)
    let copy = call(type, IRValue(assembly!), [value])
    for name in ["nounwind", "willreturn", "memory"] {
      copy.addCallAttribute(context.attribute(name))  // `memory` of 0 is none
    }
    return copy
  }
}
