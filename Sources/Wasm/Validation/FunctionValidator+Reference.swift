// Validates instructions on typed references: calls, null checks and casts.
//
// Specification: 3.4.6 "Reference Instructions", 3.4.3 "Control Instructions".

extension FunctionValidator {
  mutating func typedReference(
    _ operation: TypedReferenceOperation, _ index: UInt32
  ) throws(WasmError) {
    switch operation {
    case .callRef:
      let type = try popCallee(index)
      try popOperands(type.parameters)
      try pushOperands(type.results)
    case .returnCallRef: try tailCall(try popCallee(index))
    case .asNonNull: try pushOperand(try popReference().with(nullable: false))
    case .brOnNull:
      let reference = try popReference()
      let types = try labelTypes(index)
      try popOperands(types)
      try pushOperands(types)
      try pushOperand(reference.with(nullable: false))
    case .brOnNonNull:
      let reference = try popReference()
      try passOn(reference.with(nullable: false), to: index)
    }
  }

  private mutating func popCallee(_ index: TypeIndex) throws(WasmError) -> FlatFuncType {
    try checkFunctionType(index)
    try popOperand(context.operand(OperandType(concrete: index, nullable: true)))
    return types[Int(index)]
  }

  /// Types a branch that takes `reference` along, which is off the stack already, and
  /// leaves the other operands.
  private mutating func passOn(
    _ reference: OperandType, to label: LabelIndex
  ) throws(WasmError) {
    let types = try labelTypes(label)
    guard types.count > 0, context.matches(reference, types[types.count - 1]) else {
      let expected = types.count > 0 ? types[types.count - 1].name : "nothing"
      throw mismatch(expected: "label \(label) to take \(reference.name)", found: expected)
    }
    let others = types.dropLast(1)
    try popOperands(others)
    try pushOperands(others)
  }

  // MARK: Casts

  mutating func refTest(_ target: RefType) throws(WasmError) {
    try popCastOperand(try checkedType(OperandType(target)))
    try pushOperand(.i32)
  }

  mutating func refCast(_ target: RefType) throws(WasmError) {
    let target = try checkedType(OperandType(target))
    try popCastOperand(target)
    try pushOperand(target)
  }

  /// A cast takes any reference that is below the same top as its target.
  private mutating func popCastOperand(_ target: OperandType) throws(WasmError) {
    try popOperand(context.top(above: target))
  }

  mutating func brOnCast(
    _ instruction: borrowing Instruction, branchesOnFailure: Bool
  ) throws(WasmError) {
    let source = try checkedType(OperandType(instruction.castSource))
    let target = try checkedType(OperandType(instruction.castTarget))
    guard context.matches(target, source) else {
      throw mismatch(expected: "a type below \(source.name)", found: target.name)
    }
    // What is not of the target type: null only if the target does not take it.
    let rest = target.isNullable ? source.with(nullable: false) : source
    try popOperand(source)
    try passOn(branchesOnFailure ? rest : target, to: instruction.index)
    try pushOperand(branchesOnFailure ? target : rest)
  }
}
