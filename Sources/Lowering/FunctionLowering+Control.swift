// Structured control: blocks become basic blocks, their parameters and results phis.
//
// Specification: 2.4.8 "Control Instructions", 4.4.8.

internal import LLVM
internal import Wasm

/// A structured control instruction around the current one.
struct ControlFrame {
  enum Kind {
    case function
    case block
    case loop
    case `if`
    case `else`
  }
  var kind: Kind
  /// Where a branch to its label goes: the start of a loop, the end of the others.
  /// Not used for the function, whose label is a return.
  var target: BasicBlock
  /// The values a branch brings, one phi each.
  var phis: [IRValue]
  /// Whether anything branches to the end of a block.
  var isTargeted = false
  /// Height of the operand stack below the parameters.
  var height: Int
  /// How many results the construct leaves.
  var resultCount: Int
  /// The block for the false condition of an `if`, and the parameters it starts with.
  var elseBlock: BasicBlock?
  var elseParameters: [IRValue] = []
}

extension FunctionLowering {
  /// Opens the frame of the function itself.
  func enterFunction() {
    frames.append(
      ControlFrame(
        kind: .function, target: builder.block, phis: [], height: 0,
        resultCount: entity.signature.resultTypes.count))
  }

  func enterBlock(_ type: BlockType) {
    let (parameters, results) = types(of: type)
    pushFrame(.block, parameters: parameters.count, results: results)
  }

  func enterLoop(_ type: BlockType, at offset: Int) {
    let (parameters, results) = types(of: type)
    let header = makeBlock()
    let from = builder.block
    let initial = pop(parameters.count)
    let height = stack.count
    builder.branch(to: header)
    builder.position(atEndOf: header)
    let phis = initial.map { builder.phi($0.type) }
    for (phi, value) in zip(phis, initial) { phi.addIncoming(value, from: from) }
    stack.append(contentsOf: phis)
    frames.append(
      ControlFrame(
        kind: .loop, target: header, phis: phis, height: height, resultCount: results.count))
    consumeFuel(fuelCosts.loops[offset, default: 1])
  }

  func enterIf(_ type: BlockType, hint: Bool? = nil) {
    let condition = isNonzero(pop())
    let (parameters, results) = types(of: type)
    let otherwise = makeBlock()
    let then = makeBlock()
    program.weights.mark(
      builder.branch(if: condition, then: then, else: otherwise), isLikely: hint)
    builder.position(atEndOf: then)
    pushFrame(.if, parameters: parameters.count, results: results)
    frames[frames.count - 1].elseBlock = otherwise
    frames[frames.count - 1].elseParameters = Array(stack.suffix(parameters.count))
  }

  func enterElse() {
    let top = frames.count - 1
    if unreachableDepth == nil { branchToEnd() }
    unreachableDepth = nil
    stack.removeLast(stack.count - frames[top].height)
    stack.append(contentsOf: frames[top].elseParameters)
    frames[top].kind = .else
    if let block = frames[top].elseBlock { builder.position(atEndOf: block) }
    frames[top].elseBlock = nil
  }

  /// The `end` of the innermost construct.
  func leave() {
    let isReachable = unreachableDepth == nil
    if frames.last?.kind == .function {
      if isReachable { returnFromFunction() }
      frames.removeLast()
      return
    }
    if frames.last?.kind == .loop {
      // Only falling through leaves a loop: its results are where they should be.
      let frame = frames.removeLast()
      if !isReachable { stack.removeLast(stack.count - frame.height) }
      return
    }
    if isReachable { branchToEnd() }
    if let otherwise = frames[frames.count - 1].elseBlock {
      // An `if` without `else` hands its parameters on as results.
      builder.position(atEndOf: otherwise)
      stack.removeLast(stack.count - frames[frames.count - 1].height)
      stack.append(contentsOf: frames[frames.count - 1].elseParameters)
      branchToEnd()
    }
    let frame = frames.removeLast()
    stack.removeLast(stack.count - frame.height)
    if frame.isTargeted {
      builder.position(atEndOf: frame.target)
      stack.append(contentsOf: frame.phis)
      unreachableDepth = nil
    } else {
      frame.target.delete()
      unreachableDepth = 0
    }
  }

  /// Passes over an instruction of unreachable code.
  func skip(_ operation: Operation) {
    guard let depth = unreachableDepth else { return }
    switch operation {
    case .block, .loop, .if: unreachableDepth = depth + 1
    case .else where depth == 0: enterElse()
    case .end where depth == 0: leave()
    case .end: unreachableDepth = depth - 1
    default: break
    }
  }

  /// Notes that control does not come past here.
  func markUnreachable() { unreachableDepth = 0 }

