// Checks what the grammar of expressions says beyond instructions: which constructs the
// parts of others may stand in.
//
// Knows no types. Specification: 5.4.1 "Control Instructions".

/// Consumes an expression of which only the encoding is to be checked.
struct SyntaxChecker: InstructionConsumer {
  /// An open construct, by which parts may follow in it.
  private enum Construct {
    /// None.
    case plain
    /// An `if` without `else`.
    case `if`
    /// A legacy `try`: before its first handler, and after; behind `catch_all` none may
    /// follow.
    case `try`, `catch`
  }

  private var open: [Construct] = []

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    switch instruction.operation {
    case .if: open.append(.if)
    case .block, .loop, .exception(.tryTable): open.append(.plain)
    case .exception(.try): open.append(.try)
    case .end: _ = open.popLast()
    case .else: try replace([.if], by: .plain, at: instruction.offset)
    case .exception(.catch): try replace([.try, .catch], by: .catch, at: instruction.offset)
    case .exception(.catchAll): try replace([.try, .catch], by: .plain, at: instruction.offset)
    case .exception(.delegate):
      guard open.popLast() == .try else { throw .endExpected(at: instruction.offset) }
    case .unreachable, .nop, .br, .brIf, .brTable, .return, .call, .callIndirect, .returnCall,
      .returnCallIndirect, .drop, .select, .selectTyped, .localGet, .localSet, .localTee,
      .globalGet, .globalSet, .refNull, .refIsNull, .refFunc, .tableGet, .tableSet, .tableSize,
      .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop, .load, .store, .memorySize,
      .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop, .integerConst,
      .floatConst, .integerTest, .integerUnary, .integerBinary, .integerRelation,
      .integerExtend, .floatUnary, .floatBinary, .floatRelation, .conversion, .vector, .atomic,
      .exception(.throw), .exception(.throwRef), .exception(.rethrow), .typedReference,
      .aggregate, .wide:
      break
    }
  }

  /// Begins the next part of the innermost construct, which must be one of `expected`.
  private mutating func replace(
    _ expected: [Construct], by next: Construct, at offset: Int
  ) throws(WasmError) {
    guard let last = open.popLast(), expected.contains(last) else {
      throw .endExpected(at: offset)
    }
    open.append(next)
  }
}
