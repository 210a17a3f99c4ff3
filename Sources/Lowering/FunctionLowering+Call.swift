// Calls: direct, through a table, and guaranteed tail calls.
//
// Specification: 4.4.8.9 "Calls", 4.4.10.

internal import CLLVM
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

  /// Calls what a reference leads to. The null function's code traps, so that nothing is
  /// compared here.
  func callRef(_ type: TypeIndex) { emitCall(signature(at: type), code(of: pop())) }

  func returnCallRef(_ type: TypeIndex) { emitTailCall(signature(at: type), code(of: pop())) }

  private func signature(at index: TypeIndex) -> Signature {
    program.types.signature(index, in: instance, position)
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
      // An address far behind the array, though control never gets to it, could not be linked.
      let isOutside = index.constantInteger.map { $0 >= UInt64(count) } ?? false
      entry = builder.element(
        program.functionDescriptorType, array, [isOutside ? context.zero(context.i64) : index])
    case .variable(let descriptor):
      let limit = tableLength(descriptor)
      trap(.undefinedElement, if: builder.compare(.unsignedGreaterOrEqual, index, limit))
      let slot = builder.element(context.pointer, tableElements(descriptor), [index])
      entry = builder.load(context.pointer, slot)
      program.alias.mark(entry, program.alias.tables)
    }
    let type = typeNumber(of: entry)
    let matches = makeBlock()
    let mismatch = makeBlock()
    builder.branch(if: isIn(signature.numbers, type), then: matches, else: mismatch)
    builder.position(atEndOf: mismatch)
    trap(
      .uninitializedElement,
      if: builder.compare(.equal, type, context.constant(context.i64, 0)))
    trap(.indirectCallTypeMismatch)
    unreachableDepth = nil
    builder.position(atEndOf: matches)
    return code(of: entry)
  }

  // MARK: Function descriptors

  /// The code that a function descriptor names.
  private func code(of descriptor: IRValue) -> IRValue {
    loadConstant(context.pointer, builder.field(program.functionDescriptorType, descriptor, 0))
  }

  /// The number of the type that a function descriptor names, 0 for the null function.
  func typeNumber(of descriptor: IRValue) -> IRValue {
    loadConstant(context.i64, builder.field(program.functionDescriptorType, descriptor, 1))
  }

  /// Whether a type's number is one of `numbers`.
  func isIn(_ numbers: Range<UInt64>, _ number: IRValue) -> IRValue {
    let first = context.constant(context.i64, numbers.lowerBound)
    if numbers.count == 1 { return builder.compare(.equal, number, first) }
    return builder.compare(
      .unsignedLess, builder.binary(LLVMSub, number, first),
      context.constant(context.i64, UInt64(numbers.count)))
  }

  /// Reads what never changes: descriptors are constants of the executable.
  private func loadConstant(_ type: IRType, _ pointer: IRValue) -> IRValue {
    let value = builder.load(type, pointer)
    program.alias.markConstant(value)
    return value
  }
}
