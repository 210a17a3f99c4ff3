// Appends instructions to a basic block.

public import CLLVM

/// An instruction builder positioned in a function.
public struct Builder: ~Copyable {
  public let ref: LLVMBuilderRef
  public let context: Context

  public init(_ context: Context) {
    guard let builder = LLVMCreateBuilderInContext(context.ref) else {
      preconditionFailure("LLVM has no builder")
    }
    ref = builder
    self.context = context
  }

  deinit { LLVMDisposeBuilder(ref) }

  // MARK: Position

  /// Continues at the end of `block`.
  public func position(atEndOf block: BasicBlock) { LLVMPositionBuilderAtEnd(ref, block.ref) }

  /// Continues before `instruction`.
  public func position(before instruction: IRValue) {
    LLVMPositionBuilderBefore(ref, instruction.ref)
  }

  /// The block being appended to.
  public var block: BasicBlock { BasicBlock(LLVMGetInsertBlock(ref)) }

  // MARK: Arithmetic

  /// A binary operation.
  public func binary(_ opcode: LLVMOpcode, _ left: IRValue, _ right: IRValue) -> IRValue {
    IRValue(LLVMBuildBinOp(ref, opcode, left.ref, right.ref, ""))
  }

  /// A sum that is known to wrap neither signed nor unsigned.
  public func addWithoutWrap(_ left: IRValue, _ right: IRValue) -> IRValue {
    let sum = LLVMBuildAdd(ref, left.ref, right.ref, "")
    if let sum, LLVMIsAInstruction(sum) != nil {
      LLVMSetNUW(sum, 1)
      LLVMSetNSW(sum, 1)
    }
    return IRValue(sum!)
  }

  /// The negated float, all bits but the sign kept.
  public func floatNegate(_ value: IRValue) -> IRValue {
    IRValue(LLVMBuildFNeg(ref, value.ref, ""))
  }

  /// An integer comparison.
  public func compare(_ predicate: IntegerPredicate, _ left: IRValue, _ right: IRValue) -> IRValue {
    IRValue(LLVMBuildICmp(ref, predicate.llvm, left.ref, right.ref, ""))
  }

  /// A floating-point comparison.
  public func compareFloats(_ predicate: FloatPredicate, _ left: IRValue, _ right: IRValue)
    -> IRValue
  {
    IRValue(LLVMBuildFCmp(ref, predicate.llvm, left.ref, right.ref, ""))
  }

  /// A conversion between types.
  public func cast(_ opcode: LLVMOpcode, _ value: IRValue, to type: IRType) -> IRValue {
    IRValue(LLVMBuildCast(ref, opcode, value.ref, type.ref, ""))
  }

  /// Zero extension.
  public func zeroExtend(_ value: IRValue, to type: IRType) -> IRValue {
    cast(LLVMZExt, value, to: type)
  }

  /// One of two values.
  public func select(_ condition: IRValue, _ then: IRValue, _ otherwise: IRValue) -> IRValue {
    IRValue(LLVMBuildSelect(ref, condition.ref, then.ref, otherwise.ref, ""))
  }

  // MARK: Memory

  /// A slot in the frame. Belongs into the entry block.
  public func alloca(_ type: IRType) -> IRValue { IRValue(LLVMBuildAlloca(ref, type.ref, "")) }

  /// Reads `type` at `pointer`.
  public func load(_ type: IRType, _ pointer: IRValue) -> IRValue {
    IRValue(LLVMBuildLoad2(ref, type.ref, pointer.ref, ""))
  }

  /// Writes `value` at `pointer`; returns the instruction.
  @discardableResult
  public func store(_ value: IRValue, _ pointer: IRValue) -> IRValue {
    IRValue(LLVMBuildStore(ref, value.ref, pointer.ref))
  }

  /// The address `offset` bytes behind `pointer`.
  public func advance(_ pointer: IRValue, bytes offset: IRValue) -> IRValue {
    element(context.i8, pointer, [offset])
  }

  /// The address of an element, without any promise about where it lies.
  public func element(_ type: IRType, _ pointer: IRValue, _ indices: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = indices.map(\.ref)
    return IRValue(LLVMBuildGEP2(ref, type.ref, pointer.ref, &refs, UInt32(refs.count), ""))
  }

  /// The address of a field of a structure at `pointer`.
  public func field(_ type: IRType, _ pointer: IRValue, _ index: Int) -> IRValue {
    IRValue(LLVMBuildStructGEP2(ref, type.ref, pointer.ref, UInt32(index), ""))
  }

