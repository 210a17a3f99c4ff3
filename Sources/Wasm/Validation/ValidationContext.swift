// What a body may name, laid out flat: the context C of the validation rules.
//
// Made once per module from the model, so that the validator of bodies reads plain
// memory and never counts a reference. Specification: 3.1.1 "Contexts".

/// A list of types in the context's memory, or one type by itself.
struct TypeList {
  private let base: UnsafePointer<OperandType>?
  private let single: OperandType
  let count: Int
  /// Equal for lists of equal types; zero for lists of one type by itself.
  let id: UInt32

  @inline(__always)
  static var empty: TypeList { TypeList(base: nil, count: 0, id: 0) }

  init(base: UnsafePointer<OperandType>?, count: Int, id: UInt32) {
    self.base = base
    single = .bottom
    self.count = count
    self.id = id
  }

  @inline(__always)
  init(_ type: OperandType) {
    base = nil
    single = type
    count = 1
    id = 0
  }

  /// All but the last `count` types.
  func dropLast(_ count: Int) -> TypeList {
    count < self.count ? TypeList(base: base, count: self.count - count, id: 0) : .empty
  }

  @inline(__always)
  subscript(index: Int) -> OperandType {
    if let base { base[index] } else { single }
  }
}

/// Parameters and results of a function type.
struct FlatFuncType {
  var parameters = TypeList.empty
  var results = TypeList.empty
}

/// What is known of a type beyond the lists of a function type.
struct FlatCompositeType {
  var kind: CompositeKind
  /// Number of supertypes above it, and the first index of the declared one.
  var depth: UInt8
  var supertype: TypeIndex
  /// The fields of a structure; one field, that of the elements, of an array.
  var fields: UnsafePointer<FlatField>?
  var fieldCount: Int
}

/// A field as instructions see it.
struct FlatField {
  /// What is read and written: of packed fields i32.
  var type: OperandType
  var storage: StorageType
  var isMutable: Bool

  var isPacked: Bool { storage == .i8 || storage == .i16 }
}

/// The context that bodies and expressions of one module are validated in.
final class ValidationContext {
  struct GlobalEntry {
    var type: OperandType
    var isMutable: Bool
  }

  struct TableEntry {
    var element: OperandType
    var address: OperandType
  }

  let features: FeatureSet
  /// For each type, the first index of an equal one.
  let firstIndices: UnsafeMutableBufferPointer<TypeIndex>
  /// The function types; empty lists in the place of others.
  let types: UnsafeMutableBufferPointer<FlatFuncType>
  let composites: UnsafeMutableBufferPointer<FlatCompositeType>
  let functions: UnsafeMutableBufferPointer<TypeIndex>
  /// The types of the tags.
  let tags: UnsafeMutableBufferPointer<TypeIndex>
  let globals: UnsafeMutableBufferPointer<GlobalEntry>
  let tables: UnsafeMutableBufferPointer<TableEntry>
  /// The address types of the memories.
  let memories: UnsafeMutableBufferPointer<OperandType>
  /// The types of the element segments.
  let elements: UnsafeMutableBufferPointer<OperandType>
  let dataCount: UInt32
  /// For each function, whether `ref.func` in a body may name it.
  let declared: UnsafeMutableBufferPointer<Bool>
  /// For each id of a list, a mark that `br_table` leaves.
  let listMarks: UnsafeMutableBufferPointer<UInt32>
  private let pool: UnsafeMutableBufferPointer<OperandType>
  private let fieldPool: UnsafeMutableBufferPointer<FlatField>

  /// - Parameters:
  ///   - types: the types of `module`, which were checked. Nothing else of it was.
  init(_ module: Module, _ types: CheckedTypes) {
    features = module.featuresEnabled
    firstIndices = Self.buffer(types.firstIndices)
    let flat = FlatTypes(module, types)
    self.types = flat.types
    composites = flat.composites
    pool = flat.pool
    fieldPool = flat.fields
    listMarks = Self.buffer(repeatElement(0, count: flat.listCount + 1))
    functions = Self.buffer(module.functions)
    tags = Self.buffer(module.tags)
    globals = Self.buffer(
      module.globals.lazy.map {
        GlobalEntry(type: types.operand($0.type.value), isMutable: $0.type.isMutable)
      })
    tables = Self.buffer(
      module.tables.lazy.map {
        TableEntry(
          element: types.operand($0.type.element),
          address: OperandType($0.type.addressType.valueType))
      })
    memories = Self.buffer(module.memories.lazy.map { OperandType($0.addressType.valueType) })
    elements = Self.buffer(
      module.elements.lazy.map { segment in
        let type = types.operand(segment.type)
        // What function indices stand for is never null.
        if case .functions = segment.items { return type.with(nullable: false) }
        return type
      })
    dataCount = UInt32(module.data.count)
    declared = Self.buffer(repeatElement(false, count: module.functions.count))
  }

  deinit {
    pool.deallocate()
    fieldPool.deallocate()
    firstIndices.deallocate()
    types.deallocate()
    composites.deallocate()
    tags.deallocate()
    functions.deallocate()
    globals.deallocate()
    tables.deallocate()
    memories.deallocate()
    elements.deallocate()
    declared.deallocate()
    listMarks.deallocate()
  }

  /// The word of a type that an instruction or a declaration states, which must exist.
  @inline(__always)
  func operand(_ type: OperandType) -> OperandType {
    guard let index = type.typeIndex else { return type }
    return OperandType(concrete: firstIndices[Int(index)], nullable: type.isNullable)
  }

  private static func buffer<Element>(
    _ elements: some Collection<Element>
  ) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(fromContentsOf: elements)
    return buffer
  }
}
