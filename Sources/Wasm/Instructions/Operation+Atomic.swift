// What atomic and wide instructions do.
//
// Specification: proposals "threads" and "wide arithmetic".

/// An atomic instruction (proposal "threads").
public enum AtomicOperation: Hashable, Sendable {
  case notify
  case wait(IntegerType)
  case fence
  /// Reads `AccessWidth` bits, zero-extended where the type is wider.
  case load(IntegerType, AccessWidth)
  case store(IntegerType, AccessWidth)
  case readModifyWrite(IntegerType, AccessWidth, AtomicOperator)
  case compareExchange(IntegerType, AccessWidth)
}

public enum AtomicOperator: UInt8, Hashable, Sendable {
  case add, sub, and, or, xor, xchg
}

/// An instruction on integers of 128 bits in halves (proposal "wide arithmetic").
public enum WideOperation: UInt8, Hashable, Sendable {
  case add128, sub128, mulWideS, mulWideU
}

extension AtomicOperation {
  var signature: Signature {
    switch self {
    case .notify: Signature(.i32, .i32, .i32)
    case .wait(let type): Signature(.i32, ValueType(type), .i64, .i32)
    case .fence: Signature(nil)
    case .load(let type, _): Signature(.i32, ValueType(type))
    case .store(let type, _): Signature(.i32, ValueType(type), nil)
    case .readModifyWrite(let type, _, _):
      Signature(.i32, ValueType(type), ValueType(type))
    case .compareExchange(let type, _):
      Signature(.i32, ValueType(type), ValueType(type), ValueType(type))
    }
  }

  var accessWidthLog2: UInt8? {
    switch self {
    case .notify: 2
    case .wait(let type): type == .i32 ? 2 : 3
    case .fence: nil
    case .load(_, let width), .store(_, let width), .readModifyWrite(_, let width, _),
      .compareExchange(_, let width):
      width.bytesLog2
    }
  }
}

extension WideOperation {
  /// How many 64-bit integers the operation takes; every one yields two, the low half
  /// first.
  public var operandCount: Int {
    switch self {
    case .add128, .sub128: 4
    case .mulWideS, .mulWideU: 2
    }
  }
}
