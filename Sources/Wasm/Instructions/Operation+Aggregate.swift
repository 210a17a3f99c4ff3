// What instructions on typed references, structures and arrays do.
//
// Which immediates they have is said here, what they mean on `Instruction`.
// Specification: 2.4.3 "Reference Instructions", 2.4.5 "Aggregate Instructions", 2.4.8.

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

extension TypedReferenceOperation {
  var immediates: Immediates {
    switch self {
    case .callRef, .returnCallRef: .type
    case .asNonNull: .none
    case .brOnNull, .brOnNonNull: .label
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
