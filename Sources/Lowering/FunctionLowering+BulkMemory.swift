// Sizes of memories, growth, and the instructions that move many bytes.
//
// A bulk instruction checks its whole range first: out of bounds, it writes nothing.
// Specification: 4.4.7.

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func memorySize(_ index: MemIndex) {
    let memory = layout.memories[Int(index)]
    let shift = context.constant(context.i64, UInt64(memory.type.pageSizeLog2))
    let length = byteLength(of: memory)
    // In the order of all atomic accesses: growth is one of them.
    if memory.type.isShared { length.setAtomic(.sequentiallyConsistent, alignment: 8) }
    push(narrow(builder.binary(LLVMLShr, length, shift), memory.type.addressType))
  }

  func memoryGrow(_ index: MemIndex) {
    let memory = layout.memories[Int(index)]
    let delta = builder.zeroExtend(pop(), to: context.i64)
    let previous = builder.call(
      program.runtime.function("apus_memory_grow"), [memory.descriptor, delta])
    push(narrow(previous, memory.type.addressType))
  }

  func memoryFill(_ index: MemIndex) {
    let memory = layout.memories[Int(index)]
    let count = builder.zeroExtend(pop(), to: context.i64)
    let byte = builder.cast(LLVMTrunc, pop(), to: context.i8)
    let start = builder.zeroExtend(pop(), to: context.i64)
    checkRange(
      start, count, byteLength(of: memory), memory.type.addressType, .memoryOutOfBounds)
    builder.fillMemory(checkedAddress(start, in: memory), byte: byte, count: count)
  }

  func memoryCopy(to: MemIndex, from: MemIndex) {
    let target = layout.memories[Int(to)]
    let source = layout.memories[Int(from)]
    let count = builder.zeroExtend(pop(), to: context.i64)
    let sourceStart = builder.zeroExtend(pop(), to: context.i64)
    let targetStart = builder.zeroExtend(pop(), to: context.i64)
    checkRange(
      sourceStart, count, byteLength(of: source), source.type.addressType, .memoryOutOfBounds)
    checkRange(
      targetStart, count, byteLength(of: target), target.type.addressType, .memoryOutOfBounds)
    builder.moveMemory(
      to: checkedAddress(targetStart, in: target), from: checkedAddress(sourceStart, in: source),
      count: count)
  }

  func memoryInit(_ index: MemIndex, segment: DataIndex) {
    let memory = layout.memories[Int(index)]
    let segment = layout.data[Int(segment)]
    let count = builder.zeroExtend(pop(), to: context.i64)
    let source = builder.zeroExtend(pop(), to: context.i64)
    let target = builder.zeroExtend(pop(), to: context.i64)
    checkRange(source, count, length(of: segment), .i32, .memoryOutOfBounds)
    checkRange(
      target, count, byteLength(of: memory), memory.type.addressType, .memoryOutOfBounds)
    guard let segment else { return }
    builder.copyMemory(
      to: checkedAddress(target, in: memory),
      from: builder.advance(segment.contents, bytes: source), count: count)
  }

  /// `data.drop` and `elem.drop`.
  func drop(_ segment: SegmentEntity?) {
    guard let segment else { return }
    program.alias.mark(
      builder.store(context.constant(context.i64, 0), segment.length), program.alias.runtimeState)
  }

  /// The current length of a segment; active and declarative ones were dropped at
  /// instantiation.
  func length(of segment: SegmentEntity?) -> IRValue {
    guard let segment else { return context.constant(context.i64, 0) }
    let length = builder.load(context.i64, segment.length)
    program.alias.mark(length, program.alias.runtimeState)
    return length
  }

  /// Traps unless `start + count` is at most `limit`.
  ///
  /// - Parameters:
  ///   - type: `i32` where start and count are both below 2³², so that the sum does not wrap.
  func checkRange(
    _ start: IRValue, _ count: IRValue, _ limit: IRValue, _ type: AddressType, _ code: Trap
  ) {
    switch type {
    case .i32:
      let end = builder.addWithoutWrap(start, count)
      trap(code, if: builder.compare(.unsignedGreater, end, limit))
    case .i64:
      let room = builder.binary(LLVMSub, limit, count)
      trap(
        code,
        if: builder.binary(
          LLVMOr, builder.compare(.unsignedGreater, count, limit),
          builder.compare(.unsignedGreater, start, room)))
    }
  }

  /// A 64-bit size as the address type of its memory or table. The −1 of a failed growth
  /// stays −1.
  func narrow(_ value: IRValue, _ type: AddressType) -> IRValue {
    type == .i64 ? value : builder.cast(LLVMTrunc, value, to: context.i32)
  }
}
