// When a value of one type may stand where another is expected.
//
// Specification: 3.3 "Matching".

extension ValidationContext {
  /// Whether `found` matches `expected`; the bottom type matches everything.
  func matches(_ found: OperandType, _ expected: OperandType) -> Bool {
    if found == expected || found == .bottom { return true }
    guard found.isReference, expected.isReference, expected.isNullable || !found.isNullable else {
      return false
    }
    return heapMatches(found, expected)
  }

  /// Whether each type of `found` matches the one of `expected` at its place.
  func matches(_ found: TypeList, _ expected: TypeList) -> Bool {
    if found.id != 0, found.id == expected.id { return true }
    guard found.count == expected.count else { return false }
    return (0..<found.count).allSatisfy { matches(found[$0], expected[$0]) }
  }

  /// Matching of the heap types of two references (specification 3.3.3).
  func heapMatches(_ found: OperandType, _ expected: OperandType) -> Bool {
    if found.heapCode == HeapCode.bottom { return true }
    switch (found.typeIndex, expected.typeIndex) {
    case (let found?, let expected?):
      return isSubtype(found, of: expected)
    case (let found?, nil):
      return HeapType.above(composites[Int(found)].kind.heapType.heapCode) >> expected.heapCode & 1
        == 1
    case (nil, let expected?):
      return found.heapCode == composites[Int(expected)].kind.bottom.heapCode
    case (nil, nil):
      return HeapType.above(found.heapCode) >> expected.heapCode & 1 == 1
    }
  }

  /// Whether a type is another or declared below it; both are first indices of their type.
  func isSubtype(_ type: TypeIndex, of other: TypeIndex) -> Bool {
    let depth = composites[Int(other)].depth
    var index = type
    while composites[Int(index)].depth > depth { index = composites[Int(index)].supertype }
    return index == other
  }

  /// The nullable reference to the highest type above that of a reference: two references
  /// can be cast to each other if they are below the same.
  func top(above type: OperandType) -> OperandType {
    let code = type.typeIndex.map { composites[Int($0)].kind.heapType.heapCode } ?? type.heapCode
    let above = HeapType.above(code)
    for top in [OperandType.anyRef, .funcRef, .externRef, .exnRef]
    where above >> UInt16(top.heapCode) & 1 == 1 { return top }
    return .anyRef
  }
}
