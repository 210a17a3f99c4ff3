// Types, and the definitions of types.
//
// Types do not nest in the text: what a type is made of are value types and names of
// others. Specification: 6.4 "Types".

extension TextParser {
  // MARK: Definitions (specification 6.4.8 to 6.4.11)

  /// Reads the type definitions, which the first pass found.
  mutating func parseTypeDefinitions() throws(WasmError) {
    for start in typeDefinitions {
      try restart(at: start, showsAnnotations: true)
      noteSection(.type, at: start)
      let first = module.types.count
      if try takeOpening(.rec) {
        try require(.gc, for: "a recursion group", at: start)
        while opens(.type) { try parseTypeDefinition() }
        try expectClosing()
      } else {
        try parseTypeDefinition()
      }
      module.recursionGroups.append(first..<module.types.count)
      if module.types.count == first + 1 { noteFunctionType(TypeIndex(first)) }
    }
  }

  /// Makes a type known to the uses that write it inline, if they may mean it.
  private mutating func noteFunctionType(_ index: TypeIndex) {
    let type = module.types[Int(index)]
    guard type.isFinal, type.supertypes.isEmpty, case .function(let function) = type.composite,
      functionTypes[function] == nil
    else { return }
    functionTypes[function] = index
  }

  /// The type that an inline one means: the first that is equal, or a new one.
  mutating func typeIndex(of type: FuncType, at offset: Int) throws(WasmError) -> TypeIndex {
    if let index = functionTypes[type] { return index }
    let index = TypeIndex(module.types.count)
    noteSection(.type, at: offset)
    module.types.append(SubType(.function(type)))
    try check(module.types.count, "types", ImplementationLimits.types, at: offset)
    module.recursionGroups.append(Int(index)..<Int(index) + 1)
    functionTypes[type] = index
    return index
  }

  /// `(type $id? subtype)`.
  private mutating func parseTypeDefinition() throws(WasmError) {
    let index = TypeIndex(module.types.count)
    let start = current.start
    try check(module.types.count + 1, "types", ImplementationLimits.types, at: start)
    try expectOpening(.type)
    module.names.types[index] = try takeFieldName()
    if try takeOpening(.sub) {
      try require(.gc, for: "a subtype", at: start)
      let isFinal = try take(.final)
      var supertypes: [TypeIndex] = []
      while isAtIndex { supertypes.append(try takeIndex(in: .type)) }
      let type = try parseCompositeType(of: index)
      module.types.append(SubType(type, isFinal: isFinal, supertypes: supertypes))
      try expectClosing()
    } else {
      module.types.append(SubType(try parseCompositeType(of: index)))
    }
    try expectClosing()
  }

  private mutating func parseCompositeType(of index: TypeIndex) throws(WasmError) -> CompositeType {
    let start = current.start
    if try takeOpening(.func) {
      var use = TypeUse(start: start)
      try parseSignature(into: &use, namesParameters: true)
      try expectClosing()
      return .function(use.inline)
    }
    if try takeOpening(.array) {
      try require(.gc, for: "an array type", at: start)
      let field = try parseFieldType()
      try expectClosing()
      return .array(field)
    }
    guard opens(.struct) else { throw unexpected(current.kind == .leftParen ? ahead : current) }
    _ = try takeOpening(.struct)
    try require(.gc, for: "a structure type", at: start)
    let fields = try parseFields(of: index)
    try expectClosing()
    return .struct(fields)
  }

  /// `(field $id type)` or `(field type*)`, any number of times.
  private mutating func parseFields(of index: TypeIndex) throws(WasmError) -> [FieldType] {
    var fields: [FieldType] = []
    while try takeOpening(.field) {
      if let name = try takeLocalName(UInt32(fields.count)) {
        try bindField(name, of: index)
        fields.append(try parseFieldType())
      } else {
        while current.kind != .rightParen { fields.append(try parseFieldType()) }
      }
      try check(
        fields.count, "fields", ImplementationLimits.fields, at: current.start)
      try expectClosing()
    }
    return fields
  }

  private mutating func bindField(_ field: NamedLocal, of type: TypeIndex) throws(WasmError) {
    var name = field.name
    if let token = field.token {
      let symbol = try symbol(token)
      guard fieldNames[type]?[symbol] == nil else {
        throw .duplicate("field", lexer.spelling(token), at: token.start)
      }
      fieldNames[type, default: [:]][symbol] = field.index
      if name == nil { name = try lexer.identifier(token) }
    }
    module.names.fields[type, default: [:]][field.index] = name
  }

  private mutating func parseFieldType() throws(WasmError) -> FieldType {
    let isMutable = try takeOpening(.mut)
    let storage: StorageType
    if try take(.i8) {
      storage = .i8
    } else if try take(.i16) {
      storage = .i16
    } else {
      storage = .value(try parseValueType())
    }
    if isMutable { try expectClosing() }
    return FieldType(storage: storage, isMutable: isMutable)
  }

  // MARK: Value types (specification 6.4.1 to 6.4.6)

