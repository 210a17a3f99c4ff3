// Local and global variables, drop and select.
//
// Locals are stack slots that LLVM promotes to registers. Specification: 4.4.4, 4.4.5.

internal import LLVM
internal import Wasm

extension FunctionLowering {
  /// Makes a slot for each parameter and local and initialises it. Called in the
  /// function's entry block.
  func declareLocals(_ groups: [LocalGroup]) {
    let signature = entity.signature
    let first = signature.hasResultPointer ? 1 : 0
    for (index, type) in signature.type.parameters.enumerated() {
      let type = program.types.lower(type)
      let slot = builder.alloca(type)
      builder.store(entity.function.parameter(first + index), slot)
      locals.append((slot, type))
    }
    for group in groups {
      let type = program.types.lower(group.type)
      let initial: IRValue
      if case .ref(let reference) = group.type {
        initial = null(of: reference.heap)
      } else {
        initial = context.zero(type)
      }
      for _ in 0..<group.count {
        let slot = builder.alloca(type)
        builder.store(initial, slot)
        locals.append((slot, type))
      }
    }
  }

  func localGet(_ index: LocalIndex) {
    let local = locals[Int(index)]
    push(builder.load(local.type, local.slot))
  }

  func localSet(_ index: LocalIndex) { builder.store(pop(), locals[Int(index)].slot) }

  func localTee(_ index: LocalIndex) {
    let value = pop()
    builder.store(value, locals[Int(index)].slot)
    push(value)
  }

  func globalGet(_ index: GlobalIndex) {
    let global = layout.globals[Int(index)]
    switch global.storage {
    case .constant(let value): push(value)
    case .variable(let pointer, let alias):
      let value = builder.load(global.type, pointer)
      program.alias.mark(value, alias)
      push(value)
    }
  }

  func globalSet(_ index: GlobalIndex) {
    guard case .variable(let pointer, let alias) = layout.globals[Int(index)].storage else {
      preconditionFailure("a valid global.set names a mutable global")
    }
    program.alias.mark(builder.store(pop(), pointer), alias)
  }

  func select() {
    let condition = isNonzero(pop())
    let otherwise = pop()
    push(builder.select(condition, pop(), otherwise))
  }

  /// Whether an i32 is not zero, as a bit.
  func isNonzero(_ value: IRValue) -> IRValue {
    builder.compare(.notEqual, value, context.constant(context.i32, 0))
  }

  /// A bit as the i32 that comparisons yield.
  func pushBit(_ value: IRValue) { push(builder.zeroExtend(value, to: context.i32)) }
}
