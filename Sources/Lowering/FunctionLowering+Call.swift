// Calls: direct, through a table, and guaranteed tail calls.
//
// Specification: 4.4.8.9 "Calls", 4.4.10.

internal import LLVM
internal import Wasm

extension FunctionLowering {
  func call(_ index: FuncIndex) {
    let callee = layout.functions[Int(index)]
    emitCall(callee.signature, callee.function.value)
  }

  func callIndirect(_ type: TypeIndex, table: TableIndex) {
    let signature = signature(at: type)
    let code = resolve(pop(), in: layout.tables[Int(table)], as: signature)
    emitCall(signature, code)
  }

  func returnCall(_ index: FuncIndex) {
    let callee = layout.functions[Int(index)]
    emitTailCall(callee.signature, callee.function.value)
  }

  func returnCallIndirect(_ type: TypeIndex, table: TableIndex) {
    let signature = signature(at: type)
    let code = resolve(pop(), in: layout.tables[Int(table)], as: signature)
    emitTailCall(signature, code)
  }

  private func signature(at index: TypeIndex) -> Signature {
    guard let type = module.functionType(at: index) else {
      preconditionFailure("a valid call has type \(index)")
    }
    return program.types.signature(type)
  }

  /// Calls `code` with arguments from the stack and pushes its results.
  private func emitCall(_ signature: Signature, _ code: IRValue) {
    var arguments = pop(signature.type.parameters.count)
    var buffer: IRValue?
    if case .indirect(let type) = signature.results {
      let slot = makeSlot(type)
      arguments.insert(slot, at: 0)
      buffer = slot
    }
    let result = builder.call(signature.ir, code, arguments)
    result.setCallConvention(program.callingConvention)
    switch signature.results {
    case .none: break
    case .single: push(result)
    case .pair:
      push(builder.extract(result, 0))
      push(builder.extract(result, 1))
    case .indirect(let type):
      guard let buffer else { return }
      for (index, resultType) in signature.resultTypes.enumerated() {
        push(builder.load(resultType, builder.field(type, buffer, index)))
      }
    }
  }

  /// Replaces the current call by a call of `code`; its results are ours.
  private func emitTailCall(_ signature: Signature, _ code: IRValue) {
    var arguments = pop(signature.type.parameters.count)
    if signature.hasResultPointer { arguments.insert(entity.function.parameter(0), at: 0) }
    let result = builder.call(signature.ir, code, arguments)
    result.setCallConvention(program.callingConvention)
    result.setMustTail()
    if signature.returnsVoid {
      builder.returnVoid()
    } else {
      builder.return(result)
    }
    markUnreachable()
  }

  /// The code of element `index` of a table: one bounds check, one type check. Which
  /// trap it is, is found out only once it is one.
  private func resolve(_ index: IRValue, in table: TableEntity, as signature: Signature) -> IRValue
  {
    let index = builder.zeroExtend(index, to: context.i64)
    let entry: IRValue
    switch table.storage {
    case .constant(let array, let count):
      let limit = context.constant(context.i64, UInt64(count))
      trap(.undefinedElement, if: builder.compare(.unsignedGreaterOrEqual, index, limit))
      entry = builder.element(program.functionDescriptorType, array, [index])
    case .variable(let descriptor):
      let limit = tableLength(descriptor)
      trap(.undefinedElement, if: builder.compare(.unsignedGreaterOrEqual, index, limit))
      let slot = builder.element(context.pointer, tableElements(descriptor), [index])
      entry = builder.load(context.pointer, slot)
      program.alias.mark(entry, program.alias.tables)
    }
    let type = builder.load(
      context.i64, builder.field(program.functionDescriptorType, entry, 1))
    let matches = makeBlock()
    let mismatch = makeBlock()
    let expected = context.constant(context.i64, signature.number)
    builder.branch(if: builder.compare(.equal, type, expected), then: matches, else: mismatch)
    builder.position(atEndOf: mismatch)
    trap(
      .uninitializedElement,
      if: builder.compare(.equal, type, context.constant(context.i64, 0)))
    trap(.indirectCallTypeMismatch)
    unreachableDepth = nil
    builder.position(atEndOf: matches)
    return builder.load(
      context.pointer, builder.field(program.functionDescriptorType, entry, 0))
  }
}
