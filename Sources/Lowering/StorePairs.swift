// Writes neighbouring floats of 64 bits as one vector.
//
// A structure of floats goes through linear memory to a function that reads two of its
// fields at once: LLVM makes such reads of neighbouring fields (as native code does), but it
// leaves two writes alone where it saves no instruction by joining them. A processor that
// reads 16 bytes which two writes made has to wait until both have left for the cache, a
// dozen cycles or more; read from one write of 16 bytes they are there at once.
// Runs last, because it only helps what stays. Between two writes that are joined stands no
// other access but writes to other bytes behind the same pointer.

internal import LLVM

/// Joins pairs of writes, function by function.
struct StorePairs: ~Copyable {
  /// A write, with its address as a number of bytes behind a pointer.
  private struct Write {
    var store: IRValue
    var pointer: IRValue
    var offset: Int64
    var bytes: Int64
  }

  /// Writes that are remembered at a time.
  private static let limit = 16

  private let builder: Builder
  private let alias: AliasClasses

  /// Goes through every function that has a body.
  static func join(in module: IRModule, _ alias: AliasClasses) {
    let pairs = StorePairs(builder: Builder(module.context), alias: alias)
    for function in module.functions {
      for block in function.blocks { pairs.join(in: block) }
    }
  }

  private func join(in block: BasicBlock) {
    // Writes that may change places: to different bytes behind one pointer.
    var open: [Write] = []
    for instruction in block.instructions where instruction.mayTouchMemory {
      let write = write(instruction)
      let isOther = write.map { write in
        open.contains { $0.pointer != write.pointer || overlap($0, write) }
      }
      if isOther ?? true || open.count == Self.limit {
        join(open)
        open.removeAll()
      }
      if let write { open.append(write) }
    }
    join(open)
  }

  /// Joins neighbours, from the lowest address on, as fields are read.
  private func join(_ writes: [Write]) {
    var rest = writes.indices.sorted { writes[$0].offset < writes[$1].offset }[...]
    while let low = rest.popFirst() {
      guard let high = rest.first, isPair(writes[low], writes[high]) else { continue }
      rest.removeFirst()
      join(low: writes[low], high: writes[high], at: writes[max(low, high)].store)
    }
  }

  private func write(_ instruction: IRValue) -> Write? {
    guard instruction.isStore, instruction.isPlainAccess else { return nil }
    let type = instruction.operand(0).type
    var pointer = instruction.operand(1)
    var offset: Int64 = 0
    while let (next, bytes) = pointer.byteStep, let constant = bytes.constantInteger {
      pointer = next
      offset &+= Int64(bitPattern: constant)
    }
    guard type.isInteger || isFloat(type), type.bitWidth % 8 == 0 else { return nil }
    return Write(
      store: instruction, pointer: pointer, offset: offset, bytes: Int64(type.bitWidth / 8))
  }

  private func isFloat(_ type: IRType) -> Bool { type == builder.context.f64 }

  private func overlap(_ left: Write, _ right: Write) -> Bool {
    left.offset < right.offset + right.bytes && right.offset < left.offset + left.bytes
  }

  private func isPair(_ low: Write, _ high: Write) -> Bool {
    isFloat(low.store.operand(0).type) && isFloat(high.store.operand(0).type)
      && high.offset - low.offset == 8
  }

  /// Puts one write in place of two, where the second stands.
  private func join(low: Write, high: Write, at second: IRValue) {
    let context = builder.context
    builder.position(before: second)
    let half = builder.insertElement(
      context.poison(context.vector(context.f64, 2)), low.store.operand(0), 0)
    let whole = builder.insertElement(half, high.store.operand(0), 1)
    let store = builder.store(whole, low.store.operand(1))
    store.setAlignment(1)
    alias.copy(from: second, to: store)
    low.store.erase()
    high.store.erase()
  }
}