  mutating func parseValueType() throws(WasmError) -> ValueType {
    let type: ValueType
    switch current.keyword {
    case .i32: type = .i32
    case .i64: type = .i64
    case .f32: type = .f32
    case .f64: type = .f64
    case .v128:
      type = .v128
      try require(.simd, for: "v128", at: current.start)
    default:
      let start = current.start
      let reference = try parseReferenceType()
      try require(.referenceTypes, for: "\(reference)", at: start)
      return .ref(reference)
    }
    try advance()
    return type
  }

  var isAtReferenceType: Bool {
    opens(.ref) || current.keyword.flatMap { Self.shortReferenceType($0) } != nil
  }

  mutating func parseReferenceType() throws(WasmError) -> RefType {
    let start = current.start
    let type: RefType
    if let heap = current.keyword.flatMap({ Self.shortReferenceType($0) }) {
      type = RefType(nullable: true, heap: heap)
      try advance()
    } else if opens(.ref) {
      _ = try takeOpening(.ref)
      let nullable = try take(.null)
      type = RefType(nullable: nullable, heap: try parseHeapType())
      try expectClosing()
    } else {
      throw unexpected(current)
    }
    try require(type.features, for: "\(type)", at: start)
    return type
  }

  private static func shortReferenceType(_ keyword: Keyword) -> HeapType? {
    switch keyword {
    case .anyref: .any
    case .eqref: .eq
    case .i31ref: .i31
    case .structref: .struct
    case .arrayref: .array
    case .nullref: HeapType.none
    case .funcref: .func
    case .nullfuncref: .noFunc
    case .externref: .extern
    case .nullexternref: .noExtern
    case .exnref: .exn
    case .nullexnref: .noExn
    default: nil
    }
  }

  mutating func parseHeapType() throws(WasmError) -> HeapType {
    if isAtIndex { return .concrete(try takeIndex(in: .type)) }
    let heap: HeapType
    switch current.keyword {
    case .any: heap = .any
    case .eq: heap = .eq
    case .i31: heap = .i31
    case .struct: heap = .struct
    case .array: heap = .array
    case .noneType: heap = .none
    case .func: heap = .func
    case .nofunc: heap = .noFunc
    case .extern: heap = .extern
    case .noextern: heap = .noExtern
    case .exn: heap = .exn
    case .noexn: heap = .noExn
    default: throw unexpected(current)
    }
    try require(heap.features, for: "\(heap)", at: current.start)
    try advance()
    return heap
  }

  // MARK: Limits, tables, memories, globals (specification 6.4.12 to 6.4.16)

  /// The address type, where one is written.
  mutating func parseAddressType() throws(WasmError) -> AddressType {
    let start = current.start
    if try take(.i64) {
      try require(.memory64, for: "a 64-bit address type", at: start)
      return .i64
    }
    _ = try take(.i32)
    return .i32
  }

  mutating func parseLimits() throws(WasmError) -> Limits {
    let minimum = try takeSize()
    return Limits(minimum: minimum, maximum: current.kind == .number ? try takeSize() : nil)
  }

  /// Sizes have 64 bits, whatever the address type, since there are two of those.
  private mutating func takeSize() throws(WasmError) -> UInt64 {
    if !features.contains(.memory64) { return UInt64(try takeU32()) }
    guard current.kind == .number, let number = NumberLiteral(spelling(current.token)),
      number.form == .integer, !number.hasSign
    else { throw unexpected(current) }
    guard let value = number.magnitude else {
      throw .constantOutOfRange("i64 ", at: current.start)
    }
    try advance()
    return value
  }

  mutating func parseTableType() throws(WasmError) -> TableType {
    let address = try parseAddressType()
    let limits = try parseLimits()
    return TableType(element: try parseReferenceType(), limits: limits, addressType: address)
  }

  mutating func parseMemoryType() throws(WasmError) -> MemoryType {
    let address = try parseAddressType()
    var type = MemoryType(limits: try parseLimits(), addressType: address)
    let start = current.start
    type.isShared = current.token.kind == .keyword && current.keyword == .shared
    if type.isShared {
      try require(.threads, for: "a shared memory", at: start)
      try advance()
    }
    type.pageSizeLog2 = try parsePageSize()
    return type
  }

  /// `(pagesize n)`, as a binary logarithm; 16 where none is written.
  mutating func parsePageSize() throws(WasmError) -> UInt8 {
    let start = current.start
    guard try takeOpening(.pagesize) else { return 16 }
    try require(.customPageSizes, for: "a page size", at: start)
    let sizeStart = current.start
    let size = try takeU32()
    guard size.nonzeroBitCount == 1 else { throw .invalidPageSize(size, at: sizeStart) }
    try expectClosing()
    return UInt8(size.trailingZeroBitCount)
  }

  mutating func parseGlobalType() throws(WasmError) -> GlobalType {
    let isMutable = try takeOpening(.mut)
    let type = GlobalType(value: try parseValueType(), isMutable: isMutable)
    if isMutable { try expectClosing() }
    return type
  }
}
