// Encodes modules: the canonical binary of a module, however it was made.
//
// Integers have their shortest form; bodies, expressions and data are copied byte for
// byte from where the module keeps them. Specification: 5.5 "Modules".

/// Encodes modules in the binary format.
public enum ModuleEncoder {
  /// The binary of `module`.
  ///
  /// Custom sections stand where they stood between the others; the sections "name" and
  /// "metadata.code.branch_hint" are made from what the module says.
  public static func encode(_ module: Module) -> [UInt8] {
    defer { withExtendedLifetime(module.bytes) {} }
    var encoder = SectionEncoder(module)
    encoder.encodeModule()
    return encoder.output.bytes
  }
}

extension Module {
  /// The sections that a binary of the module has, custom ones left out, in order.
  var sectionIDs: [SectionID] {
    var ids: [SectionID] = []
    if !types.isEmpty { ids.append(.type) }
    if !imports.isEmpty { ids.append(.import) }
    if functions.count > importedFunctionCount { ids.append(.function) }
    if tables.count > importedTableCount { ids.append(.table) }
    if memories.count > importedMemoryCount { ids.append(.memory) }
    if tags.count > importedTagCount { ids.append(.tag) }
    if globals.count > importedGlobalCount { ids.append(.global) }
    if !exports.isEmpty { ids.append(.export) }
    if start != nil { ids.append(.start) }
    if !elements.isEmpty { ids.append(.element) }
    if dataCount != nil { ids.append(.dataCount) }
    if !code.isEmpty { ids.append(.code) }
    if !data.isEmpty { ids.append(.data) }
    return ids
  }
}

/// Encodes the sections of one module.
struct SectionEncoder {
  let module: Module
  var output = ByteWriter()
  /// The contents of the section that is encoded.
  var contents = ByteWriter()

  init(_ module: Module) { self.module = module }

  mutating func encodeModule() {
    output.writeFixed32(0x6d73_6100)
    output.writeFixed32(1)
    var custom = module.sections[...]
    for id in module.sectionIDs {
      encodeCustomSections(from: &custom, before: id)
      if id == .code { encodeBranchHints() }
      encode(id)
    }
    encodeCustomSections(from: &custom, before: nil)
    if !hasNameSection { encodeNames() }
  }

  /// Copies the custom sections that stand before section `next`, or all that are left.
  private mutating func encodeCustomSections(
    from sections: inout ArraySlice<SectionRange>, before next: SectionID?
  ) {
    while let section = sections.first {
      guard let id = SectionID(rawValue: section.id) else { return }
      if let next, id != .custom, id.order >= next.order { return }
      sections.removeFirst()
      if id == .custom { copy(section) }
    }
  }

  private mutating func copy(_ section: SectionRange) {
    if section.name == "name", hasNameSection {
      encodeNames()
    } else if section.name != BranchHint.sectionName || module.branchHints.isEmpty {
      write(.custom, module.bytes.buffer[section.range])
    }
  }

  /// Whether a section of the module says where its names go.
  private var hasNameSection: Bool {
    module.sourceMap == nil && module.sections.contains { $0.name == "name" }
  }

  /// Writes the section that was encoded into `contents`.
  mutating func endSection(_ id: SectionID) {
    output.write(id.rawValue)
    output.writeCount(contents.count)
    output.write(contentsOf: contents.bytes)
    contents.cut(to: 0)
  }

  private mutating func write(_ id: SectionID, _ bytes: Slice<UnsafeRawBufferPointer>) {
    output.write(id.rawValue)
    output.writeCount(bytes.count)
    output.write(contentsOf: bytes)
  }

  // MARK: Sections (specification 5.5.4 to 5.5.15)

  private mutating func encode(_ id: SectionID) {
    switch id {
    case .custom: return
    case .type: encodeTypes()
    case .import: encodeImports()
    case .function:
      let functions = module.functions[module.importedFunctionCount...]
      contents.writeCount(functions.count)
      for type in functions { contents.writeU32(type) }
    case .table: encodeTables()
    case .memory:
      let memories = module.memories[module.importedMemoryCount...]
      contents.writeCount(memories.count)
      for type in memories { contents.write(type) }
    case .tag:
      let tags = module.tags[module.importedTagCount...]
      contents.writeCount(tags.count)
      for type in tags { contents.write(tag: type) }
    case .global: encodeGlobals()
    case .export: encodeExports()
    case .start: contents.writeU32(module.start ?? 0)
    case .element: encodeElements()
    case .dataCount: contents.writeU32(module.dataCount ?? 0)
    case .code: encodeCode()
    case .data: encodeData()
    }
    endSection(id)
  }

  private mutating func encodeTypes() {
    contents.writeCount(module.recursionGroups.count)
    for group in module.recursionGroups {
      // A group of one type is written as the type by itself.
      if group.count != 1 {
        contents.write(0x4e)
        contents.writeCount(group.count)
      }
      for type in module.types[group] { contents.write(type) }
    }
  }

  private mutating func encodeImports() {
    contents.writeCount(module.imports.count)
    for item in module.imports {
      contents.writeName(item.module)
      contents.writeName(item.name)
      switch item.type {
      case .function(let type):
        contents.write(0)
        contents.writeU32(type)
      case .table(let type):
        contents.write(1)
        contents.write(type)
      case .memory(let type):
        contents.write(2)
        contents.write(type)
      case .global(let type):
        contents.write(3)
        contents.write(type)
      case .tag(let type):
        contents.write(4)
        contents.write(tag: type)
      }
    }
  }

  private mutating func encodeTables() {
    let tables = module.tables[module.importedTableCount...]
    contents.writeCount(tables.count)
    for table in tables {
      if let initializer = table.initializer {
        contents.write(0x40)
        contents.write(0)
        contents.write(table.type)
        write(initializer)
      } else {
        contents.write(table.type)
      }
    }
  }

  private mutating func encodeGlobals() {
    let globals = module.globals[module.importedGlobalCount...]
    contents.writeCount(globals.count)
    for global in globals {
      contents.write(global.type)
      if let initializer = global.initializer { write(initializer) }
    }
  }

  private mutating func encodeExports() {
    contents.writeCount(module.exports.count)
    for export in module.exports {
      contents.writeName(export.name)
      let (kind, index): (UInt8, UInt32) =
        switch export.index {
        case .function(let index): (0, index)
        case .table(let index): (1, index)
        case .memory(let index): (2, index)
        case .global(let index): (3, index)
        case .tag(let index): (4, index)
        }
      contents.write(kind)
      contents.writeU32(index)
    }
  }

  private mutating func encodeCode() {
    contents.writeCount(module.code.count)
    for body in module.code {
      contents.writeCount(body.range.count)
      contents.write(contentsOf: module.bytes.buffer[body.range])
    }
  }

  func range(_ expression: ConstantExpression) -> Slice<UnsafeRawBufferPointer> {
    module.bytes.buffer[expression.range]
  }

  mutating func write(_ expression: ConstantExpression) {
    contents.write(contentsOf: range(expression))
  }
}

extension ByteWriter {
  /// A tag type (specification 5.3.15).
  fileprivate mutating func write(tag type: TypeIndex) {
    write(0)
    writeU32(type)
  }
}
