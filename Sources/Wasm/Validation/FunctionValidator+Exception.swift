// Validates instructions about exceptions, the legacy ones included.
//
// Specification: 3.4.3 "Control Instructions", proposal "legacy exception handling".

extension FunctionValidator {
  mutating func exception(
    _ operation: ExceptionOperation, _ instruction: borrowing Instruction
  ) throws(WasmError) {
    let index = instruction.index
    switch operation {
    case .throw:
      try popOperands(try tag(index))
      markUnreachable()
    case .throwRef:
      try popOperand(.exnRef)
      markUnreachable()
    case .tryTable:
      for clause in instruction.catches { try check(clause) }
      try block(.block, instruction.blockType)
    case .try: try block(.try, instruction.blockType)
    case .catch:
      try endPart()
      beginPart(.catch)
      try pushOperands(try tag(index))
    case .catchAll:
      try endPart()
      beginPart(.catchAll)
    case .delegate: try delegate(index)
    case .rethrow: try rethrow(index)
    }
  }

  /// What exceptions of a tag carry.
  private func tag(_ index: TagIndex) throws(WasmError) -> TypeList {
    guard index < context.tags.count else { throw .unknown("tag", index, at: offset) }
    return types[Int(context.tags[Int(index)])].parameters
  }

  /// A clause branches with what its tag carries and, maybe, the exception. Its label is
  /// seen from outside of the `try_table`.
  private func check(_ clause: CatchClause) throws(WasmError) {
    let carried = clause.kind.hasTag ? try tag(clause.tag) : .empty
    let expected = try labelTypes(clause.label)
    guard clause.kind.hasReference else {
      guard context.matches(carried, expected) else { throw catchMismatch(clause) }
      return
    }
    let reference = OperandType(RefType(nullable: false, heap: .exn))
    guard expected.count == carried.count + 1,
      context.matches(reference, expected[carried.count]),
      context.matches(carried, expected.dropLast(1))
    else { throw catchMismatch(clause) }
  }

  private func catchMismatch(_ clause: CatchClause) -> WasmError {
    mismatch(
      expected: "label \(clause.label) to take what the clause catches", found: "other types")
  }

  // MARK: Legacy

  /// Ends the body of a `try` or of a handler, behind which a handler may follow.
  private mutating func endPart() throws(WasmError) {
    let frame = controls.base[controlCount - 1]
    guard frame.kind == .try || frame.kind == .catch else { throw .endExpected(at: offset) }
    try popResults(results(frame.signature), of: "a try")
  }

  /// Ends a `try`; its label is seen from outside of it.
  private mutating func delegate(_ label: LabelIndex) throws(WasmError) {
    let frame = controls.base[controlCount - 1]
    guard frame.kind == .try else { throw .endExpected(at: offset) }
    let results = results(frame.signature)
    try popResults(results, of: "a try")
    popFrame(frame)
    guard label < controlCount else { throw .unknown("label", label, at: offset) }
    try pushOperands(results)
  }

  private mutating func rethrow(_ label: LabelIndex) throws(WasmError) {
    guard label < controlCount else { throw .unknown("label", label, at: offset) }
    let kind = controls.base[controlCount - 1 - Int(label)].kind
    guard kind == .catch || kind == .catchAll else {
      throw .invalidRethrowLabel(label, at: offset)
    }
    markUnreachable()
  }
}
