// Atomic accesses, fences, waiting and waking.
//
// All are sequentially consistent, on shared and unshared memories alike. Threads that
// wait are kept by the runtime. Specification: proposal "threads".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func atomic(_ operation: AtomicOperation, _ access: MemArg) {
    switch operation {
    case .fence: builder.fence(.sequentiallyConsistent)
    case .load(let type, let width):
      let memory = layout.memories[Int(access.memory)]
      let pointer = alignedAddress(access, bytes: width.byteCount, in: memory)
      let value = builder.load(context.integer(width.byteCount * 8), pointer)
      value.setAtomic(.sequentiallyConsistent, alignment: width.byteCount)
      finishAtomic(value, memory)
      // A plain store of another thread may race with it.
      push(widen(builder.freeze(value), type))
    case .store(_, let width):
      let memory = layout.memories[Int(access.memory)]
      let value = narrow(pop(), width)
      let pointer = alignedAddress(access, bytes: width.byteCount, in: memory)
      let store = builder.store(value, pointer)
      store.setAtomic(.sequentiallyConsistent, alignment: width.byteCount)
      finishAtomic(store, memory)
    case .readModifyWrite(let type, let width, let operation):
      let memory = layout.memories[Int(access.memory)]
      let value = narrow(pop(), width)
      let pointer = alignedAddress(access, bytes: width.byteCount, in: memory)
      let old = builder.readModifyWrite(operation.llvm, pointer, value)
      // LLVM takes one that changes nothing, and whose value is not used, for a fence, and
      // would drop the trap.
      old.setVolatile()
      finishAtomic(old, memory)
      push(widen(builder.freeze(old), type))
    case .compareExchange(let type, let width):
      let memory = layout.memories[Int(access.memory)]
      let replacement = narrow(pop(), width)
      let expected = narrow(pop(), width)
      let pointer = alignedAddress(access, bytes: width.byteCount, in: memory)
      let pair = builder.compareExchange(pointer, expected, replacement)
      finishAtomic(pair, memory)
      push(widen(builder.freeze(builder.extract(pair, 0)), type))
    case .wait(let type): wait(type, access)
    case .notify: notify(access)
    }
  }

  private func wait(_ type: IntegerType, _ access: MemArg) {
    let memory = layout.memories[Int(access.memory)]
    let timeout = pop()
    let expected = pop()
    let pointer = waitAddress(access, bytes: type.bitWidth / 8, in: memory)
    guard memory.type.isShared else { return trap(.expectedSharedMemory) }
    let name = type == .i32 ? "apus_atomic_wait32" : "apus_atomic_wait64"
    push(builder.call(program.runtime.function(name), [pointer, expected, timeout]))
  }

  private func notify(_ access: MemArg) {
    let memory = layout.memories[Int(access.memory)]
    let count = pop()
    let pointer = waitAddress(access, bytes: 4, in: memory)
    // Nothing can wait on a memory of one thread.
    guard memory.type.isShared else { return push(context.constant(context.i32, 0)) }
    push(builder.call(program.runtime.function("apus_atomic_notify"), [pointer, count]))
  }

  private func finishAtomic(_ access: IRValue, _ memory: MemoryEntity) {
    program.alias.mark(access, memory.alias)
    if program.options.strict { access.setVolatile() }
  }

  private func narrow(_ value: IRValue, _ width: AccessWidth) -> IRValue {
    builder.cast(LLVMTrunc, value, to: context.integer(width.byteCount * 8))
  }

  private func widen(_ value: IRValue, _ type: IntegerType) -> IRValue {
    builder.zeroExtend(value, to: context.integer(type.bitWidth))
  }
}

extension AccessWidth {
  fileprivate var byteCount: Int { Int(rawValue) / 8 }
}

extension AtomicOperator {
  fileprivate var llvm: LLVMAtomicRMWBinOp {
    switch self {
    case .add: LLVMAtomicRMWBinOpAdd
    case .sub: LLVMAtomicRMWBinOpSub
    case .and: LLVMAtomicRMWBinOpAnd
    case .or: LLVMAtomicRMWBinOpOr
    case .xor: LLVMAtomicRMWBinOpXor
    case .xchg: LLVMAtomicRMWBinOpXchg
    }
  }
}
