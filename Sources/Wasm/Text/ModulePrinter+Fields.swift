// The fields of a module but for functions: each prints itself on a line of its own.
//
// Specification: 6.6 "Modules", 7.4 "Custom Annotations".

extension ModulePrinter {
  /// `(func $f (;3;)` on a new line.
  mutating func open(_ keyword: String, _ index: UInt32, _ space: Identifiers) {
    text.newLine(indentation: 1)
    text.append("(")
    appendHead(keyword, index, space)
  }

  private mutating func appendHead(_ keyword: String, _ index: UInt32, _ space: Identifiers) {
    text.append(keyword)
    context.appendDefinition(index, of: space, to: &text)
    context.appendNumber(index, to: &text)
  }

  mutating func printHead() {
    text.append("(module")
    let names: [UInt32: String] = context.names.module.map { [0: $0] } ?? [:]
    context.appendDefinition(0, of: Identifiers(names, count: 1), to: &text)
  }

  // MARK: Types (specification 6.4)

  mutating func printTypes(_ group: Range<Int>) {
    guard group.count != 1 else { return printType(group.lowerBound, indentation: 1) }
    text.newLine(indentation: 1)
    text.append("(rec")
    for index in group { printType(index, indentation: 2) }
    text.newLine(indentation: 1)
    text.append(")")
  }

  private mutating func printType(_ index: Int, indentation: Int) {
    text.newLine(indentation: indentation)
    text.append("(")
    appendHead("type", TypeIndex(index), context.identifiers.types)
    let type = module.types[index]
    let isPlain = type.isFinal && type.supertypes.isEmpty
    if !isPlain {
      text.append(type.isFinal ? " (sub final" : " (sub")
      for supertype in type.supertypes {
        context.append(supertype, of: context.identifiers.types, to: &text)
      }
    }
    switch type.composite {
    case .function(let type):
      text.append(" (func")
      context.append(type, to: &text)
    case .array(let element):
      text.append(" (array ")
      append(element)
    case .struct(let fields):
      text.append(" (struct")
      let identifiers = context.identifiers.fields[TypeIndex(index)] ?? Identifiers()
      for (number, field) in fields.enumerated() {
        text.append(" (field")
        context.appendDefinition(UInt32(number), of: identifiers, to: &text)
        text.append(UInt8(ascii: " "))
        append(field)
        text.append(")")
      }
    }
    text.append(isPlain ? "))" : ")))")
  }

  private mutating func append(_ field: FieldType) {
    if field.isMutable { text.append("(mut ") }
    switch field.storage {
    case .value(let type): context.append(type, to: &text)
    case .i8: text.append("i8")
    case .i16: text.append("i16")
    }
    if field.isMutable { text.append(")") }
  }

  private mutating func append(_ type: TableType) {
    text.append(type.addressType == .i64 ? " i64 " : " ")
    append(type.limits)
    text.append(UInt8(ascii: " "))
    context.append(type.element, to: &text)
  }

  private mutating func append(_ type: MemoryType) {
    text.append(type.addressType == .i64 ? " i64 " : " ")
    append(type.limits)
    if type.isShared { text.append(" shared") }
    if type.pageSizeLog2 != 16 {
      text.append(" (pagesize ")
      text.append(decimal: UInt64(1) << UInt64(type.pageSizeLog2))
      text.append(")")
    }
  }

  private mutating func append(_ limits: Limits) {
    text.append(decimal: limits.minimum)
    guard let maximum = limits.maximum else { return }
    text.append(UInt8(ascii: " "))
    text.append(decimal: maximum)
  }

  private mutating func append(_ type: GlobalType) {
    text.append(type.isMutable ? " (mut " : " ")
    context.append(type.value, to: &text)
    if type.isMutable { text.append(")") }
  }

  // MARK: Imports and exports (specification 6.6.4, 6.6.10)

  /// - Parameters:
  ///   - number: the index it has in its index space.
  mutating func printImport(_ index: Int, at number: UInt32) {
    let item = module.imports[index]
    let identifiers = context.identifiers
    text.newLine(indentation: 1)
    text.append("(import ")
    text.append(quotedName: item.module)
    text.append(UInt8(ascii: " "))
    text.append(quotedName: item.name)
    text.append(" (")
    switch item.type {
    case .function(let type):
      appendHead("func", number, identifiers.functions)
      let names = context.names.locals[number] ?? [:]
      let count = module.functionType(at: type)?.parameters.count ?? 0
      context.append(typeUse: type, parameters: Identifiers(names, count: count), to: &text)
    case .table(let type):
      appendHead("table", number, identifiers.tables)
      append(type)
    case .memory(let type):
      appendHead("memory", number, identifiers.memories)
      append(type)
    case .global(let type):
      appendHead("global", number, identifiers.globals)
      append(type)
    case .tag(let type):
      appendHead("tag", number, identifiers.tags)
      context.append(typeUse: type, to: &text)
    }
    text.append("))")
  }

  mutating func printExport(_ export: Export) {
    let identifiers = context.identifiers
    text.newLine(indentation: 1)
    text.append("(export ")
    text.append(quotedName: export.name)
    switch export.index {
    case .function(let index): append("func", index, identifiers.functions)
    case .table(let index): append("table", index, identifiers.tables)
    case .memory(let index): append("memory", index, identifiers.memories)
    case .global(let index): append("global", index, identifiers.globals)
    case .tag(let index): append("tag", index, identifiers.tags)
    }
    text.append(")")
  }

  /// ` (func $f)`.
  private mutating func append(_ keyword: String, _ index: UInt32, _ space: Identifiers) {
    text.append(" (")
    text.append(keyword)
    context.append(index, of: space, to: &text)
    text.append(")")
  }

