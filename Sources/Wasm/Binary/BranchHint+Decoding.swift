// Decodes the custom section of branch hints.
//
// Hints change no meaning: a section that is broken, out of place or of a feature that is
// off is passed over as a whole. Specification: proposal "branch hinting".

extension BranchHint {
  /// The name of the custom section, and of the annotation in the text format.
  public static let sectionName = "metadata.code.branch_hint"
}

extension SectionDecoder {
  /// Takes over the hints that `reader` holds.
  mutating func decodeBranchHints(_ reader: ByteReader) {
    guard features.contains(.branchHinting), module.code.isEmpty, module.branchHints.isEmpty,
      let hints = try? Self.branchHints(reader)
    else { return }
    module.branchHints = hints
    if !hints.isEmpty { module.featuresUsed.formUnion(FeatureSet(.branchHinting)) }
  }

  /// Functions, and the hints of each, stand in ascending order.
  private static func branchHints(
    _ reader: ByteReader
  ) throws(WasmError) -> [FuncIndex: [BranchHint]] {
    var reader = reader
    var all: [FuncIndex: [BranchHint]] = [:]
    var last: FuncIndex?
    for _ in 0..<(try reader.readU32()) {
      let start = reader.position
      let function = try reader.readU32()
      guard last.map({ $0 < function }) ?? true else {
        throw .malformed("branch hint of function", UInt64(function), at: start)
      }
      last = function
      var hints: [BranchHint] = []
      for _ in 0..<(try reader.readU32()) {
        let start = reader.position
        let offset = try reader.readU32()
        let size = try reader.readU32()
        let value = try reader.readByte()
        guard size == 1, value <= 1, hints.last.map({ $0.offset < offset }) ?? true else {
          throw .malformed("branch hint", UInt64(value), at: start)
        }
        hints.append(BranchHint(offset: offset, isLikely: value == 1))
      }
      all[function] = hints
    }
    guard reader.isAtEnd else { throw .sectionSizeMismatch(at: reader.position) }
    return all
  }
}
