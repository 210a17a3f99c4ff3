// What a parsed module needs that no single field says.

extension TextParser {
  /// The module, when all fields are read.
  consuming func finish() -> Module {
    if needsDataCount { module.dataCount = UInt32(module.data.count) }
    placeSections()
    module.bytes = ModuleBytes(copying: arena.bytes)
    module.sourceMap = sourceMap
    return module
  }

  /// Lists the sections a binary of the module has. Those that are not custom have no
  /// bytes; they stand for the first field that belongs to them.
  private mutating func placeSections() {
    var sections: [(place: Int, section: SectionRange)] = []
    for id in module.sectionIDs {
      let start = SourceMap.textBase + (sectionStarts[Int(id.rawValue)] ?? range.lowerBound)
      sections.append((id.order * 2, SectionRange(id: id.rawValue, range: start..<start)))
    }
    // By the place, then in the order they are written in: sorting is stable.
    for custom in customSections {
      let start = arena.count
      arena.write(contentsOf: custom.bytes)
      let section = SectionRange(
        id: SectionID.custom.rawValue, name: custom.name, range: start..<arena.count)
      sections.append((custom.place, section))
    }
    sections.sort { $0.place < $1.place }
    module.sections = sections.map(\.section)
  }
}
