// Validates instructions on structures, arrays and i31.
//
// Specification: 3.4.6 "Reference Instructions", 3.4.7 "Aggregate Reference Instructions".

extension FunctionValidator {
  mutating func aggregate(
    _ operation: AggregateOperation, _ instruction: borrowing Instruction
  ) throws(WasmError) {
    let index = instruction.index
    let second = instruction.secondIndex
    switch operation {
    case .eq:
      try popOperand(.eqRef)
      try popOperand(.eqRef)
      try pushOperand(.i32)
    case .structNew: try structNew(index)
    case .structNewDefault: try structNewDefault(index)
    case .structGet(let read): try structGet(index, field: second, read)
    case .structSet: try structSet(index, field: second)
    case .arrayNew:
      let element = try array(index)
      try popOperand(.i32)
      try popOperand(element.type)
      try pushOperand(reference(index, nullable: false))
    case .arrayNewDefault:
      try checkDefaultable(try array(index), of: index)
      try popOperand(.i32)
      try pushOperand(reference(index, nullable: false))
    case .arrayNewFixed:
      let element = try array(index)
      for _ in 0..<second { try popOperand(element.type) }
      try pushOperand(reference(index, nullable: false))
    case .arrayNewData:
      try checkBytes(try array(index))
      try checkData(second)
      try newFromSegment(index)
    case .arrayNewElem:
      try checkElements(second, for: try array(index))
      try newFromSegment(index)
    case .arrayGet(let read):
      let element = try array(index)
      try check(read, of: element)
      try popOperand(.i32)
      try popOperand(reference(index, nullable: true))
      try pushOperand(element.type)
    case .arraySet:
      let element = try mutableArray(index)
      try popOperand(element.type)
      try popOperand(.i32)
      try popOperand(reference(index, nullable: true))
    case .arrayLen:
      try popOperand(.arrayRef)
      try pushOperand(.i32)
    case .arrayFill:
      let element = try mutableArray(index)
      try popOperand(.i32)
      try popOperand(element.type)
      try popOperand(.i32)
      try popOperand(reference(index, nullable: true))
    case .arrayCopy: try arrayCopy(to: index, from: second)
    case .arrayInitData:
      try checkBytes(try mutableArray(index))
      try checkData(second)
      try initFromSegment(index)
    case .arrayInitElem:
      try checkElements(second, for: try mutableArray(index))
      try initFromSegment(index)
    case .test: try refTest(instruction.castTarget)
    case .cast: try refCast(instruction.castTarget)
    case .brOnCast: try brOnCast(instruction, branchesOnFailure: false)
    case .brOnCastFail: try brOnCast(instruction, branchesOnFailure: true)
    case .anyConvertExtern: try convert(from: .externRef, to: .anyRef)
    case .externConvertAny: try convert(from: .anyRef, to: .externRef)
    case .i31New:
      try popOperand(.i32)
      try pushOperand(OperandType.i31Ref.with(nullable: false))
    case .i31Get:
      try popOperand(.i31Ref)
      try pushOperand(.i32)
    }
  }

  private func reference(_ index: TypeIndex, nullable: Bool) -> OperandType {
    context.operand(OperandType(concrete: index, nullable: nullable))
  }

  /// Between the two forms of external references; null stays what it is.
  private mutating func convert(
    from source: OperandType, to target: OperandType
  ) throws(WasmError) {
    let found = try popAnyOperand(expected: source)
    guard found == .bottom || context.matches(found, source) else {
      throw mismatch(expected: source.name, found: found.name)
    }
    try pushOperand(target.with(nullable: found != .bottom && found.isNullable))
  }

  // MARK: Types

  private func composite(
    _ index: TypeIndex, _ kind: CompositeKind, _ name: String
  ) throws(WasmError) -> FlatCompositeType {
    guard index < types.count else { throw .unknown("type", index, at: offset) }
    let type = context.composites[Int(index)]
    guard type.kind == kind else { throw .otherKind(of: index, than: name, at: offset) }
    return type
  }

  private func field(
    _ index: UInt32, of type: TypeIndex
  ) throws(WasmError) -> FlatField {
    let structure = try composite(type, .struct, "a structure")
    guard index < structure.fieldCount, let fields = structure.fields else {
      throw .unknown("field", index, at: offset)
    }
    return fields[Int(index)]
  }