  // MARK: Branches

  func branch(to label: LabelIndex) {
    let depth = frames.count - 1 - Int(label)
    if frames[depth].kind == .function {
      returnFromFunction()
    } else {
      addIncoming(to: depth)
      builder.branch(to: frames[depth].target)
      markUnreachable()
    }
  }

  func branchIf(to label: LabelIndex, hint: Bool?) {
    branch(to: label, if: isNonzero(pop()), hint: hint)
  }

  /// Branches where `condition` holds, and goes on with the same stack where not.
  func branch(to label: LabelIndex, if condition: IRValue, hint: Bool? = nil) {
    let depth = frames.count - 1 - Int(label)
    let next = makeBlock()
    if frames[depth].kind == .function {
      let leave = makeBlock()
      program.weights.mark(
        builder.branch(if: condition, then: leave, else: next), isLikely: hint)
      builder.position(atEndOf: leave)
      emitReturn(Array(stack.suffix(frames[depth].resultCount)))
    } else {
      addIncoming(to: depth)
      program.weights.mark(
        builder.branch(if: condition, then: frames[depth].target, else: next), isLikely: hint)
    }
    builder.position(atEndOf: next)
  }

  func branchTable(_ labels: LabelVector) {
    let index = pop()
    let origin = builder.block
    // A phi needs an entry for each edge: edges that carry values go through one
    // block per label, so that a large table does not multiply them.
    var destinations: [LabelIndex: BasicBlock] = [:]
    func destination(_ label: LabelIndex) -> BasicBlock {
      if let known = destinations[label] { return known }
      let depth = frames.count - 1 - Int(label)
      let block: BasicBlock
      if frames[depth].kind != .function && frames[depth].phis.isEmpty {
        frames[depth].isTargeted = true
        block = frames[depth].target
      } else {
        block = makeBlock()
        builder.position(atEndOf: block)
        if frames[depth].kind == .function {
          emitReturn(Array(stack.suffix(frames[depth].resultCount)))
        } else {
          addIncoming(to: depth)
          builder.branch(to: frames[depth].target)
        }
        builder.position(atEndOf: origin)
      }
      destinations[label] = block
      return block
    }
    let blocks = labels.map(destination)
    let last = blocks[blocks.count - 1]
    let instruction = builder.switch(index, default: last, cases: blocks.count - 1)
    for (value, block) in blocks.dropLast().enumerated() where block != last {
      instruction.addCase(context.constant(context.i32, UInt64(value)), block)
    }
    markUnreachable()
  }

  func returnFromFunction() {
    emitReturn(Array(stack.suffix(entity.signature.resultTypes.count)))
    markUnreachable()
  }

  /// Ends the current block by returning `values`.
  func emitReturn(_ values: [IRValue]) {
    switch entity.signature.results {
    case .none: builder.returnVoid()
    case .single: builder.return(values[0])
    case .pair(let type):
      let pair = builder.insert(context.poison(type), values[0], 0)
      builder.return(builder.insert(pair, values[1], 1))
    case .indirect(let type):
      for (index, value) in values.enumerated() {
        let field = builder.field(type, entity.function.parameter(0), index)
        builder.store(value, field)
      }
      builder.returnVoid()
    }
  }

  // MARK: Frames

  private func types(of type: BlockType) -> (parameters: [ValueType], results: [ValueType]) {
    switch type {
    case .empty: return ([], [])
    case .value(let type): return ([], [type])
    case .type(let index):
      guard let type = module.functionType(at: index) else {
        preconditionFailure("a valid block has type \(index)")
      }
      return (type.parameters, type.results)
    }
  }

  /// Opens a frame whose label is its end.
  private func pushFrame(_ kind: ControlFrame.Kind, parameters: Int, results: [ValueType]) {
    let current = builder.block
    let end = makeBlock()
    var phis: [IRValue] = []
    if !results.isEmpty {
      builder.position(atEndOf: end)
      phis = results.map { builder.phi(program.types.lower($0)) }
      builder.position(atEndOf: current)
    }
    frames.append(
      ControlFrame(
        kind: kind, target: end, phis: phis, height: stack.count - parameters,
        resultCount: results.count))
  }

  /// Ends the current block by falling through to the end of the innermost construct.
  private func branchToEnd() {
    addIncoming(to: frames.count - 1)
    builder.branch(to: frames[frames.count - 1].target)
  }

  /// Tells the phis of a frame which values come from the current block.
  private func addIncoming(to depth: Int) {
    frames[depth].isTargeted = true
    let phis = frames[depth].phis
    for (phi, value) in zip(phis, stack.suffix(phis.count)) {
      phi.addIncoming(value, from: builder.block)
    }
  }
}
