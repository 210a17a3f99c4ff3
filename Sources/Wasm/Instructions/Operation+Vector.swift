// What vector instructions do: shape by operator, as with numbers.
//
// Specification: 2.4.2 "Vector Instructions", 2.4.7 "Memory Instructions"; relaxed
// operators: 3.0 "Relaxed vector instructions".

/// How a v128 is divided into lanes.
public enum LaneShape: UInt8, Hashable, Sendable {
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2

  /// Number of lanes.
  public var lanes: UInt8 {
    switch self {
    case .i8x16: 16
    case .i16x8: 8
    case .i32x4, .f32x4: 4
    case .i64x2, .f64x2: 2
    }
  }

  /// The type of a lane outside of the vector.
  public var scalar: ValueType {
    switch self {
    case .i8x16, .i16x8, .i32x4: .i32
    case .i64x2: .i64
    case .f32x4: .f32
    case .f64x2: .f64
    }
  }
}

/// The width of what a vector or atomic instruction accesses.
public enum AccessWidth: UInt8, Hashable, Sendable {
  case bits8 = 8
  case bits16 = 16
  case bits32 = 32
  case bits64 = 64

  /// Binary logarithm of the width in bytes.
  var bytesLog2: UInt8 {
    switch self {
    case .bits8: 0
    case .bits16: 1
    case .bits32: 2
    case .bits64: 3
    }
  }
}

/// A vector instruction.
public enum VectorOperation: Hashable, Sendable {
  case const
  case load
  /// Loads 64 bits as lanes of `AccessWidth` and extends each to twice the width.
  case loadExtend(AccessWidth, signed: Bool)
  case loadSplat(AccessWidth)
  /// Loads into the lowest lane; the others are zero.
  case loadZero(AccessWidth)
  case store
  case loadLane(AccessWidth)
  case storeLane(AccessWidth)

  case shuffle
  case splat(LaneShape)
  /// Lanes narrower than 32 bits are extended, with the sign if `signed`.
  case extractLane(LaneShape, signed: Bool)
  case replaceLane(LaneShape)

  case not
  case bitwise(VectorBitwiseOperator)
  case bitselect
  case anyTrue
  case allTrue(LaneShape)
  case bitmask(LaneShape)

  /// The shape is that of the result.
  case unary(LaneShape, VectorUnaryOperator)
  case binary(LaneShape, VectorBinaryOperator)
  case ternary(LaneShape, VectorTernaryOperator)
  case integerRelation(LaneShape, IntegerRelation)
  case floatRelation(LaneShape, FloatRelation)
  case shift(LaneShape, VectorShiftOperator)
}

public enum VectorBitwiseOperator: UInt8, Hashable, Sendable {
  case and, andnot, or, xor
}

public enum VectorUnaryOperator: UInt8, Hashable, Sendable {
  case abs, neg, popcnt, sqrt, ceil, floor, trunc, nearest
  case extendLowS, extendHighS, extendLowU, extendHighU
  case extaddPairwiseS, extaddPairwiseU
  /// From f32x4 or f64x2 to i32x4; from f64x2 the upper lanes become zero.
  case truncSatF32S, truncSatF32U, truncSatF64SZero, truncSatF64UZero
  case convertI32S, convertI32U, convertLowI32S, convertLowI32U
  case demoteF64Zero, promoteLowF32
  case relaxedTruncF32S, relaxedTruncF32U, relaxedTruncF64SZero, relaxedTruncF64UZero
}

public enum VectorBinaryOperator: UInt8, Hashable, Sendable {
  case swizzle
  case add, addSatS, addSatU, sub, subSatS, subSatU, mul, div
  case minS, minU, maxS, maxU, avgrU, min, max, pmin, pmax
  case narrowS, narrowU, q15mulrSatS, dotS
  case extmulLowS, extmulHighS, extmulLowU, extmulHighU
  case relaxedSwizzle, relaxedMin, relaxedMax, relaxedQ15mulrS, relaxedDotS
}

public enum VectorTernaryOperator: UInt8, Hashable, Sendable {
  case relaxedMadd, relaxedNmadd, relaxedLaneselect, relaxedDotAddS
}

public enum VectorShiftOperator: UInt8, Hashable, Sendable {
  case shl, shrS, shrU
}

extension VectorOperation {
  var signature: Signature {
    switch self {
    case .const: Signature(.v128)
    case .load, .loadExtend, .loadSplat, .loadZero: Signature(.i32, .v128)
    case .store, .storeLane: Signature(.i32, .v128, nil)
    case .loadLane: Signature(.i32, .v128, .v128)
    case .splat(let shape): Signature(shape.scalar, .v128)
    case .extractLane(let shape, _): Signature(.v128, shape.scalar)
    case .replaceLane(let shape): Signature(.v128, shape.scalar, .v128)
    case .not, .unary: Signature(.v128, .v128)
    case .shuffle, .bitwise, .binary, .integerRelation, .floatRelation:
      Signature(.v128, .v128, .v128)
    case .bitselect, .ternary: Signature(.v128, .v128, .v128, .v128)
    case .anyTrue, .allTrue, .bitmask: Signature(.v128, .i32)
    case .shift: Signature(.v128, .i32, .v128)
    }
  }

  var immediates: Immediates {
    switch self {
    case .const: .v128
    case .load, .loadExtend, .loadSplat, .loadZero, .store: .memArg
    case .loadLane, .storeLane: .memArgLane
    case .shuffle: .lanes
    case .extractLane, .replaceLane: .lane
    case .splat, .not, .bitwise, .bitselect, .anyTrue, .allTrue, .bitmask, .unary, .binary,
      .ternary, .integerRelation, .floatRelation, .shift:
      .none
    }
  }

  var accessWidthLog2: UInt8? {
    switch self {
    case .load, .store: 4
    case .loadExtend: 3
    case .loadSplat(let width), .loadZero(let width), .loadLane(let width),
      .storeLane(let width):
      width.bytesLog2
    case .const, .shuffle, .splat, .extractLane, .replaceLane, .not, .bitwise, .bitselect,
      .anyTrue, .allTrue, .bitmask, .unary, .binary, .ternary, .integerRelation,
      .floatRelation, .shift:
      nil
    }
  }

  /// How many values a lane immediate may have.
  var laneLimit: UInt8 {
    switch self {
    case .extractLane(let shape, _), .replaceLane(let shape): shape.lanes
    case .loadLane(let width), .storeLane(let width): 128 / width.rawValue
    case .shuffle: 32
    case .const, .load, .loadExtend, .loadSplat, .loadZero, .store, .splat, .not, .bitwise,
      .bitselect, .anyTrue, .allTrue, .bitmask, .unary, .binary, .ternary, .integerRelation,
      .floatRelation, .shift:
      0
    }
  }
}
