// What a call calls and passes, for passes of our own.

internal import CLLVM

extension IRValue {
  /// What a call calls.
  public var calledValue: IRValue? { LLVMGetCalledValue(ref).map { IRValue($0) } }

  /// The structure in the caller's frame that a call without a value is passed first, and
  /// how many fields it has.
  public var resultBuffer: (buffer: IRValue, fieldCount: Int)? {
    guard LLVMIsACallInst(ref) != nil, !yieldsValue, LLVMGetNumArgOperands(ref) > 0,
      LLVMIsAAllocaInst(operand(0).ref) != nil, let type = LLVMGetAllocatedType(operand(0).ref),
      IRType(type).isStructure
    else { return nil }
    return (operand(0), IRType(type).fieldCount)
  }

  /// Whether an access is one that the optimiser keeps.
  public var isVolatile: Bool { LLVMGetVolatile(ref) != 0 }

  /// Whether it chooses between this value and another.
  public func isSelect(between value: IRValue) -> Bool {
    LLVMIsASelectInst(ref) != nil && operand(0) != value
  }

  /// Makes an instruction use another value in place of `value`.
  public func replaceOperands(_ value: IRValue, with other: IRValue) {
    for (index, operand) in operands.enumerated() where operand == value {
      setOperand(index, other)
    }
  }

  /// The name of the function that an instruction calls, if it does and the function has one.
  public var calledName: String? {
    guard LLVMIsACallInst(ref) != nil, let callee = LLVMIsAFunction(LLVMGetCalledValue(ref)) else {
      return nil
    }
    return IRValue(callee).name
  }

  /// The function with a body that a call calls by its name.
  private var knownCallee: LLVMValueRef? {
    guard LLVMGetInstructionOpcode(ref) == LLVMCall,
      let callee = LLVMIsAFunction(LLVMGetCalledValue(ref)), LLVMIsDeclaration(callee) == 0
    else { return nil }
    return callee
  }

  /// The arguments of a call of a function with a body, each with its parameter.
  public var passedArguments: [(parameter: IRValue, argument: IRValue)] {
    guard let callee = knownCallee else { return [] }
    return (0..<LLVMCountParams(callee)).map { index in
      (IRValue(LLVMGetParam(callee, index)), operand(Int(index)))
    }
  }

  /// The operands of a call of which nothing is known but to the caller: the arguments for
  /// a function with a body are needed if it needs them.
  var relevantArguments: [IRValue] {
    guard let callee = knownCallee else { return operands }
    return Array(operands.dropFirst(Int(LLVMCountParams(callee))))
  }
}
