// SANDBOX-CRITICAL. All pointers into linear memory are made here, and only here.
//
// A memory lives at a constant address. A 32-bit index, zero-extended, plus a 32-bit
// offset cannot leave the reserved range around it (see `apus_abi.h`), so an access is
// checked by the guard pages: the address must be formed in 64 bits from the
// zero-extended index, never sign-extended and never wrapped in 32 bits.
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
    let value = builder.load(
      type, address(pop(), access, bytes: type.bitWidth / 8, in: memory))
    finish(value, memory)
    return value
  }

  /// Takes an address from the stack and writes `value` there.
  func write(_ value: IRValue, _ access: MemArg) {
    let memory = layout.memories[Int(access.memory)]
    let pointer = address(pop(), access, bytes: value.type.bitWidth / 8, in: memory)
    finish(builder.store(value, pointer), memory)
  }

  /// The address of an access of `bytes` bytes, which faults or has trapped if it is out
  /// of bounds.
  private func address(_ index: IRValue, _ access: MemArg, bytes: Int, in memory: MemoryEntity)
    -> IRValue
  {
    let index = builder.zeroExtend(index, to: context.i64)
    // Both are below 2³²: the sum does not wrap.
    let effective = builder.addWithoutWrap(index, context.constant(context.i64, access.offset))
    if program.options.boundsChecks == .explicit {
      let end = builder.addWithoutWrap(effective, context.constant(context.i64, UInt64(bytes)))
      trap(.memoryOutOfBounds, if: builder.compare(.unsignedGreater, end, byteLength(of: memory)))
    }
    return builder.advance(base(of: memory), bytes: effective)
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

  /// Completes an access: the alignment of the text is only a hint, so none is claimed.
  private func finish(_ access: IRValue, _ memory: MemoryEntity) {
    access.setAlignment(1)
    program.alias.mark(access, memory.alias)
    if program.options.strict { access.setVolatile() }
  }

  /// The current length of a memory in bytes.
  func byteLength(of memory: MemoryEntity) -> IRValue {
    let length = builder.load(context.i64, memory.descriptor)
    program.alias.mark(length, program.alias.runtimeState)
    return length
  }
}
