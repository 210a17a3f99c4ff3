// Decodes a module: preamble, the order of sections, and what must agree between
// them. The sections' contents are decoded in `SectionDecoder+….swift`.
//
// Knows no rule of validity. Specification: 5.5 "Modules".

/// Decodes binary modules.
public enum ModuleDecoder {
  /// Decodes a module. Bodies and expressions are left as byte ranges, but decoded
  /// once, so that a malformed one is found.
  ///
  /// - Parameters:
  ///   - bytes: the module.
  ///   - features: what the module may use.
  public static func decode(
    _ bytes: ModuleBytes, features: FeatureSet = .standard
  ) throws(WasmError) -> Module {
    var module = try decodeStructure(bytes, features: features)
    module.featuresUsed.formUnion(try decodeBodies(of: module))
    return module
  }

  /// Decodes all but the bodies of functions.
  static func decodeStructure(
    _ bytes: ModuleBytes, features: FeatureSet
  ) throws(WasmError) -> Module {
    var decoder = SectionDecoder(module: Module(bytes: bytes), features: features)
    do {
      try decoder.decodeModule()
    } catch {
      // What is malformed in a body stands before it, and may be why sections are
      // taken for what they are not.
      _ = try decodeBodies(of: decoder.module)
      throw error
    }
    return decoder.module
  }

  /// Decodes all bodies for their syntax; returns the features they use.
  private static func decodeBodies(of module: Module) throws(WasmError) -> FeatureSet {
    var decoder = BodyDecoder(module)
    for index in module.code.indices {
      var checker = SyntaxChecker()
      do {
        try decoder.decodeLocals(ofBody: index)
        try decoder.decodeExpression(into: &checker)
      } catch {
        throw error.placed(inFunction: module.importedFunctionCount + index)
      }
    }
    return decoder.featuresUsed
  }
}

/// The sections of a module, by their ids.
enum SectionID: UInt8 {
  case custom, type, `import`, function, table, memory, global, export, start, element, code
  case data, dataCount, tag

  /// As messages and tools name it.
  var name: String {
    switch self {
    case .custom: "custom"
    case .type: "type"
    case .import: "import"
    case .function: "function"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .export: "export"
    case .start: "start"
    case .element: "element"
    case .code: "code"
    case .data: "data"
    case .dataCount: "data count"
    case .tag: "tag"
    }
  }

  /// Place in the prescribed order; custom sections may stand anywhere.
  var order: Int {
    switch self {
    case .custom: 0
    case .type: 1
    case .import: 2
    case .function: 3
    case .table: 4
    case .memory: 5
    case .tag: 6
    case .global: 7
    case .export: 8
    case .start: 9
    case .element: 10
    case .dataCount: 11
    case .code: 12
    case .data: 13
    }
  }
}

/// Decodes the sections of one module into `module`.
struct SectionDecoder {
  var module: Module
  let features: FeatureSet
  /// Stands in the section that is decoded, and ends where it ends.
  var reader: ByteReader

  init(module: Module, features: FeatureSet) {
    self.module = module
    self.features = features
    self.module.featuresEnabled = features
    reader = ByteReader(module.bytes.buffer, range: 0..<module.bytes.buffer.count)
  }

  mutating func decodeModule() throws(WasmError) {
    let size = module.bytes.buffer.count
    guard size <= ImplementationLimits.moduleSize else {
      throw .sizeLimit("module", size, ImplementationLimits.moduleSize, at: 0)
    }
    var reader = reader
    try decodePreamble(&reader)
    var last = 0
    while !reader.isAtEnd {
      let start = reader.position
      let byte = try reader.readByte()
      guard let id = SectionID(rawValue: byte) else { throw .malformedSectionID(byte, at: start) }
      let sizeOffset = reader.position
      let size = try reader.readU32()
      guard Int(size) <= reader.remaining else {
        throw .lengthOutOfBounds(size, available: reader.remaining, at: sizeOffset)
      }
      if id != .custom {
        guard id.order > last else { throw .sectionOutOfOrder(id.name, at: start) }
        last = id.order
      }
      let range = try reader.readRange(count: size)
      do {
        try decodeSection(id, range)
      } catch {
        var error = error
        error.section = error.section ?? id.name
        throw error
      }
    }
    try checkCounts(at: reader.end)
  }

