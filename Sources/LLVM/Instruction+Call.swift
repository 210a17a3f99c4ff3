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
