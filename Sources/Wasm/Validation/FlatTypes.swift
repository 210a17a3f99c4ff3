// The types of a module laid out flat, for `ValidationContext`.
//
// Specification: 3.1.1 "Contexts".

/// The parts of the context that hold types. Whoever makes it owns its memory.
struct FlatTypes {
  let types: UnsafeMutableBufferPointer<FlatFuncType>
  let composites: UnsafeMutableBufferPointer<FlatCompositeType>
  /// What the lists of `types` point into.
  let pool: UnsafeMutableBufferPointer<OperandType>
  /// What `composites` point into.
  let fields: UnsafeMutableBufferPointer<FlatField>
  /// Number of different lists.
  private(set) var listCount = 0

  private var usedOperands = 0
  private var usedFields = 0
  // Look up only.
  private var ids: [[UInt64]: UInt32] = [:]

  init(_ module: Module, _ checked: CheckedTypes) {
    var operands = 0
    var fieldCount = 0
    for type in module.types {
      switch type.composite {
      case .function(let type): operands += type.parameters.count + type.results.count
      case .struct(let fields): fieldCount += fields.count
      case .array: fieldCount += 1
      }
    }
    types = .allocate(capacity: module.types.count)
    composites = .allocate(capacity: module.types.count)
    pool = .allocate(capacity: operands)
    fields = .allocate(capacity: fieldCount)
    for index in module.types.indices { add(module.types[index], at: index, checked) }
  }

  private mutating func add(_ type: SubType, at index: Int, _ checked: CheckedTypes) {
    let first = Int(checked.firstIndices[index])
    guard first == index else {
      types.initializeElement(at: index, to: types[first])
      composites.initializeElement(at: index, to: composites[first])
      return
    }
    var function = FlatFuncType()
    var composite = FlatCompositeType(
      kind: type.composite.kind, depth: checked.depths[index], supertype: 0, fields: nil,
      fieldCount: 0)
    if let supertype = type.supertypes.first {
      composite.supertype = checked.firstIndices[Int(supertype)]
    }
    switch type.composite {
    case .function(let type):
      function.parameters = list(type.parameters, checked)
      function.results = list(type.results, checked)
    case .struct(let list): add(list, to: &composite, checked)
    case .array(let element): add([element], to: &composite, checked)
    }
    types.initializeElement(at: index, to: function)
    composites.initializeElement(at: index, to: composite)
  }

  private mutating func list(_ list: [ValueType], _ checked: CheckedTypes) -> TypeList {
    let base = pool.baseAddress.map { UnsafePointer($0 + usedOperands) }
    var words: [UInt64] = []
    words.reserveCapacity(list.count)
    for type in list {
      let operand = checked.operand(type)
      words.append(operand.raw)
      pool.initializeElement(at: usedOperands, to: operand)
      usedOperands += 1
    }
    if ids[words] == nil {
      listCount += 1
      ids[words] = UInt32(listCount)
    }
    return TypeList(base: base, count: list.count, id: ids[words] ?? 0)
  }

  private mutating func add(
    _ list: [FieldType], to composite: inout FlatCompositeType, _ checked: CheckedTypes
  ) {
    composite.fields = fields.baseAddress.map { UnsafePointer($0 + usedFields) }
    composite.fieldCount = list.count
    for field in list {
      var type = OperandType.i32
      if case .value(let value) = field.storage { type = checked.operand(value) }
      fields.initializeElement(
        at: usedFields,
        to: FlatField(type: type, storage: field.storage, isMutable: field.isMutable))
      usedFields += 1
    }
  }
}
