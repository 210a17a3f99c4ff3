// SANDBOX-CRITICAL. All pointers into linear memory are made here, and only here.
//
// A memory lives at a constant address. How an access is kept inside its region is a
// matter of the memory (`BoundsCheck`): by the guard pages around it, by one comparison
// of the index with a constant and the guard pages, or by a comparison with the length.
// In each the address is formed in 64 bits from the zero-extended index, never
// sign-extended and never wrapped.
// Specification: 4.4.7 "Memory Instructions".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func load(_ shape: LoadShape, _ access: MemArg) {
    switch shape {
    case .integer(let type): push(read(context.integer(type.bitWidth), access))
    case .float(let type): push(read(type == .f32 ? context.f32 : context.f64, access))
    case .extending(let type, let width, let signed):
      let value = read(context.integer(Int(width.rawValue)), access)
      let wide = context.integer(type.bitWidth)
      push(builder.cast(signed ? LLVMSExt : LLVMZExt, value, to: wide))
    }
  }

  func store(_ shape: StoreShape, _ access: MemArg) {
    var value = pop()
    if case .wrapping(_, let width) = shape {
      value = builder.cast(LLVMTrunc, value, to: context.integer(Int(width.rawValue)))
    }
    write(value, access)
  }

  /// Takes an address from the stack and reads `type` there.
  func read(_ type: IRType, _ access: MemArg) -> IRValue {
    let memory = layout.memories[Int(access.memory)]
    let pointer = address(pop(), access, bytes: type.bitWidth / 8, in: memory)
    let value = program.reads.read(type, pointer, memory.alias, builder)
    // A race with another thread yields some value, the same for all who use it.
    return memory.type.isShared ? builder.freeze(value) : value
  }

  /// Takes an address from the stack and writes `value` there.
  func write(_ value: IRValue, _ access: MemArg) {
    let memory = layout.memories[Int(access.memory)]
    let pointer = address(pop(), access, bytes: value.type.bitWidth / 8, in: memory)
    let store = builder.store(value, pointer)
    // The alignment of the text is only a hint, so none is claimed.
    store.setAlignment(1)
    program.alias.mark(store, memory.alias)
    if program.options.strict { store.setVolatile() }
  }

  /// Takes an address from the stack: that of an atomic access, which traps unless it is a
  /// multiple of its size. Of the two ways to be wrong, this is found first.
  func alignedAddress(_ access: MemArg, bytes: Int, in memory: MemoryEntity) -> IRValue {
    let index = pop()
    checkAlignment(index, access, bytes: bytes)
    return address(index, access, bytes: bytes, in: memory)
  }

  /// The same for an instruction that the runtime carries out: the bounds are checked by
  /// comparison, whatever the memory, because a fault would be one of the runtime.
  func waitAddress(_ access: MemArg, bytes: Int, in memory: MemoryEntity) -> IRValue {
    let index = pop()
    checkAlignment(index, access, bytes: bytes)
    let wide = builder.zeroExtend(index, to: context.i64)
    checkLength(wide, access.offset, bytes: bytes, in: memory)
    return checkedAddress(
      builder.addWithoutWrap(wide, context.constant(context.i64, access.offset)), in: memory)
  }

  private func checkAlignment(_ index: IRValue, _ access: MemArg, bytes: Int) {
    if bytes == 1 { return }
    // A carry out of the low bits does not matter, so neither does a wrap.
    let sum = builder.binary(LLVMAdd, index, context.constant(index.type, access.offset))
    let rest = builder.binary(LLVMAnd, sum, context.constant(index.type, UInt64(bytes - 1)))
    trap(.unalignedAtomic, if: builder.compare(.notEqual, rest, context.zero(index.type)))
  }

  /// The address of an access of `bytes` bytes, which faults or has trapped if it is out
  /// of bounds.
  private func address(_ index: IRValue, _ access: MemArg, bytes: Int, in memory: MemoryEntity)
    -> IRValue
  {
    let index = builder.zeroExtend(index, to: context.i64)
    switch memory.bounds {
    case .reservation: break
    case .index(let capacity):
      let limit = context.constant(context.i64, access.offset < capacity ? capacity : 0)
      trap(.memoryOutOfBounds, if: builder.compare(.unsignedGreaterOrEqual, index, limit))
    case .length: checkLength(index, access.offset, bytes: bytes, in: memory)
    }
    // Index and offset are below 2⁶², whatever the check: the sum does not wrap.
    let effective = builder.addWithoutWrap(index, context.constant(context.i64, access.offset))
    return builder.advance(base(of: memory), bytes: effective)
  }

  /// Traps unless `bytes` bytes at `index + offset` are below the memory's length.
  private func checkLength(_ index: IRValue, _ offset: UInt64, bytes: Int, in memory: MemoryEntity)
  {
    let (end, wraps) = offset.addingReportingOverflow(UInt64(bytes))
    let length = byteLength(of: memory)
    // What no memory holds is out of bounds for every index.
    let last = context.constant(context.i64, wraps ? .max : end)
    if end > memory.minimumLength || wraps {
      trap(.memoryOutOfBounds, if: builder.compare(.unsignedGreater, last, length))
    }
    let room = builder.binary(LLVMSub, length, last)
    trap(.memoryOutOfBounds, if: builder.compare(.unsignedGreater, index, room))
  }

  /// The address of a range that was checked against the memory's length.
  func checkedAddress(_ index: IRValue, in memory: MemoryEntity) -> IRValue {
    builder.advance(base(of: memory), bytes: index)
  }

  /// The address of a memory's first byte, as a value of this function.
  ///
  /// The constant itself would be one value for the whole program, and passes that look
  /// through the users of an address would look through all accesses there are. The
  /// intrinsic returns its argument; code generation removes it.
  private func base(of memory: MemoryEntity) -> IRValue {
    if let known = bases[memory.base] { return known }
    let base = inEntryBlock {
      builder.call(
        program.module.intrinsic("llvm.strip.invariant.group", [context.pointer]), [memory.base])
    }
    bases[memory.base] = base
    return base
  }

  /// The current length of a memory in bytes.
  func byteLength(of memory: MemoryEntity) -> IRValue {
    let length = builder.load(context.i64, memory.descriptor)
    program.alias.mark(length, program.alias.runtimeState)
    // Another thread may grow it: never half a value, and none is made up.
    if memory.type.isShared { length.setAtomic(.unordered, alignment: 8) }
    return length
  }
}
