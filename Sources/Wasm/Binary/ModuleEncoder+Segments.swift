// Encodes element and data segments, names and branch hints.
//
// Specification: 5.5.12 "Element Section", 5.5.14 "Data Section", appendix "Name
// Section"; proposal "branch hinting".

extension SectionEncoder {
  // MARK: Segments

  mutating func encodeElements() {
    contents.writeCount(module.elements.count)
    for segment in module.elements { encode(segment) }
  }

  /// Bit 0 of the flags: passive or declarative; bit 1: with a table index, or
  /// declarative; bit 2: expressions instead of function indices.
  private mutating func encode(_ segment: ElementSegment) {
    var flags: UInt32 = 0
    if case .expressions = segment.items { flags = 4 }
    switch segment.mode {
    case .passive:
      contents.writeU32(flags | 1)
    case .declarative:
      contents.writeU32(flags | 3)
    case .active(let table, let offset):
      // Without a table index the type is left out too.
      if table != 0 || (flags == 4 && segment.type != .funcRef) { flags |= 2 }
      contents.writeU32(flags)
      if flags & 2 != 0 { contents.writeU32(table) }
      write(offset)
      if flags & 2 == 0 { return write(segment.items) }
    }
    if flags & 4 != 0 { contents.write(segment.type) } else { contents.write(0) }
    write(segment.items)
  }

  private mutating func write(_ items: ElementItems) {
    contents.writeCount(items.count)
    switch items {
    case .functions(let functions): for index in functions { contents.writeU32(index) }
    case .expressions(let expressions): for expression in expressions { write(expression) }
    }
  }

  mutating func encodeData() {
    contents.writeCount(module.data.count)
    for segment in module.data {
      switch segment.mode {
      case .passive, .declarative: contents.writeU32(1)
      case .active(let memory, let offset):
        contents.writeU32(memory == 0 ? 0 : 2)
        if memory != 0 { contents.writeU32(memory) }
        write(offset)
      }
      contents.writeCount(segment.range.count)
      contents.write(contentsOf: module.bytes.buffer[segment.range])
    }
  }

  // MARK: Branch hints

  mutating func encodeBranchHints() {
    guard !module.branchHints.isEmpty else { return }
    contents.writeName(BranchHint.sectionName)
    contents.writeCount(module.branchHints.count)
    for (function, hints) in module.branchHints.sorted(by: { $0.key < $1.key }) {
      contents.writeU32(function)
      contents.writeCount(hints.count)
      for hint in hints {
        contents.writeU32(hint.offset)
        contents.writeU32(1)
        contents.write(hint.isLikely ? 1 : 0)
      }
    }
    endSection(.custom)
  }

  // MARK: Names

  mutating func encodeNames() {
    let names = module.names
    var section = ByteWriter()
    section.writeName("name")
    let start = section.count
    if let name = names.module {
      var subsection = ByteWriter()
      subsection.writeName(name)
      section.write(0, subsection)
    }
    section.write(1, names.functions)
    section.write(2, names.locals)
    section.write(3, names.labels)
    section.write(4, names.types)
    section.write(5, names.tables)
    section.write(6, names.memories)
    section.write(7, names.globals)
    section.write(8, names.elements)
    section.write(9, names.data)
    section.write(10, names.fields)
    section.write(11, names.tags)
    guard section.count > start else { return }
    contents.write(contentsOf: section.bytes)
    endSection(.custom)
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ id: UInt8, _ subsection: ByteWriter) {
    write(id)
    writeCount(subsection.count)
    write(contentsOf: subsection.bytes)
  }

  /// A name map, its indices in ascending order; nothing if it is empty.
  fileprivate mutating func write(_ id: UInt8, _ names: [UInt32: String]) {
    guard !names.isEmpty else { return }
    var subsection = ByteWriter()
    subsection.write(names)
    write(id, subsection)
  }

  fileprivate mutating func write(_ id: UInt8, _ names: [UInt32: [UInt32: String]]) {
    guard !names.isEmpty else { return }
    var subsection = ByteWriter()
    subsection.writeCount(names.count)
    for (index, names) in names.sorted(by: { $0.key < $1.key }) {
      subsection.writeU32(index)
      subsection.write(names)
    }
    write(id, subsection)
  }

  private mutating func write(_ names: [UInt32: String]) {
    writeCount(names.count)
    for (index, name) in names.sorted(by: { $0.key < $1.key }) {
      writeU32(index)
      writeName(name)
    }
  }
}
