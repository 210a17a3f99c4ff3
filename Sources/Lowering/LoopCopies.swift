// Finds out whether the body of a loop is several copies of one computation, each a
// constant step further.
//
// Producers unroll loops for a machine that they know nothing of. What was one store became
// `count` of them; each is compared, operand by operand, with the first. Invariant operands
// must be the same, indices must advance from copy to copy as the loop does from turn to
// turn, and every access of the body must belong to a copy. Nothing is changed here.

internal import LLVM

/// The body of a loop, as `count` copies.
struct LoopCopies {
  let counters: LoopCounters
  let count: Int
  /// The values and accesses of the first copy that the others have too.
  private(set) var members: Set<IRValue> = []
  /// The accesses of the first copy, with their addresses, each with those of the other copies.
  private(set) var accesses: [Access] = []
  /// Values of the first copy that follow a counter.
  private(set) var indices: [IRValue: LoopIndex] = [:]

  /// An access, and its place in each copy.
  struct Access {
    var instruction: IRValue
    var address: LoopAddress
    /// Bytes from copy to copy.
    var step: Int64
    var bytes: Int64
    /// The constants added to the index in 32 bits, relative to the first copy's.
    var shifts: [Int64]
    /// Where it stands in the body, copy by copy.
    var places: [Int]
    var isStore: Bool { instruction.isStore }
  }

  /// Values of other copies, for each of the first.
  private var partners: [IRValue: [IRValue]] = [:]
  private let places: [IRValue: Int]

  /// The largest body that is looked at, and the most copies.
  private static let instructionLimit = 400
  private static let copyLimit = 16
  private static let stepLimit: Int64 = 64

  /// - Parameters:
  ///   - loop: a loop of one block.
  init?(_ loop: InnermostLoop, _ counters: LoopCounters) {
    let body = loop.header.instructions
    guard loop.blocks.count == 1, body.count <= Self.instructionLimit,
      !body.contains(where: \.isOpaqueToCopies)
    else { return nil }
    let stores = body.filter(\.isStore)
    for count in (2...Self.copyLimit).reversed() where stores.count % count == 0 {
      if stores.isEmpty { break }
      var copies = LoopCopies(counters, count, body)
      if copies.match(stores, in: body), copies.isComplete(body) {
        self = copies
        return
      }
    }
    return nil
  }

  private init(_ counters: LoopCounters, _ count: Int, _ body: [IRValue]) {
    self.counters = counters
    self.count = count
    places = Dictionary(uniqueKeysWithValues: body.enumerated().map { ($1, $0) })
  }

  private mutating func match(_ stores: [IRValue], in body: [IRValue]) -> Bool {
    let share = stores.count / count
    for role in 0..<share {
      let others = (1..<count).map { stores[$0 * share + role] }
      guard match(stores[role], others) else { return false }
    }
    for value in body where members.contains(value) && (value.isStore || value.isLoad) {
      guard let access = access(value) else { return false }
      accesses.append(access)
    }
    return accesses.allSatisfy { !$0.isStore || $0.step == $0.bytes }
  }

  /// Whether `value` of the first copy corresponds to `others`, one of each further copy.
  private mutating func match(_ value: IRValue, _ others: [IRValue]) -> Bool {
    if counters.loop.isInvariant(value) { return others.allSatisfy { $0 == value } }
    if let known = partners[value] { return known == others }
    if let index = LoopIndex(value, counters), !value.isLoad {
      guard advances(index, others.map { LoopIndex($0, counters) }) else { return false }
      indices[value] = index
      partners[value] = others
      return true
    }
    // A value may depend on itself only by way of a phi, and those are counters.
    if value.isPhi { return false }
    partners[value] = others
    members.insert(value)
    if value.isLoad { return others.allSatisfy { $0.isLoad && $0.type == value.type } }
    if value.isStore {
      guard others.allSatisfy({ $0.operand(0).type == value.operand(0).type }) else { return false }
      return match(value.operand(0), others.map { $0.operand(0) })
    }
    guard others.allSatisfy({ $0.isInstruction && value.isSameComputation(as: $0) }) else {
      return false
    }
    return value.operands.indices.allSatisfy { operand in
      match(value.operand(operand), others.map { $0.operand(operand) })
    }
  }

  /// Whether an index is, in each copy, a step further, and the loop's step that of all copies.
  private func advances(_ index: LoopIndex, _ others: [LoopIndex?]) -> Bool {
    let (step, rest) = index.step(counters).quotientAndRemainder(dividingBy: Int64(count))
    guard rest == 0 else { return false }
    return others.enumerated().allSatisfy { copy, other in
      other?.difference(to: index) == step * Int64(copy + 1)
    }
  }

  private func access(_ first: IRValue) -> Access? {
    let all = [first] + (partners[first] ?? [])
    let type = first.isStore ? first.operand(0).type : first.type
    let pointers = all.map { $0.operand($0.addressOperand) }
    if counters.loop.isInvariant(pointers[0]) { return nil }
    let addresses = pointers.compactMap { LoopAddress($0, counters) }
    guard addresses.count == count, type.bitWidth % 8 == 0 else { return nil }
    let address = addresses[0]
    let (step, rest) = address.index.step(counters).quotientAndRemainder(dividingBy: Int64(count))
    guard rest == 0, step.magnitude <= Self.stepLimit else { return nil }
    var shifts: [Int64] = []
    for (copy, other) in addresses.enumerated() {
      guard other.base == address.base, let shift = other.index.difference(to: address.index),
        shift + other.offset - address.offset == step * Int64(copy)
      else { return nil }
      shifts.append(shift)
    }
    return Access(
      instruction: first, address: address, step: step, bytes: Int64(type.bitWidth / 8),
      shifts: shifts, places: all.compactMap { places[$0] })
  }

  /// Whether every access of the body is one of a copy's.
  private func isComplete(_ body: [IRValue]) -> Bool {
    let covered = Set(accesses.flatMap(\.places))
    return body.enumerated().allSatisfy { place, instruction in
      covered.contains(place) || !(instruction.isLoad || instruction.isStore)
    }
  }

  /// The pairs of accesses, one of them a store, whose order is another if the copies are
  /// carried out one after the other.
  var exchanged: [(Access, Access)] {
    accesses.enumerated().flatMap { position, access in
      accesses[position...].compactMap { other in
        guard access.isStore || other.isStore, isExchanged(access, other) else { return nil }
        return (access, other)
      }
    }
  }

  private func isExchanged(_ left: Access, _ right: Access) -> Bool {
    (0..<count).contains { i in
      (0..<count).contains { j in
        if left.places[i] == right.places[j] { return false }
        let rolled = i == j ? left.places[0] < right.places[0] : i < j
        return rolled != (left.places[i] < right.places[j])
      }
    }
  }
}