  /// The elements of array type `index`.
  private func array(_ index: TypeIndex) throws(WasmError) -> FlatField {
    guard let fields = try composite(index, .array, "an array").fields else {
      throw .unknown("type", index, at: offset)
    }
    return fields[0]
  }

  private func mutableArray(_ index: TypeIndex) throws(WasmError) -> FlatField {
    let element = try array(index)
    guard element.isMutable else { throw .immutable("array", index, at: offset) }
    return element
  }

  /// A packed field is read with its sign or without; no other has a choice.
  private func check(_ read: PackedRead, of field: FlatField) throws(WasmError) {
    guard field.isPacked == (read != .whole) else {
      throw mismatch(
        expected: field.isPacked ? "to extend with a sign or without" : "a packed field",
        found: field.storage.description)
    }
  }

  private func checkDefaultable(
    _ field: FlatField, of index: TypeIndex
  ) throws(WasmError) {
    guard field.type.isDefaultable else {
      throw mismatch(expected: "fields with a default", found: field.type.name)
    }
  }

  /// Bytes of data segments stand for numbers and vectors only.
  private func checkBytes(_ element: FlatField) throws(WasmError) {
    guard !element.type.isReference else {
      throw .arrayOfReferences(element.type.name, at: offset)
    }
  }

  private func checkElements(
    _ segment: ElemIndex, for array: FlatField
  ) throws(WasmError) {
    let type = try element(segment)
    guard context.matches(type, array.type) else {
      throw mismatch(expected: "a segment of \(array.type.name)", found: "one of \(type.name)")
    }
  }

  // MARK: Structures

  private mutating func structNew(_ index: TypeIndex) throws(WasmError) {
    let structure = try composite(index, .struct, "a structure")
    var place = structure.fieldCount
    while place > 0, let fields = structure.fields {
      place -= 1
      try popOperand(fields[place].type)
    }
    try pushOperand(reference(index, nullable: false))
  }

  private mutating func structNewDefault(_ index: TypeIndex) throws(WasmError) {
    let structure = try composite(index, .struct, "a structure")
    for place in 0..<structure.fieldCount {
      guard let fields = structure.fields else { break }
      try checkDefaultable(fields[place], of: index)
    }
    try pushOperand(reference(index, nullable: false))
  }

  private mutating func structGet(
    _ index: TypeIndex, field place: UInt32, _ read: PackedRead
  ) throws(WasmError) {
    let field = try field(place, of: index)
    try check(read, of: field)
    try popOperand(reference(index, nullable: true))
    try pushOperand(field.type)
  }

  private mutating func structSet(_ index: TypeIndex, field place: UInt32) throws(WasmError) {
    let field = try field(place, of: index)
    guard field.isMutable else { throw .immutable("field", place, at: offset) }
    try popOperand(field.type)
    try popOperand(reference(index, nullable: true))
  }

  // MARK: Arrays

  /// Takes a place in the segment and a length.
  private mutating func newFromSegment(_ index: TypeIndex) throws(WasmError) {
    try popOperand(.i32)
    try popOperand(.i32)
    try pushOperand(reference(index, nullable: false))
  }

  /// Takes a place in the array, one in the segment, and a length.
  private mutating func initFromSegment(_ index: TypeIndex) throws(WasmError) {
    try popOperand(.i32)
    try popOperand(.i32)
    try popOperand(.i32)
    try popOperand(reference(index, nullable: true))
  }

  private mutating func arrayCopy(
    to index: TypeIndex, from sourceIndex: TypeIndex
  ) throws(WasmError) {
    let target = try mutableArray(index)
    let source = try array(sourceIndex)
    let areSame =
      target.isPacked || source.isPacked
      ? target.storage == source.storage : context.matches(source.type, target.type)
    guard areSame else {
      throw .arraysDoNotMatch(
        "\(source.storage)", into: "\(target.storage)", at: offset)
    }
    try popOperand(.i32)
    try popOperand(.i32)
    try popOperand(reference(sourceIndex, nullable: true))
    try popOperand(.i32)
    try popOperand(reference(index, nullable: true))
  }
}
