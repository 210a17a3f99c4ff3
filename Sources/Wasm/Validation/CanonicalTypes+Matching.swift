// Matching of types of different modules.
//
// A type is given with the canonical types of the module that it is seen from.
// Specification: 3.3 "Matching".

extension CanonicalTypes {
  /// Whether a value of type `found` may stand where `expected` is wanted.
  public func matches(
    _ found: ValueType, in types: [CanonicalType], _ expected: ValueType,
    in expectedTypes: [CanonicalType]
  ) -> Bool {
    guard case .ref(let found) = found, case .ref(let expected) = expected else {
      return found == expected
    }
    return matches(found, in: types, expected, in: expectedTypes)
  }

  /// Whether `found` is a subtype of `expected`.
  public func matches(
    _ found: RefType, in types: [CanonicalType], _ expected: RefType,
    in expectedTypes: [CanonicalType]
  ) -> Bool {
    guard expected.nullable || !found.nullable else { return false }
    switch (found.heap, expected.heap) {
    case (.concrete(let found), .concrete(let expected)):
      return isSubtype(types[Int(found)], of: expectedTypes[Int(expected)])
    case (.concrete(let found), _):
      return kind(of: types[Int(found)]).heapType.isBelow(expected.heap)
    case (_, .concrete(let expected)):
      return found.heap == kind(of: expectedTypes[Int(expected)]).bottom
    default:
      return found.heap.isBelow(expected.heap)
    }
  }

  /// Whether what has type `found` may be imported as `expected` (specification 3.3.16).
  public func matches(
    _ found: ExternType, in types: [CanonicalType], _ expected: ExternType,
    in expectedTypes: [CanonicalType]
  ) -> Bool {
    func same(_ first: ValueType, _ second: ValueType) -> Bool {
      matches(first, in: types, second, in: expectedTypes)
        && matches(second, in: expectedTypes, first, in: types)
    }
    switch (found, expected) {
    case (.function(let found), .function(let expected)):
      return isSubtype(types[Int(found)], of: expectedTypes[Int(expected)])
    case (.table(let found), .table(let expected)):
      return found.addressType == expected.addressType
        && found.limits.matches(expected.limits)
        && same(.ref(found.element), .ref(expected.element))
    case (.memory(let found), .memory(let expected)):
      return found.addressType == expected.addressType && found.isShared == expected.isShared
        && found.pageSizeLog2 == expected.pageSizeLog2 && found.limits.matches(expected.limits)
    case (.global(let found), .global(let expected)):
      guard found.isMutable == expected.isMutable else { return false }
      return found.isMutable
        ? same(found.value, expected.value)
        : matches(found.value, in: types, expected.value, in: expectedTypes)
    case (.tag(let found), .tag(let expected)):
      return types[Int(found)] == expectedTypes[Int(expected)]
    case (.function, _), (.table, _), (.memory, _), (.global, _), (.tag, _):
      return false
    }
  }
}

extension Limits {
  /// Whether they are inside of `other` (specification 3.3.12).
  public func matches(_ other: Limits) -> Bool {
    guard minimum >= other.minimum else { return false }
    guard let bound = other.maximum else { return true }
    return maximum.map { $0 <= bound } ?? false
  }
}

extension CompositeKind {
  /// The abstract type that all types of this kind are below.
  public var heapType: HeapType {
    switch self {
    case .function: .func
    case .struct: .struct
    case .array: .array
    }
  }

  /// The abstract type that is below all types of this kind.
  public var bottom: HeapType { self == .function ? .noFunc : .none }
}
