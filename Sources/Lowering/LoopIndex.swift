// Integers of 32 bits that advance by one constant in each turn of a loop.
//
// An index is `scale · phi + addends + constant` modulo 2³², where the phi advances by a
// constant and the addends are known before the loop. Whether it wraps is not decided here.

internal import CLLVM
internal import LLVM

/// An integer that is a linear form over a counter of a loop.
struct LoopIndex {
  /// The phi at the loop's head; `nil` where the value is the same in each turn.
  private(set) var counter: IRValue?
  private var scale: UInt32 = 0
  private var addends: [IRValue] = []
  private(set) var constant: UInt32 = 0

  /// Steps from an index back to its counter.
  private static let depthLimit = 8

  /// Takes a value apart; `nil` where it is no such form.
  init?(_ value: IRValue, _ counters: LoopCounters, depth: Int = 0) {
    guard depth < Self.depthLimit, value.type == counters.type else { return nil }
    if let number = value.constantInteger {
      constant = UInt32(truncatingIfNeeded: number)
    } else if counters.loop.isInvariant(value) {
      addends = [value]
    } else if counters.starts[value] != nil {
      counter = value
      scale = 1
    } else if let (part, addend) = value.constantOffset {
      guard let index = LoopIndex(part, counters, depth: depth + 1) else { return nil }
      self = index
      constant &+= UInt32(truncatingIfNeeded: addend)
    } else if let (part, factor) = value.constantMultiple {
      guard let index = LoopIndex(part, counters, depth: depth + 1), index.addends.isEmpty else {
        return nil
      }
      self = index
      scale &*= UInt32(truncatingIfNeeded: factor)
      constant &*= UInt32(truncatingIfNeeded: factor)
    } else if let sum = value.sum(where: counters.loop.isInvariant), !sum.isSubtracted {
      guard let index = LoopIndex(sum.value, counters, depth: depth + 1) else { return nil }
      self = index
      addends.append(sum.addend)
    } else {
      return nil
    }
  }

  /// What is added to it from one turn to the next.
  func step(_ counters: LoopCounters) -> Int64 {
    let step = counter.flatMap { counters.steps[$0] } ?? 0
    return Int64(Int32(bitPattern: scale &* step))
  }

  /// How much more it is than `other` in the same turn; `nil` where that is not constant.
  func difference(to other: LoopIndex) -> Int64? {
    guard counter == other.counter, scale == other.scale, addends.count == other.addends.count,
      Set(addends) == Set(other.addends), Set(addends).count == addends.count
    else { return nil }
    return Int64(Int32(bitPattern: constant &- other.constant))
  }

  /// Its value when `counter` has a value, computed where `builder` stands.
  func value(_ counterValue: IRValue?, _ builder: borrowing Builder) -> IRValue {
    let context = builder.context
    func number(_ value: UInt32) -> IRValue { context.constant(context.i32, UInt64(value)) }
    var sum = number(constant)
    if let counterValue {
      let multiple =
        scale == 1 ? counterValue : builder.binary(LLVMMul, counterValue, number(scale))
      sum = builder.binary(LLVMAdd, multiple, sum)
    }
    return addends.reduce(sum) { builder.binary(LLVMAdd, $0, $1) }
  }
}

/// The phis of a loop that advance by a constant.
struct LoopCounters {
  let loop: InnermostLoop
  let type: IRType
  /// What each is in the first turn.
  private(set) var starts: [IRValue: IRValue] = [:]
  private(set) var steps: [IRValue: UInt32] = [:]

  init(of loop: InnermostLoop, _ context: Context) {
    self.loop = loop
    type = context.i32
    for phi in loop.header.instructions where phi.isPhi && phi.type == type {
      guard let first = phi.incoming.first(where: { $0.block == loop.preheader }),
        let last = phi.incoming.first(where: { $0.block == loop.latch }),
        let (value, step) = last.value.constantOffset, value == phi
      else { continue }
      starts[phi] = first.value
      steps[phi] = UInt32(truncatingIfNeeded: step)
    }
  }

  /// What an index is in the first turn, computed where `builder` stands.
  func first(_ index: LoopIndex, _ builder: borrowing Builder) -> IRValue {
    index.value(index.counter.flatMap { starts[$0] }, builder)
  }
}

/// An address in a linear memory as it changes from turn to turn: `base`, which does not
/// change, plus the index without its sign, plus a constant.
struct LoopAddress {
  var base: IRValue
  var index: LoopIndex
  var offset: Int64 = 0

  /// Takes a pointer apart; `nil` where it is no such address.
  init?(_ pointer: IRValue, _ counters: LoopCounters) {
    var pointer = pointer
    var index: IRValue?
    func take(_ value: IRValue) -> Bool {
      guard index == nil, let narrow = value.extendedIndex else { return false }
      index = narrow
      return true
    }
    while !counters.loop.isInvariant(pointer) {
      guard let (next, bytes) = pointer.byteStep else { return nil }
      if let constant = bytes.constantInteger {
        offset &+= Int64(bitPattern: constant)
      } else if !take(bytes) {
        // The sum of an extended index and a constant does not wrap.
        guard let (wide, addend) = bytes.constantSum, take(wide), addend < 1 << 40 else {
          return nil
        }
        offset &+= Int64(addend)
      }
      pointer = next
    }
    guard let index, let form = LoopIndex(index, counters), (0..<1 << 40).contains(offset) else {
      return nil
    }
    base = pointer
    self.index = form
  }
}
