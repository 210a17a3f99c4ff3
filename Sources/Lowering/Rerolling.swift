// Rolls loops up again that a producer unrolled, so that LLVM vectorises them.
//
// LLVM does not look through sums of 32 bits that may wrap: to it the copies in an unrolled
// body are unrelated. A loop whose body is proved to be copies of one computation
// (`LoopCopies`) gets a second version with one copy per turn and addresses of 64 bits. It
// runs where, before the first turn, it can be told that no address wraps, that the turns
// can be counted, and that accesses whose order is another do not meet; the loop as it stands
// runs elsewhere. Both access the same addresses, so both trap alike.
// Runs behind `TrapFences`, which made loads volatile that must stay where they are.
// Specification: 4.4.7 "Memory Instructions".

internal import CLLVM
internal import LLVM

/// Finds unrolled loops and adds their rolled version.
struct Rerolling: ~Copyable {
  /// Turns of the rolled loop below which it is not worth while.
  private static let fewestTurns: UInt64 = 16

  private let context: Context
  private let builder: Builder

  /// Goes through every function that has a body; returns how many loops it took.
  @discardableResult
  static func apply(to module: IRModule, _ machine: TargetMachine) throws(LLVMFailure) -> Int {
    try machine.run("function(loop-simplify,lcssa)", on: module)
    let rerolling = Rerolling(module)
    var count = 0
    for function in module.functions {
      for loop in InnermostLoop.all(of: function, blockLimit: 1) where rerolling.roll(loop) {
        count += 1
      }
    }
    return count
  }

  private init(_ module: IRModule) {
    context = module.context
    builder = Builder(module.context)
  }

  private func roll(_ loop: InnermostLoop) -> Bool {
    let counters = LoopCounters(of: loop, context)
    guard loop.exits.count == 1, !counters.starts.isEmpty,
      let copies = LoopCopies(loop, counters),
      let results = results(of: loop, counters)
    else { return false }
    let exchanged = copies.exchanged
    // What is on one base and index meets itself, or LLVM can tell.
    guard exchanged.allSatisfy({ $0.address.index.difference(to: $1.address.index) == nil }) else {
      return false
    }
    builder.position(before: loop.preheader.terminator)
    guard let turns = TurnCount(loop, ignoring: [:], builder), turns.hasConstantStep else {
      return false
    }
    let repeats = turns.repeats(builder)
    let total = builder.binary(
      LLVMMul, builder.binary(LLVMAdd, repeats, wide(1)), wide(Int64(copies.count)))
    var streams: [Stream] = []
    for access in copies.accesses { streams.append(stream(access, copies, repeats)) }
    var conditions = [
      turns.condition, builder.compare(.unsignedLess, repeats, wide(1 << 32)),
      builder.compare(.unsignedGreaterOrEqual, total, wide(Int64(Self.fewestTurns))),
    ]
    conditions += streams.flatMap(\.conditions)
    for (left, right) in exchanged {
      guard let left = streams.first(where: { $0.access == left.instruction }),
        let right = streams.first(where: { $0.access == right.instruction })
      else { return false }
      conditions.append(isApart(left, right))
    }
    let rolled = emit(copies, streams, total)
    join(loop, rolled, conditions, results, repeats)
    return true
  }

  private func wide(_ value: Int64) -> IRValue {
    context.constant(context.i64, UInt64(bitPattern: value))
  }

  // MARK: Before the loop

  /// An access, its first address, and what must hold for the addresses of all turns.
  private struct Stream {
    var access: IRValue
    var first: IRValue
    var step: Int64
    /// The lowest byte it accesses, and the one behind the highest.
    var start: IRValue
    var end: IRValue
    var conditions: [IRValue]
  }

  private func stream(_ access: LoopCopies.Access, _ copies: LoopCopies, _ repeats: IRValue)
    -> Stream
  {
    let counters = copies.counters
    let index = builder.zeroExtend(counters.first(access.address.index, builder), to: context.i64)
    let advance = access.address.index.step(counters)
    // Fewer than 2³² turns of less than 2¹⁶ bytes: far from 2⁶³.
    let last = builder.binary(LLVMAdd, index, builder.binary(LLVMMul, repeats, wide(advance)))
    let (low, high) = advance < 0 ? (last, index) : (index, last)
    let lowest = builder.binary(LLVMAdd, low, wide(min(access.shifts.min() ?? 0, 0)))
    let highest = builder.binary(LLVMAdd, high, wide(max(access.shifts.max() ?? 0, 0)))
    let base = access.address.base
    let reach = access.step * Int64(copies.count - 1)
    func address(_ index: IRValue, _ bytes: Int64) -> IRValue {
      builder.advance(
        base, bytes: builder.binary(LLVMAdd, index, wide(access.address.offset + bytes)))
    }
    return Stream(
      access: access.instruction, first: address(index, 0), step: access.step,
      start: address(low, min(reach, 0)), end: address(high, max(reach, 0) + access.bytes),
      conditions: [
        builder.compare(.signedGreaterOrEqual, lowest, wide(0)),
        builder.compare(.signedLess, highest, wide(1 << 32)),
      ])
  }

