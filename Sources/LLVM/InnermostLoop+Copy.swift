// A second version of a loop, and the choice between the two.

internal import CLLVM

extension InnermostLoop {
  /// Adds a copy of the loop to its function; nothing leads to it yet.
  ///
  /// - Parameters:
  ///   - taken: branches that only ever go one way in the copy, with where they go, which
  ///     is in the loop.
  ///   - omitted: instructions that the copy lacks; only each other and `taken` use them.
  /// - Returns: the block from which the copy is entered.
  public func copy(
    taking taken: [IRValue: BasicBlock], omitting omitted: Set<IRValue>,
    _ builder: borrowing Builder
  ) -> BasicBlock {
    var copies: [IRValue: IRValue] = [:]
    func copy(of value: IRValue) -> IRValue { copies[value] ?? value }
    func copy(of block: BasicBlock) -> BasicBlock { BasicBlock(copy(of: block.value)) }

    var last = latch
    for block in [preheader] + blocks {
      let new = block.append(in: builder.context)
      new.move(after: last)
      last = new
      copies[block.value] = new.value
    }
    builder.position(atEndOf: copy(of: preheader))
    builder.branch(to: copy(of: header))
    for block in blocks {
      builder.position(atEndOf: copy(of: block))
      for instruction in block.instructions {
        if omitted.contains(instruction) { continue }
        if instruction.isPhi {
          copies[instruction] = builder.phi(instruction.type)
        } else if let target = taken[instruction] {
          builder.branch(to: copy(of: target))
        } else {
          copies[instruction] = builder.clone(instruction)
        }
      }
    }
    for instruction in instructions {
      guard let new = copies[instruction] else { continue }
      if instruction.isPhi {
        for (value, block) in instruction.incoming {
          new.addIncoming(copy(of: value), from: copy(of: block))
        }
      } else {
        for (index, operand) in instruction.operands.enumerated() {
          if let replacement = copies[operand] { new.setOperand(index, replacement) }
        }
      }
    }
    for exit in exits {
      for phi in exit.instructions where phi.isPhi {
        for (value, block) in phi.incoming
        where contains(block) && taken[block.terminator] == nil {
          phi.addIncoming(copy(of: value), from: copy(of: block))
        }
      }
    }
    return copy(of: preheader)
  }
}

extension IRValue {
  /// Tells LLVM neither to unroll nor to vectorise the loop that this branch closes.
  public func markPlainLoop(in context: Context) {
    let no = LLVMValueAsMetadata(context.constant(context.i1, 0).ref)
    let properties = [
      context.metadata([context.metadata("llvm.loop.vectorize.enable"), no]),
      context.metadata([context.metadata("llvm.loop.unroll.disable")]),
    ]
    // Distinct for each loop, because it refers to itself.
    let placeholder = LLVMTemporaryMDNode(context.ref, nil, 0)
    let node = context.metadata([placeholder] + properties)
    LLVMMetadataReplaceAllUsesWith(placeholder, node)
    setMetadata(
      LLVMGetMDKindIDInContext(context.ref, "llvm.loop", 9),
      IRValue(LLVMMetadataAsValue(context.ref, node)))
  }
}

extension BasicBlock {
  /// The block as the operand of a branch.
  fileprivate var value: IRValue { IRValue(LLVMBasicBlockAsValue(ref)) }

  fileprivate init(_ value: IRValue) { self.init(LLVMValueAsBasicBlock(value.ref)) }

  /// A new block at the end of the same function.
  fileprivate func append(in context: Context) -> BasicBlock {
    BasicBlock(LLVMAppendBasicBlockInContext(context.ref, LLVMGetBasicBlockParent(ref), ""))
  }
}
