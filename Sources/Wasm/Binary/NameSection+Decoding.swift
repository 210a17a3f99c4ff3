// Decodes the "name" custom section.
//
// Names are for people: what is broken in them is passed over, never an error, and
// where something is named twice the first name stays. Specification: appendix
// "Custom Sections", "Name Section".

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
    case 1:
      let count = try reader.readU32()
      // Two bytes at least for each name.
      guard Int(count) <= reader.remaining / 2 else { return }
      functions.reserveCapacity(functions.count + Int(count))
      for _ in 0..<count {
        let index = try reader.readU32()
        let name = try reader.readName()
        if functions[index] == nil { functions[index] = name }
      }
    default:
      break
    }
  }
}
