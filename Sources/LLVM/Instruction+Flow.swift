// Where instructions stand and where control goes, for passes of our own.

internal import CLLVM

extension IRValue {
  /// The block that an instruction stands in.
  public var parentBlock: BasicBlock { BasicBlock(LLVMGetInstructionParent(ref)) }

  /// The block from which on an instruction or a parameter has its value.
  public var startBlock: BasicBlock? {
    if let function = LLVMIsAArgument(ref).flatMap(LLVMGetParamParent) {
      return LLVMGetFirstBasicBlock(function).map { BasicBlock($0) }
    }
    return isInstruction ? parentBlock : nil
  }

  /// The values of a phi, each with the block that it comes from.
  public var incoming: [(value: IRValue, block: BasicBlock)] {
    (0..<LLVMCountIncoming(ref)).map { index in
      (IRValue(LLVMGetIncomingValue(ref, index)), BasicBlock(LLVMGetIncomingBlock(ref, index)))
    }
  }
}

extension BasicBlock {
  /// Where control goes from here, one entry for each way.
  public var successors: [BasicBlock] {
    guard let terminator = LLVMGetBasicBlockTerminator(ref) else { return [] }
    return (0..<LLVMGetNumSuccessors(terminator)).compactMap { index in
      LLVMGetSuccessor(terminator, index).map { BasicBlock($0) }
    }
  }

  /// The first instruction, phis included.
  public var firstInstruction: IRValue? { LLVMGetFirstInstruction(ref).map { IRValue($0) } }
}
