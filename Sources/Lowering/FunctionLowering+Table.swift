// Tables and references.
//
// A funcref is the address of a function descriptor, its null the runtime's descriptor
// of no type; an externref is an opaque pointer, its null zero.
// Specification: 4.4.3 "Reference Instructions", 4.4.6 "Table Instructions".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  /// The null reference of a heap type.
  func null(of heap: HeapType) -> IRValue { program.null(of: heap, in: position) }

  /// A null of either kind is null: the operand's type is not known here, and no other
  /// reference has either of the two values.
  func isNull(_ value: IRValue) -> IRValue {
    builder.binary(
      LLVMOr, builder.compare(.equal, value, program.runtime.nullFunction),
      builder.compare(.equal, value, context.zero(context.pointer)))
  }

  func tableGet(_ index: TableIndex) {
    let table = variableTable(index)
    let element = builder.load(context.pointer, checkedElement(pop(), in: table))
    program.alias.mark(element, program.alias.tables)
    push(element)
  }

  func tableSet(_ index: TableIndex) {
    let value = pop()
    let pointer = checkedElement(pop(), in: variableTable(index))
    program.alias.mark(builder.store(value, pointer), program.alias.tables)
  }

  func tableSize(_ index: TableIndex) {
    let table = layout.tables[Int(index)]
    switch table.storage {
    case .constant(_, let count):
      push(narrow(context.constant(context.i64, UInt64(count)), table.type.addressType))
    case .variable(let descriptor):
      push(narrow(tableLength(descriptor), table.type.addressType))
    }
  }

  func tableGrow(_ index: TableIndex) {
    let table = variableTable(index)
    let delta = builder.zeroExtend(pop(), to: context.i64)
    let value = pop()
    let previous = builder.call(
      program.runtime.function("apus_table_grow"), [table, delta, value])
    push(narrow(previous, layout.tables[Int(index)].type.addressType))
  }

  func tableFill(_ index: TableIndex) {
    let table = variableTable(index)
    let count = builder.zeroExtend(pop(), to: context.i64)
    let value = pop()
    let start = builder.zeroExtend(pop(), to: context.i64)
    checkRange(
      start, count, tableLength(table), layout.tables[Int(index)].type.addressType,
      .tableOutOfBounds)
    let first = element(start, in: table)
    // A loop over the range: header with the position, body that stores.
    let origin = builder.block
    let header = makeBlock()
    builder.branch(to: header)
    builder.position(atEndOf: header)
    let position = builder.phi(context.i64)
    position.addIncoming(context.constant(context.i64, 0), from: origin)
    let body = makeBlock()
    let done = makeBlock()
    builder.branch(
      if: builder.compare(.unsignedLess, position, count), then: body, else: done)
    builder.position(atEndOf: body)
    let slot = builder.element(context.pointer, first, [position])
    program.alias.mark(builder.store(value, slot), program.alias.tables)
    let next = builder.addWithoutWrap(position, context.constant(context.i64, 1))
    position.addIncoming(next, from: builder.block)
    builder.branch(to: header)
    builder.position(atEndOf: done)
  }

  func tableCopy(to: TableIndex, from: TableIndex) {
    let target = variableTable(to)
    let source = variableTable(from)
    let count = builder.zeroExtend(pop(), to: context.i64)
    let sourceStart = builder.zeroExtend(pop(), to: context.i64)
    let targetStart = builder.zeroExtend(pop(), to: context.i64)
    checkRange(
      sourceStart, count, tableLength(source), layout.tables[Int(from)].type.addressType,
      .tableOutOfBounds)
    checkRange(
      targetStart, count, tableLength(target), layout.tables[Int(to)].type.addressType,
      .tableOutOfBounds)
    builder.moveMemory(
      to: element(targetStart, in: target), from: element(sourceStart, in: source),
      count: byteCount(count))
  }

  func tableInit(_ index: TableIndex, segment: ElemIndex) {
    let table = variableTable(index)
    let segment = layout.elements[Int(segment)]
    let count = builder.zeroExtend(pop(), to: context.i64)
    let source = builder.zeroExtend(pop(), to: context.i64)
    let target = builder.zeroExtend(pop(), to: context.i64)
    checkRange(source, count, length(of: segment), .i32, .tableOutOfBounds)
    checkRange(
      target, count, tableLength(table), layout.tables[Int(index)].type.addressType,
      .tableOutOfBounds)
    guard let segment else { return }
    builder.copyMemory(
      to: element(target, in: table),
      from: builder.element(context.pointer, segment.contents, [source]),
      count: byteCount(count))
  }

  // MARK: The table in memory

  /// The current number of elements.
  func tableLength(_ table: IRValue) -> IRValue {
    let length = builder.load(context.i64, builder.field(program.tableType, table, 1))
    program.alias.mark(length, program.alias.runtimeState)
    return length
  }

  /// Where the elements stand.
  func tableElements(_ table: IRValue) -> IRValue {
    let elements = builder.load(context.pointer, builder.field(program.tableType, table, 0))
    program.alias.mark(elements, program.alias.runtimeState)
    return elements
  }

  private func variableTable(_ index: TableIndex) -> IRValue {
    guard case .variable(let descriptor) = layout.tables[Int(index)].storage else {
      preconditionFailure("ProgramFacts took table \(index) for one that never changes")
    }
    return descriptor
  }

  private func element(_ index: IRValue, in table: IRValue) -> IRValue {
    builder.element(context.pointer, tableElements(table), [index])
  }

  private func checkedElement(_ index: IRValue, in table: IRValue) -> IRValue {
    let index = builder.zeroExtend(index, to: context.i64)
    trap(
      .tableOutOfBounds, if: builder.compare(.unsignedGreaterOrEqual, index, tableLength(table)))
    return element(index, in: table)
  }

  private func byteCount(_ elements: IRValue) -> IRValue {
    builder.binary(LLVMShl, elements, context.constant(context.i64, 3))
  }
}