  private func isApart(_ left: Stream, _ right: Stream) -> IRValue {
    builder.binary(
      LLVMOr, builder.compare(.unsignedLessOrEqual, left.end, right.start),
      builder.compare(.unsignedLessOrEqual, right.end, left.start))
  }

  /// What each phi of the exit receives, as an index; `nil` if it is more than that.
  private func results(of loop: InnermostLoop, _ counters: LoopCounters)
    -> [(phi: IRValue, index: LoopIndex?, value: IRValue)]?
  {
    var list: [(phi: IRValue, index: LoopIndex?, value: IRValue)] = []
    for phi in loop.exits[0].instructions where phi.isPhi {
      guard let value = phi.incoming.first(where: { $0.block == loop.header })?.value else {
        return nil
      }
      let index = loop.isInvariant(value) ? nil : LoopIndex(value, counters)
      guard loop.isInvariant(value) || index != nil else { return nil }
      list.append((phi, index, value))
    }
    return list
  }

  // MARK: The rolled loop

  /// Appends the loop behind the old one; it still lacks its entry.
  private func emit(_ copies: LoopCopies, _ streams: [Stream], _ total: IRValue)
    -> (entry: BasicBlock, body: BasicBlock)
  {
    let loop = copies.counters.loop
    let entry = loop.header.appendBehind(in: context)
    let body = entry.appendBehind(in: context)
    builder.position(atEndOf: entry)
    // The first copy of each index, and what it is further on from copy to copy.
    var indices: [IRValue: (first: IRValue, step: Int64)] = [:]
    for value in loop.header.instructions {
      guard let index = copies.indices[value] else { continue }
      indices[value] = (
        copies.counters.first(index, builder), index.step(copies.counters) / Int64(copies.count)
      )
    }
    builder.branch(to: body)
    builder.position(atEndOf: body)
    let turn = builder.phi(context.i64)
    let narrow = builder.cast(LLVMTrunc, turn, to: context.i32)
    var copied: [IRValue: IRValue] = [:]
    for value in loop.header.instructions {
      if let (first, step) = indices[value] {
        let advance = builder.binary(
          LLVMMul, narrow, context.constant(context.i32, UInt64(UInt32(truncatingIfNeeded: step))))
        copied[value] = builder.binary(LLVMAdd, first, advance)
      } else if copies.members.contains(value) {
        let pointer = streams.first { $0.access == value }.map { stream in
          builder.advance(
            stream.first, bytes: builder.multiplyWithoutWrap(turn, wide(stream.step)))
        }
        let copy = builder.clone(value)
        for (operand, old) in value.operands.enumerated() {
          if let new = copied[old] { copy.setOperand(operand, new) }
        }
        if let pointer { copy.setOperand(value.addressOperand, pointer) }
        copied[value] = copy
      }
    }
    let next = builder.addWithoutWrap(turn, wide(1))
    turn.addIncoming(wide(0), from: entry)
    turn.addIncoming(next, from: body)
    builder.branch(
      if: builder.compare(.equal, next, total), then: loop.exits[0], else: body)
    return (entry, body)
  }

  private func join(
    _ loop: InnermostLoop, _ rolled: (entry: BasicBlock, body: BasicBlock),
    _ conditions: [IRValue], _ results: [(phi: IRValue, index: LoopIndex?, value: IRValue)],
    _ repeats: IRValue
  ) {
    let counters = LoopCounters(of: loop, context)
    builder.position(before: rolled.entry.terminator)
    let turns = builder.cast(LLVMTrunc, repeats, to: context.i32)
    for (phi, index, value) in results {
      guard let index else {
        phi.addIncoming(value, from: rolled.body)
        continue
      }
      let advance = UInt64(UInt32(truncatingIfNeeded: index.step(counters)))
      let last = builder.binary(
        LLVMAdd, counters.first(index, builder),
        builder.binary(LLVMMul, turns, context.constant(context.i32, advance)))
      phi.addIncoming(last, from: rolled.body)
    }
    loop.latch.terminator.markPlainLoop(in: context)
    let end = loop.preheader.terminator
    builder.position(before: end)
    let all = conditions.dropFirst().reduce(conditions[0]) { builder.binary(LLVMAnd, $0, $1) }
    builder.branch(if: all, then: rolled.entry, else: loop.header)
    end.erase()
  }
}