  // MARK: Tables, memories, tags, globals (specification 6.6.6 to 6.6.9)

  mutating func printTable(_ index: Int) throws(WasmError) {
    open("table", UInt32(index), context.identifiers.tables)
    append(module.tables[index].type)
    if let initializer = module.tables[index].initializer { try printExpression(initializer) }
    text.append(")")
  }

  mutating func printMemory(_ index: Int) {
    open("memory", UInt32(index), context.identifiers.memories)
    append(module.memories[index])
    text.append(")")
  }

  mutating func printTag(_ index: Int) {
    open("tag", UInt32(index), context.identifiers.tags)
    context.append(typeUse: module.tags[index], to: &text)
    text.append(")")
  }

  mutating func printGlobal(_ index: Int) throws(WasmError) {
    open("global", UInt32(index), context.identifiers.globals)
    append(module.globals[index].type)
    if let initializer = module.globals[index].initializer { try printExpression(initializer) }
    text.append(")")
  }

  mutating func printStart() {
    guard let start = module.start else { return }
    text.newLine(indentation: 1)
    text.append("(start")
    context.append(start, of: context.identifiers.functions, to: &text)
    text.append(")")
  }

  // MARK: Segments (specification 6.6.12, 6.6.13)

  mutating func printElementSegment(_ index: Int) throws(WasmError) {
    let segment = module.elements[index]
    open("elem", ElemIndex(index), context.identifiers.elements)
    try append(segment.mode, "table", context.identifiers.tables)
    var lineStart = text.count
    func breakLine() {
      guard text.count - lineStart > Self.lineLength else { return }
      text.newLine(indentation: 2)
      lineStart = text.count
    }
    switch segment.items {
    case .functions(let functions):
      text.append(" func")
      for function in functions {
        breakLine()
        context.append(function, of: context.identifiers.functions, to: &text)
      }
    case .expressions(let expressions):
      text.append(UInt8(ascii: " "))
      context.append(segment.type, to: &text)
      for expression in expressions {
        breakLine()
        try printExpression(expression, keyword: "item")
      }
    }
    text.append(")")
  }

  private mutating func append(
    _ mode: SegmentMode, _ keyword: String, _ space: Identifiers
  ) throws(WasmError) {
    switch mode {
    case .passive: break
    case .declarative: text.append(" declare")
    case .active(let index, let offset):
      if index != 0 { append(keyword, index, space) }
      try printExpression(offset, keyword: "offset")
    }
  }

  mutating func printDataSegment(_ index: Int) throws(WasmError) {
    let segment = module.data[index]
    open("data", DataIndex(index), context.identifiers.data)
    try append(segment.mode, "memory", context.identifiers.memories)
    appendStrings(segment.range)
    text.append(")")
  }

  /// About how long lines are that could be of any length.
  private static let lineLength = 90

  /// Bytes of the module as string literals, on lines of their own if they are many.
  private mutating func appendStrings(_ range: Range<Int>) {
    let bytes = UnsafeRawBufferPointer(rebasing: module.bytes.buffer[range])
    var width = 0
    let fits =
      bytes.count <= Self.lineLength
      && bytes.allSatisfy { byte in
        width += TextBuffer.escapedWidth(of: byte)
        return width <= Self.lineLength
      }
    if fits { return appendString(bytes, after: " ") }
    var start = 0
    width = 0
    for (index, byte) in bytes.enumerated() {
      width += TextBuffer.escapedWidth(of: byte)
      guard width >= Self.lineLength || index == bytes.count - 1 else { continue }
      text.newLine(indentation: 2)
      appendString(UnsafeRawBufferPointer(rebasing: bytes[start...index]), after: "")
      start = index + 1
      width = 0
    }
  }

  private mutating func appendString(_ bytes: UnsafeRawBufferPointer, after space: String) {
    text.append(space)
    text.append("\"")
    text.append(escaped: bytes)
    text.append("\"")
  }

  // MARK: Custom sections (specification 7.4.3)

  /// A section that is not custom, not read as something else, prints nothing.
  mutating func printCustomSection(_ index: Int) {
    let section = module.sections[index]
    guard section.id == SectionID.custom.rawValue, let name = section.name else {
      lastSection = SectionID(rawValue: section.id)
      return
    }
    if isPrintedElsewhere(name) { return }
    text.newLine(indentation: 1)
    text.append("(@custom ")
    text.append(quotedName: name)
    if let lastSection {
      text.append(" (after ")
      text.append(lastSection.keyword)
      text.append(")")
    } else {
      text.append(" (before first)")
    }
    appendStrings(section.contents(in: module.bytes.buffer))
    text.append(")")
  }

  /// Names become identifiers, hints stand at their branches.
  private func isPrintedElsewhere(_ section: String) -> Bool {
    section == "name" || section == "metadata.code.branch_hint" && !module.branchHints.isEmpty
  }
}

extension SectionRange {
  /// The contents of a custom section, behind its name.
  func contents(in buffer: UnsafeRawBufferPointer) -> Range<Int> {
    var reader = ByteReader(buffer, range: range)
    // The name was read before.
    guard (try? reader.readName()) != nil else { return range }
    return reader.position..<range.upperBound
  }
}

extension SectionID {
  /// As custom annotations name it.
  var keyword: String {
    switch self {
    case .custom, .type, .import, .table, .memory, .global, .export, .start, .code, .data, .tag:
      name
    case .function: "func"
    case .element: "elem"
    case .dataCount: "datacount"
    }
  }
}
