// What the instructions of further features do: threads, exceptions, typed references,
// garbage collection, wide arithmetic.
//
// They are in the table so that an error names them. Each feature's own work gives
// them types and lowering. Specification: 2.4 "Instructions" and the proposals.

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

/// An instruction about exceptions (specification 2.4.8).
public enum ExceptionOperation: UInt8, Hashable, Sendable {
  case `throw`, throwRef, tryTable
}

/// An instruction about typed function references (specification 2.4.3, 2.4.8).
public enum TypedReferenceOperation: UInt8, Hashable, Sendable {
  case callRef, returnCallRef, asNonNull, brOnNull, brOnNonNull
}

/// An instruction about references to garbage-collected values (specification 2.4.3,
/// 2.4.5, 2.4.8).
public enum AggregateOperation: Hashable, Sendable {
  case eq
  case structNew, structNewDefault, structGet(PackedRead), structSet
  case arrayNew, arrayNewDefault, arrayNewFixed, arrayNewData, arrayNewElem
  case arrayGet(PackedRead), arraySet, arrayLen, arrayFill, arrayCopy
  case arrayInitData, arrayInitElem
  case test(nullable: Bool), cast(nullable: Bool)
  case brOnCast, brOnCastFail
  case anyConvertExtern, externConvertAny
  case i31New, i31Get(signed: Bool)
}

/// How a field is read: as it is, or extended from a packed one.
public enum PackedRead: UInt8, Hashable, Sendable {
  case whole, signed, unsigned
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

extension TypedReferenceOperation {
  var immediates: Immediates {
    switch self {
    case .callRef, .returnCallRef: .type
    case .asNonNull: .none
    case .brOnNull, .brOnNonNull: .label
    }
  }
}

extension ExceptionOperation {
  var immediates: Immediates {
    switch self {
    case .throw: .tag
    case .throwRef: .none
    case .tryTable: .tryTable
    }
  }
}

extension AggregateOperation {
  var immediates: Immediates {
    switch self {
    case .eq, .arrayLen, .anyConvertExtern, .externConvertAny, .i31New, .i31Get: .none
    case .structNew, .structNewDefault, .arrayNew, .arrayNewDefault, .arrayGet, .arraySet,
      .arrayFill:
      .type
    case .structGet, .structSet: .typeField
    case .arrayNewFixed: .typeCount
    case .arrayNewData, .arrayInitData: .typeData
    case .arrayNewElem, .arrayInitElem: .typeElement
    case .arrayCopy: .typeType
    case .test, .cast: .heapType
    case .brOnCast, .brOnCastFail: .castBranch
    }
  }
}
