// How often a loop turns, where that can be told before its first turn.
//
// Looks for a test in each turn that compares a value which advances by the same step
// in each turn with a bound, both known outside of the loop. Integers wrap, so whether a test
// comes to an end soon is in itself a condition, to be tested with the rest.

internal import CLLVM
internal import LLVM

/// The number of turns that a loop takes, as values outside of it.
struct TurnCount {
  /// The branch at the end of this block ends the loop.
  var block: BasicBlock
  /// Whether the following holds.
  var condition: IRValue
  private var distance: IRValue
  private var step: IRValue

  /// Whether the step is a constant, so that `repeats` may be computed anywhere.
  var hasConstantStep: Bool { step.isConstant }

  /// How often the loop goes back, in 64 bits, if it is not left elsewhere. May be computed
  /// only where `condition` holds.
  func repeats(_ builder: borrowing Builder) -> IRValue {
    builder.zeroExtend(builder.binary(LLVMUDiv, distance, step), to: builder.context.i64)
  }

  /// No less than `repeats`, and computed anywhere.
  func atMost(_ builder: borrowing Builder) -> IRValue {
    step.isConstant ? repeats(builder) : builder.zeroExtend(distance, to: builder.context.i64)
  }

  /// The turns of `loop`, computed where `builder` stands, which is before the loop.
  ///
  /// - Parameters:
  ///   - ignored: branches that are not looked at.
  init?(
    _ loop: InnermostLoop, ignoring ignored: [IRValue: BasicBlock], _ builder: borrowing Builder
  ) {
    for block in loop.blocks where ignored[block.terminator] == nil {
      guard let test = ExitTest(block, of: loop), loop.isPassedInEachTurn(block),
        let count = TurnCount(test, in: block, builder)
      else { continue }
      self = count
      return
    }
    return nil
  }

  private init?(_ test: ExitTest, in block: BasicBlock, _ builder: borrowing Builder) {
    self.block = block
    let context = builder.context
    let type = test.bound.type
    guard type == context.i32 || type == context.i64 else { return nil }
    var step = test.step
    if test.isStepSubtracted { step = builder.binary(LLVMSub, context.zero(type), step) }
    let size = step.constantInteger
    if size == 0 { return nil }
    var start = builder.binary(test.isOffsetSubtracted ? LLVMSub : LLVMAdd, test.start, test.offset)
    var bound = test.bound
    let signBit: UInt64 = type == context.i64 ? 1 << 63 : 1 << 31
    func exchange(_ mask: UInt64) {
      start = builder.binary(LLVMXor, start, context.constant(type, mask))
      bound = builder.binary(LLVMXor, bound, context.constant(type, mask))
    }
    let order = test.predicate.order
    // Descent becomes ascent by a complement, signed order unsigned by another sign bit.
    let isDescending = order?.isGreater ?? ((size ?? 0) & signBit != 0)
    if isDescending {
      exchange(.max)
      step = builder.binary(LLVMSub, context.zero(type), step)
    }
    guard let order else {
      guard test.predicate == LLVMIntNE, size != nil else { return nil }
      distance = builder.binary(LLVMSub, bound, start)
      let rest = builder.binary(LLVMURem, distance, step)
      condition = builder.compare(.equal, rest, context.zero(type))
      self.step = step
      return
    }
    if order.isSigned { exchange(signBit) }
    // Of an inclusive bound that is the greatest value nothing is less.
    if order.isInclusive { bound = builder.binary(LLVMAdd, bound, context.constant(type, 1)) }
    // From below the bound a step of at most 2ⁿ − bound does not wrap, nor does rounding up.
    let room = builder.binary(LLVMSub, context.zero(type), bound)
    let rounding = builder.binary(LLVMSub, step, context.constant(type, 1))
    condition = builder.binary(
      LLVMAnd, builder.compare(.unsignedLess, start, bound),
      builder.compare(.unsignedLess, rounding, room))
    distance = builder.binary(LLVMAdd, builder.binary(LLVMSub, bound, start), rounding)
    self.step = step
  }
}

/// A branch that stays in a loop as long as a comparison holds, whose left side is `offset`
/// off a value that begins as `start` and advances by `step` in each turn.
private struct ExitTest {
  var predicate: LLVMIntPredicate
  var start: IRValue
  var offset: IRValue
  var isOffsetSubtracted = false
  var step: IRValue
  var isStepSubtracted = false
  var bound: IRValue

  init?(_ block: BasicBlock, of loop: InnermostLoop) {
    let successors = block.successors
    guard successors.count == 2, loop.contains(successors[0]) != loop.contains(successors[1]),
      let comparison = block.terminator.branchComparison
    else { return nil }
    predicate = comparison.predicate
    var (left, right) = (comparison.left, comparison.right)
    if loop.isInvariant(left) {
      (left, right) = (right, left)
      predicate = predicate.swapped
    }
    guard loop.isInvariant(right) else { return nil }
    if !loop.contains(successors[0]) { predicate = predicate.inverse }
    bound = right
    var phi = left
    var sum: IRValue.Sum?
    if !left.isPhi {
      guard let parts = left.sum(where: loop.isInvariant) else { return nil }
      phi = parts.value
      sum = parts
    }
    guard phi.isPhi, phi.parentBlock == loop.header, phi.incoming.count == 2,
      let first = phi.incoming.first(where: { $0.block == loop.preheader }),
      let last = phi.incoming.first(where: { $0.block == loop.latch }),
      let advance = last.value.sum(where: loop.isInvariant), advance.value == phi
    else { return nil }
    start = first.value
    step = advance.addend
    isStepSubtracted = advance.isSubtracted
    offset = sum?.addend ?? step.zero
    isOffsetSubtracted = sum?.isSubtracted ?? false
  }
}
