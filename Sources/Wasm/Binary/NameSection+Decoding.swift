// Decodes the "name" custom section.
//
// Names are for people: what is broken in them is passed over, never an error, and
// where something is named twice the first name stays. Whether the indices they are
// given for exist is not asked here. Specification: appendix "Custom Sections", "Name
// Section"; its subsections beyond locals: proposal "extended name section".

extension NameSection {
  /// Adds what `reader` holds, up to the first thing that cannot be read.
  mutating func decode(_ reader: ByteReader) {
    var reader = reader
    do throws(WasmError) {
      while !reader.isAtEnd {
        let id = try reader.readByte()
        let size = try reader.readU32()
        let range = try reader.readRange(count: size)
        // A broken subsection does not break those behind it.
        try? decodeSubsection(id, ByteReader(reader.buffer, range: range))
      }
    } catch {
      return
    }
  }

  private mutating func decodeSubsection(
    _ id: UInt8, _ reader: ByteReader
  ) throws(WasmError) {
    var reader = reader
    switch id {
    case 0:
      let name = try reader.readName()
      module = module ?? name
    case 1: try reader.readNames(into: &functions)
    case 2: try reader.readIndirectNames(into: &locals)
    case 3: try reader.readIndirectNames(into: &labels)
    case 4: try reader.readNames(into: &types)
    case 5: try reader.readNames(into: &tables)
    case 6: try reader.readNames(into: &memories)
    case 7: try reader.readNames(into: &globals)
    case 8: try reader.readNames(into: &elements)
    case 9: try reader.readNames(into: &data)
    case 10: try reader.readIndirectNames(into: &fields)
    case 11: try reader.readNames(into: &tags)
    default: break
    }
  }
}

extension ByteReader {
  /// A vector of indices with names.
  fileprivate mutating func readNames(into names: inout [UInt32: String]) throws(WasmError) {
    let count = try readU32()
    // Two bytes at least for each name; only so much is reserved on a module's word.
    guard Int(count) <= remaining / 2 else { return }
    names.reserveCapacity(names.count + min(Int(count), 10_000))
    for _ in 0..<count {
      let index = try readU32()
      let name = try readName()
      if names[index] == nil { names[index] = name }
    }
  }

  /// A vector of indices with vectors of indices with names.
  fileprivate mutating func readIndirectNames(
    into names: inout [UInt32: [UInt32: String]]
  ) throws(WasmError) {
    let count = try readU32()
    guard Int(count) <= remaining / 2 else { return }
    for _ in 0..<count {
      let index = try readU32()
      try readNames(into: &names[index, default: [:]])
    }
  }
}
