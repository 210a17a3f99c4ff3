// Declares linear memories: where each lives, how much it may hold, and how an access
// is kept inside it.
//
// The constants are those of `runtime-c/include/apus_abi.h`, which says why they
// suffice. Must not form pointers to a memory's contents.
// Specification: 2.5.6 "Memories", 4.5.4.

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

/// How an access is kept inside its memory.
enum BoundsCheck {
  /// Whatever a 32-bit index and offset reach is reserved, and faults.
  case reservation
  /// Whatever an index and an offset below `capacity` reach is reserved: the index is
  /// compared with this constant, the rest faults.
  case index(capacity: UInt64)
  /// The end of the access is compared with the length.
  case length
}

/// The regions of a program's memories, handed out in order.
struct MemoryPlacement {
  private var next = APUS_MEMORY_BASE

  /// The address of a region of `size` bytes.
  mutating func place(_ size: UInt64) -> UInt64 {
    let base = next
    precondition(base + size <= APUS_MEMORY_END, "the regions of all memories fit")
    next = (base + size + APUS_MEMORY_GAP + APUS_MEMORY_GAP - 1) & ~(APUS_MEMORY_GAP - 1)
    return base
  }
}

extension ProgramLowering {
  func declareMemories(_ instance: Instance, _ index: Int) {
    for binding in instance.memories {
      layouts[index].memories.append(layouts[binding.instance].memories[Int(binding.index)])
    }
    for type in instance.module.memories.dropFirst(instance.module.importedMemoryCount) {
      layouts[index].memories.append(declareMemory(type))
    }
  }

  private func declareMemory(_ type: MemoryType) -> MemoryEntity {
    let bounds = boundsCheck(of: type)
    let capacity = type.addressType == .i32 ? APUS_MEMORY32_CAPACITY : APUS_MEMORY64_CAPACITY
    let reservation: UInt64
    switch bounds {
    case .reservation: reservation = APUS_MEMORY32_RESERVATION
    case .index: reservation = APUS_MEMORY64_RESERVATION
    case .length: reservation = 0
    }
    let base = placement.place(max(reservation, capacity))
    // A memory of 2³² pages of one byte would have a size that no i32 holds.
    let addressLimit = type.addressType == .i32 ? UInt64(UInt32.max) : .max
    let pageLimit = min(capacity >> UInt64(type.pageSizeLog2), addressLimit)
    let flags = type.isShared ? APUS_MEMORY_SHARED.rawValue : 0
    let descriptor = module.addGlobal(
      "memory",
      initializer: context.structure([
        context.constant(context.i64, 0),
        context.constant(context.i64, base),
        context.constant(context.i64, reservation),
        context.constant(context.i64, type.limits.minimum),
        context.constant(context.i64, min(type.limits.maximum ?? pageLimit, pageLimit)),
        context.constant(context.i32, UInt64(type.pageSizeLog2)),
        context.constant(context.i32, UInt64(flags)),
      ]))
    let alias = alias.makeClass("memory \(memories.count)")
    memories.append(descriptor)
    return MemoryEntity(
      descriptor: descriptor,
      base: context.constant(context.i64, base).integerToPointer(context.pointer),
      type: type, bounds: bounds, alias: alias)
  }

  private func boundsCheck(of type: MemoryType) -> BoundsCheck {
    // Guard pages are the machine's, which knows no smaller ones.
    if options.boundsChecks == .explicit || type.pageSizeLog2 != 16 { return .length }
    return type.addressType == .i32 ? .reservation : .index(capacity: APUS_MEMORY64_CAPACITY)
  }
}
