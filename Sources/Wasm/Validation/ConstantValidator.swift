// Validates constant expressions: those instructions alone, typed as in any body.
//
// Specification: 3.4.14 "Expressions" ("Constant Expressions").

/// Consumes the instructions of constant expressions.
struct ConstantValidator: InstructionConsumer {
  var function: FunctionValidator
  /// Globals from here on are not known yet.
  var globalLimit = 0
  /// Features that were used beyond those of the instructions themselves.
  private(set) var featuresUsed: FeatureSet = []

  init(_ context: ValidationContext) { function = FunctionValidator(context) }

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    let context = function.context
    let offset = instruction.offset
    let index = instruction.index
    switch instruction.operation {
    case .integerConst, .floatConst, .vector(.const), .refNull, .end: break
    case .refFunc:
      // Whatever a module names outside its bodies, they may name too.
      if index < context.functions.count { context.declared[Int(index)] = true }
    case .globalGet:
      guard index < globalLimit else { throw .unknown("global", index, at: offset) }
      guard !context.globals[Int(index)].isMutable else {
        throw .constantExpressionRequired("global.get of a mutable global", at: offset)
      }
    case .integerBinary(_, .add), .integerBinary(_, .sub), .integerBinary(_, .mul):
      guard context.features.contains(.extendedConst) else {
        throw .featureNeeded(
          .extendedConst, by: InstructionTable.mnemonic(of: instruction.operation), at: offset)
      }
      featuresUsed.formUnion(FeatureSet(.extendedConst))
    case .unreachable, .nop, .block, .loop, .if, .else, .br, .brIf, .brTable, .return, .call,
      .callIndirect, .returnCall, .returnCallIndirect, .drop, .select, .selectTyped,
      .localGet, .localSet, .localTee, .globalSet, .refIsNull, .tableGet, .tableSet,
      .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop, .load, .store,
      .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop,
      .integerTest, .integerUnary, .integerBinary, .integerRelation, .integerExtend,
      .floatUnary, .floatBinary, .floatRelation, .conversion, .vector, .atomic, .exception,
      .typedReference, .aggregate, .wide:
      throw .constantExpressionRequired(
        InstructionTable.mnemonic(of: instruction.operation), at: offset)
    }
    try function.consume(instruction)
  }
}
