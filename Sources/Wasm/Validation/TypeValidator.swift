// Validates type definitions: what they name, and that they may stand below their
// supertypes.
//
// Specification: 3.2 "Types", 3.3 "Matching".

/// The types of a module, checked and brought to one index for each.
struct CheckedTypes {
  /// For each type, the first index of an equal one.
  private(set) var firstIndices: [TypeIndex] = []
  /// For each type, the number of supertypes above it.
  private(set) var depths: [UInt8] = []

  /// Checks the types of `module`; errors stand at `offset`.
  init(checking module: Module, at offset: Int) throws(WasmError) {
    for group in module.recursionGroups {
      for index in group { try Self.checkReferences(of: index, in: group, module, at: offset) }
    }
    var canonical = CanonicalTypes()
    let types = canonical.add(module)
    let none = TypeIndex.max
    var firsts = [TypeIndex](repeating: none, count: canonical.count)
    firstIndices.reserveCapacity(types.count)
    depths.reserveCapacity(types.count)
    for (index, type) in types.enumerated() {
      if firsts[Int(type.index)] == none { firsts[Int(type.index)] = TypeIndex(index) }
      firstIndices.append(firsts[Int(type.index)])
      let depth = canonical.depth(of: type)
      guard depth <= ImplementationLimits.subtypingDepth else {
        throw .limit(
          "supertypes above a type", UInt64(depth), ImplementationLimits.subtypingDepth,
          at: offset)
      }
      depths.append(UInt8(depth))
    }
    let matcher = DefinitionMatcher(module: module, canonical: canonical, types: types)
    for (index, type) in module.types.enumerated() {
      for supertype in type.supertypes where !matcher.mayDeclare(type, below: supertype) {
        throw .notASubtype(TypeIndex(index), of: supertype, at: offset)
      }
    }
  }

  /// The word of a type that a declaration states. One that does not exist stays as it is:
  /// nothing is typed by a declaration that was not checked.
  func operand(_ type: ValueType) -> OperandType {
    guard case .ref(let type) = type else { return OperandType(type) }
    return operand(type)
  }

  func operand(_ type: RefType) -> OperandType {
    guard case .concrete(let index) = type.heap, index < firstIndices.count else {
      return OperandType(type)
    }
    return OperandType(concrete: firstIndices[Int(index)], nullable: type.nullable)
  }

  // MARK: What a definition names

  /// A type may name those before its group and those of it; its supertypes stand before
  /// itself.
  private static func checkReferences(
    of index: Int, in group: Range<Int>, _ module: Module, at offset: Int
  ) throws(WasmError) {
    func check(_ type: ValueType) throws(WasmError) {
      if case .ref(let type) = type, case .concrete(let index) = type.heap,
        index >= group.upperBound
      {
        throw .unknown("type", index, at: offset)
      }
    }
    func check(_ field: FieldType) throws(WasmError) {
      if case .value(let type) = field.storage { try check(type) }
    }
    let type = module.types[index]
    guard type.supertypes.count <= 1 else {
      throw .severalSupertypes(TypeIndex(index), at: offset)
    }
    for supertype in type.supertypes where supertype >= index {
      throw .unknown("type", supertype, at: offset)
    }
    switch type.composite {
    case .function(let type):
      for type in type.parameters { try check(type) }
      for type in type.results { try check(type) }
    case .struct(let fields):
      for field in fields { try check(field) }
    case .array(let element): try check(element)
    }
  }
}

/// Decides whether definitions match, within one module (specification 3.3.8 to 3.3.10).
private struct DefinitionMatcher {
  let module: Module
  let canonical: CanonicalTypes
  let types: [CanonicalType]

  func mayDeclare(_ type: SubType, below index: TypeIndex) -> Bool {
    let supertype = module.types[Int(index)]
    guard !supertype.isFinal else { return false }
    switch (type.composite, supertype.composite) {
    case (.function(let type), .function(let above)):
      return matches(above.parameters, type.parameters) && matches(type.results, above.results)
    case (.struct(let fields), .struct(let above)):
      return fields.count >= above.count && zip(fields, above).allSatisfy { matches($0, $1) }
    case (.array(let element), .array(let above)):
      return matches(element, above)
    case (.function, _), (.struct, _), (.array, _):
      return false
    }
  }

  private func matches(_ found: [ValueType], _ expected: [ValueType]) -> Bool {
    found.count == expected.count && zip(found, expected).allSatisfy { matches($0, $1) }
  }

  private func matches(_ found: ValueType, _ expected: ValueType) -> Bool {
    canonical.matches(found, in: types, expected, in: types)
  }

  private func matches(_ found: StorageType, _ expected: StorageType) -> Bool {
    guard case .value(let found) = found, case .value(let expected) = expected else {
      return found == expected
    }
    return matches(found, expected)
  }

  /// What may be written must be of the same type on both sides.
  private func matches(_ found: FieldType, _ expected: FieldType) -> Bool {
    found.isMutable == expected.isMutable && matches(found.storage, expected.storage)
      && (!found.isMutable || matches(expected.storage, found.storage))
  }
}
