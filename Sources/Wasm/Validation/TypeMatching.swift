// When a value of one type may stand where another is expected.
//
// Specification: 3.3 "Matching".

extension ValidationContext {
  /// Whether `found` matches `expected`; the bottom type matches everything.
  func matches(_ found: OperandType, _ expected: OperandType) -> Bool {
    if found == expected || found == .bottom { return true }
    guard let found = found.refType, let expected = expected.refType else { return false }
    return (expected.nullable || !found.nullable) && matches(found.heap, expected.heap)
  }

  /// Whether each type of `found` matches the one of `expected` at its place.
  func matches(_ found: TypeList, _ expected: TypeList) -> Bool {
    if found.id != 0, found.id == expected.id { return true }
    guard found.count == expected.count else { return false }
    return (0..<found.count).allSatisfy { matches(found[$0], expected[$0]) }
  }

  /// Matching of heap types (specification 3.3.3).
  private func matches(_ found: HeapType, _ expected: HeapType) -> Bool {
    switch (found, expected) {
    case let (found, expected) where found == expected: true
    case (.concrete(let found), .concrete(let expected)): equal(found, expected)
    case (.concrete, .func), (.noFunc, .func), (.noFunc, .concrete): true
    case (.eq, .any): true
    case (.i31, .eq), (.i31, .any): true
    case (.struct, .eq), (.struct, .any): true
    case (.array, .eq), (.array, .any): true
    case (.none, .i31), (.none, .struct), (.none, .array), (.none, .eq), (.none, .any): true
    case (.noExtern, .extern): true
    case (.noExn, .exn): true
    default: false
    }
  }

  /// Whether two function types are the same, whatever their indices.
  private func equal(_ first: TypeIndex, _ second: TypeIndex) -> Bool {
    guard first < types.count, second < types.count else { return false }
    let (first, second) = (types[Int(first)], types[Int(second)])
    return first.parameters.id == second.parameters.id && first.results.id == second.results.id
  }
}