  /// Magic number and version (specification 5.5.16).
  private func decodePreamble(_ reader: inout ByteReader) throws(WasmError) {
    guard try reader.readFixed32() == 0x6d73_6100 else { throw .missingMagic() }
    switch try reader.readFixed32() {
    case 1: break
    // Layer 1 in the upper half is the preamble of components.
    case 0x0001_000d: throw .isComponent()
    case let version: throw .unknownVersion(version)
    }
  }

  private mutating func decodeSection(
    _ id: SectionID, _ range: Range<Int>
  ) throws(WasmError) {
    reader = ByteReader(module.bytes.buffer, range: range)
    let index = module.sections.count
    guard index < ImplementationLimits.sections else {
      throw .limit(
        "sections", UInt64(index + 1), ImplementationLimits.sections, at: range.lowerBound)
    }
    module.sections.append(SectionRange(id: id.rawValue, range: range))
    if id == .custom {
      try decodeCustomSection(at: index)
      return
    }
    var count: UInt32?
    switch id {
    case .custom: break
    case .type: count = try decodeTypes()
    case .import: count = try decodeImports()
    case .function: count = try decodeFunctions()
    case .table: count = try decodeTables()
    case .memory: count = try decodeMemories()
    case .tag: count = try decodeTags()
    case .global: count = try decodeGlobals()
    case .export: count = try decodeExports()
    case .start: module.start = try reader.readU32()
    case .element: count = try decodeElements()
    case .dataCount:
      try require(.bulkMemory, for: "a data count section", at: range.lowerBound)
      module.dataCount = try reader.readU32()
    case .code: count = try decodeCode()
    case .data: count = try decodeData()
    }
    guard reader.isAtEnd else { throw .sectionSizeMismatch(at: reader.position) }
    module.sections[index].count = count
  }

  private func checkCounts(at end: Int) throws(WasmError) {
    let functions = module.functions.count - module.importedFunctionCount
    guard functions == module.code.count else {
      throw .inconsistentCode(functions: functions, bodies: module.code.count, at: end)
    }
    if let count = module.dataCount, Int(count) != module.data.count {
      throw .inconsistentData(count: count, segments: module.data.count, at: end)
    }
  }

  // MARK: Custom sections (specification 5.5.3)

  private mutating func decodeCustomSection(at index: Int) throws(WasmError) {
    let name = try reader.readName()
    module.sections[index].name = name
    let rest = ByteReader(module.bytes.buffer, range: reader.position..<reader.end)
    switch name {
    case "name": module.names.decode(rest)
    case BranchHint.sectionName: decodeBranchHints(rest)
    default: break
    }
  }

  // MARK: Help for all sections

  /// The length of a vector whose entries take at least one byte each. Nothing is
  /// reserved by it that the section's bytes do not stand for.
  mutating func readCount(of what: String, limit: Int) throws(WasmError) -> UInt32 {
    let offset = reader.position
    let count = try reader.readU32()
    guard Int(count) <= reader.remaining else { throw .unexpectedEnd(at: reader.end) }
    guard Int(count) <= limit else { throw .limit(what, UInt64(count), limit, at: offset) }
    return count
  }

  /// Throws where `feature` is not enabled, notes its use where it is.
  mutating func require(
    _ feature: Feature, for what: @autoclosure () -> String, at offset: Int
  ) throws(WasmError) {
    try ByteReader.require(feature, in: features, for: what(), at: offset)
    module.featuresUsed.formUnion(FeatureSet(feature))
  }
}

extension Module {
  /// Where the contents of a section begin; zero where the module has none.
  func offset(of id: SectionID) -> Int {
    sections.first { $0.id == id.rawValue }?.range.lowerBound ?? 0
  }
}

extension WasmError {
  /// The same error, in a section.
  func placed(in section: SectionID) -> WasmError {
    var error = self
    error.section = section.name
    return error
  }

  /// The same error, in the body of function `index`.
  func placed(inFunction index: Int) -> WasmError {
    var error = self
    error.section = SectionID.code.name
    error.function = FuncIndex(truncatingIfNeeded: index)
    return error
  }
}
