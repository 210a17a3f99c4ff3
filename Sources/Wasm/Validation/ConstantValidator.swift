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

  private let importedGlobalCount: Int

  init(_ context: ValidationContext, importedGlobalCount: Int) {
    function = FunctionValidator(context)
    self.importedGlobalCount = importedGlobalCount
  }

  /// Throws where `feature` is not enabled, notes its use where it is.
  private mutating func use(
    _ feature: Feature, _ what: @autoclosure () -> String, at offset: Int
  ) throws(WasmError) {
    guard function.context.features.contains(feature) else {
      throw .featureNeeded(feature, by: what(), at: offset)
    }
    featuresUsed.formUnion(FeatureSet(feature))
  }

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    let context = function.context
    let offset = instruction.offset
    let index = instruction.index
    let operation = instruction.operation
    switch operation {
    case .integerConst, .floatConst, .vector(.const), .refNull, .end,
      .aggregate(.structNew), .aggregate(.structNewDefault), .aggregate(.arrayNew),
      .aggregate(.arrayNewDefault), .aggregate(.arrayNewFixed), .aggregate(.i31New),
      .aggregate(.anyConvertExtern), .aggregate(.externConvertAny):
      break
    case .refFunc:
      // Whatever a module names outside its bodies, they may name too.
      if index < context.functions.count { context.declared[Int(index)] = true }
    case .globalGet:
      guard index < globalLimit else { throw .unknown("global", index, at: offset) }
      guard !context.globals[Int(index)].isMutable else {
        throw .constantExpressionRequired("global.get of a mutable global", at: offset)
      }
      // Before, only imported globals could be read.
      if index >= importedGlobalCount {
        try use(.gc, "global.get of a global that is not imported", at: offset)
      }
    case .integerBinary(_, .add), .integerBinary(_, .sub), .integerBinary(_, .mul):
      try use(.extendedConst, InstructionTable.mnemonic(of: operation), at: offset)
    case .unreachable, .nop, .block, .loop, .if, .else, .br, .brIf, .brTable, .return, .call,
      .callIndirect, .returnCall, .returnCallIndirect, .drop, .select, .selectTyped,
      .localGet, .localSet, .localTee, .globalSet, .refIsNull, .tableGet, .tableSet,
      .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop, .load, .store,
      .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop,
      .integerTest, .integerUnary, .integerBinary, .integerRelation, .integerExtend,
      .floatUnary, .floatBinary, .floatRelation, .conversion, .vector, .atomic, .exception,
      .typedReference, .aggregate, .wide:
      throw .constantExpressionRequired(
        InstructionTable.mnemonic(of: operation), at: offset)
    }
    try function.consume(instruction)
  }
}
