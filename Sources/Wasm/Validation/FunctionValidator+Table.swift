// Validates table instructions.
//
// Specification: 3.4.7 "Table Instructions".

extension FunctionValidator {
  func table(_ index: TableIndex) throws(WasmError) -> ValidationContext.TableEntry {
    guard index < context.tables.count else { throw .unknown("table", index, at: offset) }
    return context.tables[Int(index)]
  }

  /// The type of an element segment.
  func element(_ index: ElemIndex) throws(WasmError) -> OperandType {
    guard index < context.elements.count else {
      throw .unknown("elem segment", index, at: offset)
    }
    return context.elements[Int(index)]
  }

  mutating func tableGet(_ index: TableIndex) throws(WasmError) {
    let table = try table(index)
    try popOperand(table.address)
    try pushOperand(table.element)
  }

  mutating func tableSet(_ index: TableIndex) throws(WasmError) {
    let table = try table(index)
    try popOperand(table.element)
    try popOperand(table.address)
  }

  mutating func tableGrow(_ index: TableIndex) throws(WasmError) {
    let table = try table(index)
    try popOperand(table.address)
    try popOperand(table.element)
    try pushOperand(table.address)
  }

  mutating func tableFill(_ index: TableIndex) throws(WasmError) {
    let table = try table(index)
    try popOperand(table.address)
    try popOperand(table.element)
    try popOperand(table.address)
  }

  mutating func tableCopy(
    to destination: TableIndex, from source: TableIndex
  ) throws(WasmError) {
    let to = try table(destination)
    let from = try table(source)
    guard context.matches(from.element, to.element) else {
      throw mismatch(
        expected: "a table of \(to.element.name)", found: "one of \(from.element.name)")
    }
    // The count must fit both address types.
    try popOperand(to.address == .i64 ? from.address : to.address)
    try popOperand(from.address)
    try popOperand(to.address)
  }

  mutating func tableInit(_ index: TableIndex, segment: ElemIndex) throws(WasmError) {
    let table = try table(index)
    let type = try element(segment)
    guard context.matches(type, table.element) else {
      throw mismatch(
        expected: "a segment of \(table.element.name)", found: "one of \(type.name)")
    }
    try popOperand(.i32)
    try popOperand(.i32)
    try popOperand(table.address)
  }
}
