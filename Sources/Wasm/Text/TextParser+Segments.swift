// Element and data segments, by themselves and inside of tables and memories.
//
// Specification: 6.6.9 "Element Segments", 6.6.10 "Data Segments".

extension TextParser {
  // MARK: Element segments

  /// `(elem $id? declare? (table x)? offset? list)`.
  mutating func parseElementSegment(at start: Int) throws(WasmError) {
    let index = module.elements.count
    if let name = try takeFieldName() { module.names.elements[ElemIndex(index)] = name }
    var mode = SegmentMode.passive
    var isListOfIndices = false
    if try take(.declare) {
      mode = .declarative
    } else if let table = try takeUse(.table, in: .table) {
      mode = .active(index: table, offset: try parseOffset())
      isListOfIndices = isAtIndex
    } else if current.kind == .leftParen, !isAtReferenceType {
      mode = .active(index: 0, offset: try parseOffset())
      // Without the table, `func` may be left out as well.
      isListOfIndices = isAtIndex || current.kind == .rightParen
    }
    if case .active(0, _) = mode {
    } else {
      try require(.bulkMemory, for: "an element segment that is not active", at: start)
    }
    let isList = try take(.func)
    if isList || isListOfIndices {
      try addElements(mode, .funcRef, .functions(try takeFunctions()), at: start)
    } else {
      let type = try parseReferenceType()
      try addElements(mode, type, .expressions(try parseItems()), at: start)
    }
  }

  /// The elements written inside of a table; returns how many.
  mutating func parseInlineElements(
    table: TableIndex, _ type: RefType, _ address: AddressType
  ) throws(WasmError) -> Int {
    let start = current.start
    try expectOpening(.elem)
    let offset = zero(address)
    var items: ElementItems
    if current.kind == .leftParen {
      items = .expressions(try parseItems())
    } else {
      let functions = try takeFunctions()
      items = .functions(functions)
      if type != .funcRef { items = .expressions(functions.map { reference(to: $0) }) }
    }
    try expectClosing()
    let mode = SegmentMode.active(index: table, offset: offset)
    try addElements(mode, type, items, at: start)
    return items.count
  }

  private mutating func addElements(
    _ mode: SegmentMode, _ type: RefType, _ items: ElementItems, at start: Int
  ) throws(WasmError) {
    noteSection(.element, at: start)
    try check(
      items.count, "elements", ImplementationLimits.tableElements, at: start)
    module.elements.append(
      ElementSegment(
        mode: mode, type: type, items: items, offset: SourceMap.textBase + start))
    try check(
      module.elements.count, "element segments", ImplementationLimits.elementSegments, at: start)
  }

  private mutating func takeFunctions() throws(WasmError) -> [FuncIndex] {
    var functions: [FuncIndex] = []
    while isAtIndex { functions.append(try takeIndex(in: .function)) }
    return functions
  }

  /// `(item …)` or single folded instructions.
  private mutating func parseItems() throws(WasmError) -> [ConstantExpression] {
    var items: [ConstantExpression] = []
    while current.kind == .leftParen {
      if try takeOpening(.item) {
        items.append(try parseConstant())
        try expectClosing()
      } else {
        items.append(try parseConstant(isSingle: true))
      }
    }
    return items
  }

  /// `(offset …)` or a single folded instruction.
  private mutating func parseOffset() throws(WasmError) -> ConstantExpression {
    guard try takeOpening(.offset) else { return try parseConstant(isSingle: true) }
    let offset = try parseConstant()
    try expectClosing()
    return offset
  }

  /// The expression that yields zero.
  private mutating func zero(_ address: AddressType) -> ConstantExpression {
    let start = arena.count
    sourceMap.add(start, current.start)
    arena.write(opcodeOf: address == .i32 ? .i32Const : .i64Const)
    arena.writeSigned(0)
    arena.write(opcodeOf: .end)
    return ConstantExpression(range: start..<arena.count)
  }

  private mutating func reference(to function: FuncIndex) -> ConstantExpression {
    let start = arena.count
    sourceMap.add(start, current.start)
    arena.write(opcodeOf: .refFunc)
    arena.writeU32(function)
    arena.write(opcodeOf: .end)
    return ConstantExpression(range: start..<arena.count)
  }

  /// `(table x)` or `(memory x)`; once the index stood there by itself.
  private mutating func takeUse(_ keyword: Keyword, in space: Space) throws(WasmError) -> UInt32? {
    if current.kind == .number, ahead.kind == .leftParen { return try takeU32() }
    guard try takeOpening(keyword) else { return nil }
    let index = try takeIndex(in: space)
    try expectClosing()
    return index
  }

  // MARK: Data segments

  /// `(data $id? (memory x)? offset? "…"*)`.
  mutating func parseDataSegment(at start: Int) throws(WasmError) {
    let index = module.data.count
    if let name = try takeFieldName() { module.names.data[DataIndex(index)] = name }
    var mode = SegmentMode.passive
    let useStart = current.start
    if let memory = try takeUse(.memory, in: .memory) {
      if memory != 0 { try require(.multiMemory, for: "a memory index", at: useStart) }
      mode = .active(index: memory, offset: try parseOffset())
    } else if current.kind == .leftParen {
      mode = .active(index: 0, offset: try parseOffset())
    } else {
      try require(.bulkMemory, for: "a passive data segment", at: start)
    }
    try addData(mode, try parseStrings(), at: start)
  }

  /// The type of a memory with its data written inside, if it is one.
  mutating func parseMemoryWithData(_ memory: MemIndex) throws(WasmError) -> MemoryType? {
    let isAddressed = current.keyword == .i64 || current.keyword == .i32
    guard (isAddressed ? ahead : current).kind == .leftParen else { return nil }
    let start = current.start
    let address = try parseAddressType()
    let pageSize = try parsePageSize()
    try expectOpening(.data)
    let offset = zero(address)
    let range = try parseStrings()
    try expectClosing()
    try addData(.active(index: memory, offset: offset), range, at: start)
    let pages = (UInt64(range.count) + (1 << UInt64(pageSize)) - 1) >> UInt64(pageSize)
    return MemoryType(
      limits: Limits(minimum: pages, maximum: pages), addressType: address,
      pageSizeLog2: pageSize)
  }

  private mutating func addData(
    _ mode: SegmentMode, _ range: Range<Int>, at start: Int
  ) throws(WasmError) {
    noteSection(.data, at: start)
    module.data.append(
      DataSegment(mode: mode, range: range, offset: SourceMap.textBase + start))
    try check(
      module.data.count, "data segments", ImplementationLimits.dataSegments, at: start)
  }

  /// Any number of strings, one behind the other.
  private mutating func parseStrings() throws(WasmError) -> Range<Int> {
    let start = arena.count
    while current.kind == .string {
      try arena.write(string: current.token, of: lexer)
      try advance()
    }
    return start..<arena.count
  }
}
