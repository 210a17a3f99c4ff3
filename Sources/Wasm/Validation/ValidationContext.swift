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
  let types: UnsafeMutableBufferPointer<FlatFuncType>
  let functions: UnsafeMutableBufferPointer<TypeIndex>
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

  init(_ module: Module) {
    features = module.featuresEnabled
    let listed = module.types.lazy.map { type -> FuncType in
      switch type.composite {
      case .function(let type): type
      case .struct, .array: FuncType(parameters: [], results: [])
      }
    }
    pool = .allocate(capacity: listed.reduce(0) { $0 + $1.parameters.count + $1.results.count })
    var used = 0
    // Look up only.
    var ids: [[ValueType]: UInt32] = [:]
    types = .allocate(capacity: module.types.count)
    for (index, type) in listed.enumerated() {
      var lists: [TypeList] = []
      for list in [type.parameters, type.results] {
        let id = ids[list] ?? UInt32(ids.count + 1)
        ids[list] = id
        let base = pool.baseAddress.map { UnsafePointer($0 + used) }
        for type in list {
          pool.initializeElement(at: used, to: OperandType(type))
          used += 1
        }
        lists.append(TypeList(base: base, count: list.count, id: id))
      }
      types.initializeElement(at: index, to: FlatFuncType(parameters: lists[0], results: lists[1]))
    }
    listMarks = Self.buffer(repeatElement(0, count: ids.count + 1))
    functions = Self.buffer(module.functions)
    globals = Self.buffer(
      module.globals.lazy.map {
        GlobalEntry(type: OperandType($0.type.value), isMutable: $0.type.isMutable)
      })
    tables = Self.buffer(
      module.tables.lazy.map {
        TableEntry(
          element: OperandType($0.type.element),
          address: OperandType($0.type.addressType.valueType))
      })
    memories = Self.buffer(module.memories.lazy.map { OperandType($0.addressType.valueType) })
    elements = Self.buffer(module.elements.lazy.map { OperandType($0.type) })
    dataCount = UInt32(module.data.count)
    declared = Self.buffer(repeatElement(false, count: module.functions.count))
  }

  deinit {
    pool.deallocate()
    types.deallocate()
    functions.deallocate()
    globals.deallocate()
    tables.deallocate()
    memories.deallocate()
    elements.deallocate()
    declared.deallocate()
    listMarks.deallocate()
  }

  private static func buffer<Element>(
    _ elements: some Collection<Element>
  ) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(fromContentsOf: elements)
    return buffer
  }
}

/// A stack of plain values that is used for one body after the other.
struct PlainStack<Element: BitwiseCopyable> {
  private(set) var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int

  init(capacity: Int) {
    base = .allocate(capacity: capacity)
    self.capacity = capacity
  }

  /// Makes room for `capacity` elements and keeps the first `count`.
  @inline(never)
  mutating func grow(to capacity: Int, keeping count: Int) {
    let larger = max(capacity, 2 * self.capacity)
    let new = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    new.update(from: base, count: count)
    base.deallocate()
    base = new
    self.capacity = larger
  }

  /// Gives the memory back; the stack must not be used after.
  func deallocate() { base.deallocate() }
}