  /// `memmove` of `count` bytes.
  public func moveMemory(to: IRValue, from: IRValue, count: IRValue) {
    LLVMBuildMemMove(ref, to.ref, 1, from.ref, 1, count.ref)
  }

  /// `memcpy` of `count` bytes.
  public func copyMemory(to: IRValue, from: IRValue, count: IRValue) {
    LLVMBuildMemCpy(ref, to.ref, 1, from.ref, 1, count.ref)
  }

  /// `memset` of `count` bytes.
  public func fillMemory(_ pointer: IRValue, byte: IRValue, count: IRValue) {
    LLVMBuildMemSet(ref, pointer.ref, byte.ref, count.ref, 1)
  }

  /// A value that is `value` where that is defined, and one and the same elsewhere.
  public func freeze(_ value: IRValue) -> IRValue { IRValue(LLVMBuildFreeze(ref, value.ref, "")) }

  /// Reads a value and replaces it by the result of an operation with `operand`, as one
  /// access that is aligned and sequentially consistent; yields what was read.
  public func readModifyWrite(
    _ operation: LLVMAtomicRMWBinOp, _ pointer: IRValue, _ operand: IRValue
  ) -> IRValue {
    IRValue(
      LLVMBuildAtomicRMW(
        ref, operation, pointer.ref, operand.ref, LLVMAtomicOrderingSequentiallyConsistent, 0))
  }

  /// Reads a value and replaces it if it is `expected`; otherwise as `readModifyWrite`.
  /// Yields a pair, what was read and whether it was `expected`.
  public func compareExchange(_ pointer: IRValue, _ expected: IRValue, _ value: IRValue) -> IRValue
  {
    IRValue(
      LLVMBuildAtomicCmpXchg(
        ref, pointer.ref, expected.ref, value.ref, LLVMAtomicOrderingSequentiallyConsistent,
        LLVMAtomicOrderingSequentiallyConsistent, 0))
  }

  /// Orders the accesses before it and after it.
  public func fence(_ ordering: AtomicOrdering) { LLVMBuildFence(ref, ordering.llvm, 0, "") }

  // MARK: Aggregates

  /// Field `index` of a structure value.
  public func extract(_ aggregate: IRValue, _ index: Int) -> IRValue {
    IRValue(LLVMBuildExtractValue(ref, aggregate.ref, UInt32(index), ""))
  }

  /// `aggregate` with field `index` replaced.
  public func insert(_ aggregate: IRValue, _ value: IRValue, _ index: Int) -> IRValue {
    IRValue(LLVMBuildInsertValue(ref, aggregate.ref, value.ref, UInt32(index), ""))
  }

  // MARK: Control

  /// A call with the C convention; its value is void where the function's is.
  @discardableResult
  public func call(_ function: IRFunction, _ arguments: [IRValue]) -> IRValue {
    call(function.type, function.value, arguments)
  }

  /// A call of a function by its address.
  @discardableResult
  public func call(_ type: IRFunctionType, _ function: IRValue, _ arguments: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = arguments.map(\.ref)
    return IRValue(LLVMBuildCall2(ref, type.ref, function.ref, &refs, UInt32(refs.count), ""))
  }

  /// An unconditional branch.
  public func branch(to block: BasicBlock) { LLVMBuildBr(ref, block.ref) }

  /// A conditional branch; returns the instruction.
  @discardableResult
  public func branch(if condition: IRValue, then: BasicBlock, else other: BasicBlock) -> IRValue {
    IRValue(LLVMBuildCondBr(ref, condition.ref, then.ref, other.ref))
  }

  /// A switch; cases are added to the result.
  public func `switch`(_ value: IRValue, default block: BasicBlock, cases: Int) -> IRValue {
    IRValue(LLVMBuildSwitch(ref, value.ref, block.ref, UInt32(cases)))
  }

  /// Returns from a function without a result.
  public func returnVoid() { LLVMBuildRetVoid(ref) }

  /// Returns `value`.
  public func `return`(_ value: IRValue) { LLVMBuildRet(ref, value.ref) }

  /// Ends a block that control does not leave.
  public func unreachable() { LLVMBuildUnreachable(ref) }

  /// A merge of values, without sources yet.
  public func phi(_ type: IRType) -> IRValue { IRValue(LLVMBuildPhi(ref, type.ref, "")) }
}

