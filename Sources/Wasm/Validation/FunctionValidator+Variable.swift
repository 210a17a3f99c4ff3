// Validates parametric, variable and reference instructions.
//
// Specification: 3.4.2 "Parametric Instructions", 3.4.4 "Variable Instructions",
// 3.4.6 "Reference Instructions".

extension FunctionValidator {
  // MARK: Parametric

  /// Without a type, `select` chooses between two numbers or vectors of one type.
  mutating func select() throws(WasmError) {
    try popOperand(.i32)
    let second = try popAnyOperand()
    let first = try popAnyOperand()
    guard !first.isReference, !second.isReference else {
      throw mismatch(
        expected: "numbers or vectors", found: (first.isReference ? first : second).name)
    }
    guard first == second || first == .bottom || second == .bottom else {
      throw mismatch(expected: first.name, found: second.name)
    }
    try pushOperand(first == .bottom ? second : first)
  }

  mutating func select(_ type: ValueType) throws(WasmError) {
    try checkType(type)
    let type = OperandType(type)
    try popOperand(.i32)
    try popOperand(type)
    try popOperand(type)
    try pushOperand(type)
  }

  // MARK: Variables

  @inline(__always)
  func local(_ index: LocalIndex) throws(WasmError) -> OperandType {
    guard index < localCount else { throw .unknown("local", index, at: offset) }
    return locals.base[Int(index)]
  }

  mutating func localTee(_ index: LocalIndex) throws(WasmError) {
    let type = try local(index)
    try popOperand(type)
    try pushOperand(type)
  }

  @inline(__always)
  func global(_ index: GlobalIndex) throws(WasmError) -> ValidationContext.GlobalEntry {
    guard index < context.globals.count else { throw .unknown("global", index, at: offset) }
    return context.globals[Int(index)]
  }

  mutating func globalSet(_ index: GlobalIndex) throws(WasmError) {
    let global = try global(index)
    guard global.isMutable else { throw .immutableGlobal(index, at: offset) }
    try popOperand(global.type)
  }

  // MARK: References

  mutating func refNull(_ heap: HeapType) throws(WasmError) {
    let type = RefType(nullable: true, heap: heap)
    try checkType(.ref(type))
    try pushOperand(OperandType(type))
  }

  mutating func refIsNull() throws(WasmError) {
    let found = try popAnyOperand(expected: "a reference")
    guard found.isReference || found == .bottom else {
      throw mismatch(expected: "a reference", found: found.name)
    }
    try pushOperand(.i32)
  }

  mutating func refFunc(_ index: FuncIndex) throws(WasmError) {
    guard index < context.functions.count else { throw .unknown("function", index, at: offset) }
    guard context.declared[Int(index)] else { throw .undeclaredReference(index, at: offset) }
    try pushOperand(.funcRef)
  }

  /// Checks that a type an instruction states exists (specification 3.2).
  func checkType(_ type: ValueType) throws(WasmError) {
    if case .ref(let type) = type, case .concrete(let index) = type.heap, index >= types.count {
      throw .unknown("type", index, at: offset)
    }
  }
}
