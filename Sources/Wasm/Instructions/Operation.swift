// What an instruction does: some fifty shapes, each standing for a family that is
// decoded, validated and lowered by one rule.
//
// A shape determines immediates and signature; the table in `InstructionTable`
// gives each opcode its shape. Immediates, signatures, validation and lowering switch
// over it without a `default:`, so that the compiler lists every place a new shape needs;
// only a scan that looks for a few shapes has one.
// Specification: 2.4 "Instructions".

/// The shape of an instruction, trivially copyable.
public enum Operation: Hashable, Sendable {
  // Control (2.4.8)
  case unreachable, nop
  case block, loop, `if`, `else`, end
  case br, brIf, brTable, `return`
  case call, callIndirect
  case returnCall, returnCallIndirect

  // Parametric (2.4.4)
  case drop
  /// `select` with and without a type immediate.
  case select, selectTyped

  // Variables (2.4.5)
  case localGet, localSet, localTee
  case globalGet, globalSet

  // References (2.4.3)
  case refNull, refIsNull, refFunc

  // Tables (2.4.6)
  case tableGet, tableSet, tableSize, tableGrow, tableFill, tableCopy, tableInit, elemDrop

  // Memory (2.4.7)
  case load(LoadShape)
  case store(StoreShape)
  case memorySize, memoryGrow, memoryFill, memoryCopy, memoryInit, dataDrop

  // Numeric (2.4.1)
  case integerConst(IntegerType)
  case floatConst(FloatType)
  case integerTest(IntegerType)
  case integerUnary(IntegerType, IntegerUnaryOperator)
  case integerBinary(IntegerType, IntegerBinaryOperator)
  case integerRelation(IntegerType, IntegerRelation)
  case floatUnary(FloatType, FloatUnaryOperator)
  case floatBinary(FloatType, FloatBinaryOperator)
  case floatRelation(FloatType, FloatRelation)
  /// Sign extension of the low `SubWidth` bits.
  case integerExtend(IntegerType, SubWidth)
  case conversion(ConversionOperator)

  // Vectors (2.4.2), and what further features add
  case vector(VectorOperation)
  case atomic(AtomicOperation)
  case exception(ExceptionOperation)
  case typedReference(TypedReferenceOperation)
  case aggregate(AggregateOperation)
  case wide(WideOperation)
}

/// A memory access's width where it is narrower than the type, or a lane's.
public enum SubWidth: UInt8, Hashable, Sendable {
  case bits8 = 8
  case bits16 = 16
  case bits32 = 32
}

/// A load: what it yields and what it reads.
public enum LoadShape: Hashable, Sendable {
  case integer(IntegerType)
  case float(FloatType)
  /// Reads `SubWidth` bits and extends them, with the sign if `signed`.
  case extending(IntegerType, SubWidth, signed: Bool)
}

/// A store: what it takes and what it writes.
public enum StoreShape: Hashable, Sendable {
  case integer(IntegerType)
  case float(FloatType)
  /// Writes the low `SubWidth` bits.
  case wrapping(IntegerType, SubWidth)
}

public enum IntegerUnaryOperator: UInt8, Hashable, Sendable {
  case clz, ctz, popcnt
}

public enum IntegerBinaryOperator: UInt8, Hashable, Sendable {
  case add, sub, mul, divS, divU, remS, remU, and, or, xor, shl, shrS, shrU, rotl, rotr
}

public enum IntegerRelation: UInt8, Hashable, Sendable {
  case eq, ne, ltS, ltU, gtS, gtU, leS, leU, geS, geU
}

public enum FloatUnaryOperator: UInt8, Hashable, Sendable {
  case abs, neg, ceil, floor, trunc, nearest, sqrt
}

public enum FloatBinaryOperator: UInt8, Hashable, Sendable {
  case add, sub, mul, div, min, max, copysign
}

public enum FloatRelation: UInt8, Hashable, Sendable {
  case eq, ne, lt, gt, le, ge
}

/// A conversion between number types (specification 2.4.1, "cvtop").
public enum ConversionOperator: Hashable, Sendable {
  /// `i32.wrap_i64`
  case wrap
  /// `i64.extend_i32_*`
  case extend(signed: Bool)
  /// `iNN.trunc_fMM_*`: traps out of range.
  case truncate(IntegerType, from: FloatType, signed: Bool)
  /// `iNN.trunc_sat_fMM_*`: clamps.
  case truncateSaturating(IntegerType, from: FloatType, signed: Bool)
  /// `fNN.convert_iMM_*`
  case convert(FloatType, from: IntegerType, signed: Bool)
  /// `f32.demote_f64`
  case demote
  /// `f64.promote_f32`
  case promote
  /// `iNN.reinterpret_fNN`
  case reinterpretFloat(FloatType)
  /// `fNN.reinterpret_iNN`
  case reinterpretInteger(IntegerType)
}