extension IRValue {
  /// Adds a source to a phi.
  public func addIncoming(_ value: IRValue, from block: BasicBlock) {
    var value: LLVMValueRef? = value.ref
    var block: LLVMBasicBlockRef? = block.ref
    LLVMAddIncoming(ref, &value, &block, 1)
  }

  /// Adds a case to a switch.
  public func addCase(_ value: IRValue, _ block: BasicBlock) {
    LLVMAddCase(ref, value.ref, block.ref)
  }

  /// Attaches metadata of a kind made by `metadataKind`.
  public func setMetadata(_ kind: UInt32, _ node: IRValue) { LLVMSetMetadata(ref, kind, node.ref) }

  /// The metadata of a kind, if any is attached.
  public func metadata(_ kind: UInt32) -> IRValue? {
    LLVMGetMetadata(ref, kind).map { IRValue($0) }
  }

  /// Removes an instruction that nothing uses.
  public func erase() { LLVMInstructionEraseFromParent(ref) }

  /// Sets the alignment of a load, store, alloca or global, in bytes.
  public func setAlignment(_ bytes: Int) { LLVMSetAlignment(ref, UInt32(bytes)) }

  /// Sets the section that a global is placed in.
  public func setSection(_ name: String) { LLVMSetSection(ref, name) }

  /// Makes a load or store one that the optimiser keeps and does not move past others.
  public func setVolatile() { LLVMSetVolatile(ref, 1) }

  /// Makes a load or store atomic.
  public func setAtomic(_ ordering: AtomicOrdering, alignment: Int) {
    LLVMSetOrdering(ref, ordering.llvm)
    setAlignment(alignment)
  }

  /// Promises that a floating-point operation sees no NaN: its result is poison otherwise.
  public func setNoNaN() {
    if LLVMIsAInstruction(ref) != nil { LLVMSetFastMathFlags(ref, 1 << 1) }
  }

  /// Sets the calling convention of a call.
  public func setCallConvention(_ convention: CallingConvention) {
    LLVMSetInstructionCallConv(ref, convention.rawValue)
  }

  /// Makes a call one that must reuse the caller's frame.
  public func setMustTail() { LLVMSetTailCallKind(ref, LLVMTailCallKindMustTail) }

  /// Adds an attribute to a call.
  public func addCallAttribute(_ attribute: Attribute) {
    LLVMAddCallSiteAttribute(ref, LLVMAttributeIndex(bitPattern: -1), attribute.ref)
  }
}

/// What an atomic access orders.
public enum AtomicOrdering {
  /// Nothing: the value is never torn.
  case unordered
  case sequentiallyConsistent

  var llvm: LLVMAtomicOrdering {
    switch self {
    case .unordered: LLVMAtomicOrderingUnordered
    case .sequentiallyConsistent: LLVMAtomicOrderingSequentiallyConsistent
    }
  }
}

/// An integer comparison.
public enum IntegerPredicate {
  case equal, notEqual
  case signedLess, signedGreater, signedLessOrEqual, signedGreaterOrEqual
  case unsignedLess, unsignedGreater, unsignedLessOrEqual, unsignedGreaterOrEqual

  var llvm: LLVMIntPredicate {
    switch self {
    case .equal: LLVMIntEQ
    case .notEqual: LLVMIntNE
    case .signedLess: LLVMIntSLT
    case .signedGreater: LLVMIntSGT
    case .signedLessOrEqual: LLVMIntSLE
    case .signedGreaterOrEqual: LLVMIntSGE
    case .unsignedLess: LLVMIntULT
    case .unsignedGreater: LLVMIntUGT
    case .unsignedLessOrEqual: LLVMIntULE
    case .unsignedGreaterOrEqual: LLVMIntUGE
    }
  }
}

/// A floating-point comparison. All but two are false where an operand is NaN.
public enum FloatPredicate {
  case equal, less, greater, lessOrEqual, greaterOrEqual
  /// True where an operand is NaN.
  case notEqual, unordered

  var llvm: LLVMRealPredicate {
    switch self {
    case .equal: LLVMRealOEQ
    case .less: LLVMRealOLT
    case .greater: LLVMRealOGT
    case .lessOrEqual: LLVMRealOLE
    case .greaterOrEqual: LLVMRealOGE
    case .notEqual: LLVMRealUNE
    case .unordered: LLVMRealUNO
    }
  }
}
