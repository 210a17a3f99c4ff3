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
    let type = try checkedType(OperandType(type))
    try popOperand(.i32)
    try popOperand(type)
    try popOperand(type)
    try pushOperand(type)
  }

  // MARK: Variables

  @inline(__always)
  private func local(_ index: LocalIndex) throws(WasmError) -> OperandType {
    guard index < localCount else { throw .unknown("local", index, at: offset) }
    return locals.base[Int(index)]
  }

  @inline(__always)
  mutating func localGet(_ index: LocalIndex) throws(WasmError) {
    let type = try local(index)
    guard type.isInitialized else { throw .uninitializedLocal(index, at: offset) }
    try pushOperand(type)
  }

  @inline(__always)
  mutating func localSet(_ index: LocalIndex) throws(WasmError) {
    let type = try local(index)
    guard type.isInitialized else { return try initialize(index) }
    try popOperand(type)
  }

  mutating func localTee(_ index: LocalIndex) throws(WasmError) {
    try localSet(index)
    try pushOperand(locals.base[Int(index)])
  }

  /// The first write to a local that has no value of its own.
  @inline(never)
  private mutating func initialize(_ index: LocalIndex) throws(WasmError) {
    let type = locals.base[Int(index)].initialized
    try popOperand(type)
    locals.base[Int(index)] = type
    if initializedCount == initialized.capacity {
      initialized.grow(to: initializedCount + 1, keeping: initializedCount)
    }
    initialized.base[initializedCount] = index
    initializedCount += 1
  }

  /// Takes back the first writes to locals beyond `count`: the construct they stand in
  /// ends.
  @inline(__always)
  mutating func forgetLocals(beyond count: UInt32) {
    while initializedCount > Int(count) {
      initializedCount -= 1
      let index = Int(initialized.base[initializedCount])
      locals.base[index] = locals.base[index].uninitialized
    }
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
    try pushOperand(try checkedType(OperandType(RefType(nullable: true, heap: heap))))
  }

  mutating func refIsNull() throws(WasmError) {
    try popReference()
    try pushOperand(.i32)
  }

  mutating func refFunc(_ index: FuncIndex) throws(WasmError) {
    guard index < context.functions.count else { throw .unknown("function", index, at: offset) }
    guard context.declared[Int(index)] else { throw .undeclaredReference(index, at: offset) }
    let type = context.firstIndices[Int(context.functions[Int(index)])]
    try pushOperand(OperandType(concrete: type, nullable: false))
  }

  /// Pops a reference of any type, which unreachable code may not have.
  @discardableResult
  mutating func popReference() throws(WasmError) -> OperandType {
    let found = try popAnyOperand()
    guard found != .bottom else { return .bottomReference }
    guard found.isReference else { throw mismatch(expected: "a reference", found: found.name) }
    return found
  }

  /// The word of a type that an instruction states, which must exist (specification 3.2).
  @inline(__always)
  func checkedType(_ type: OperandType) throws(WasmError) -> OperandType {
    guard let index = type.typeIndex else { return type }
    guard index < types.count else { throw .unknown("type", index, at: offset) }
    return context.operand(type)
  }
}
