// Decodes the bodies of functions and constant expressions of a decoded module.
//
// Knows where they stand, nothing of their types. Specification: 5.5.13 "Code
// Section", 5.4.9 "Expressions".

/// Decodes the bodies of one module, one after the other, without allocating for each.
struct BodyDecoder {
  /// The local declarations of the body that was begun last.
  private(set) var locals: [LocalGroup] = []
  /// Number of locals of that body, parameters included.
  private(set) var localCount = 0
  private let module: Module
  private let buffer: UnsafeRawBufferPointer
  private let codeEnd: Int
  private var decoder: InstructionDecoder
  /// The features that local declarations used so far.
  private var localFeatures: FeatureSet = []

  /// The features that the bodies used so far.
  var featuresUsed: FeatureSet { FeatureSet(rawValue: decoder.used).union(localFeatures) }

  init(_ module: Module) {
    self.module = module
    buffer = module.bytes.buffer
    codeEnd = module.sections.last { $0.id == SectionID.code.rawValue }?.range.upperBound ?? 0
    decoder = InstructionDecoder(
      ByteReader(buffer, range: 0..<0), features: module.featuresEnabled,
      hasDataCount: module.dataCount != nil)
  }

  /// Begins body `index`: decodes its local declarations.
  mutating func decodeLocals(ofBody index: Int) throws(WasmError) {
    var reader = ByteReader(buffer, range: module.code[index].range)
    let function = FuncIndex(module.importedFunctionCount + index)
    localCount = module.type(ofFunction: function)?.parameters.count ?? 0
    locals.removeAll(keepingCapacity: true)
    let count = try reader.readU32()
    guard Int(count) <= reader.remaining else { throw .unexpectedEnd(at: reader.end) }
    var total = UInt64(localCount)
    for _ in 0..<count {
      let offset = reader.position
      let group = LocalGroup(
        count: try reader.readU32(), type: try reader.readValueType(module.featuresEnabled))
      localFeatures.formUnion(group.type.features)
      total += UInt64(group.count)
      // Counted on to tell the specification's limit from that of implementations.
      guard total <= UInt64(UInt32.max) else { throw .tooManyLocals(total, at: offset) }
      locals.append(group)
    }
    guard total <= UInt64(ImplementationLimits.locals) else {
      throw .tooManyLocals(total, at: reader.position)
    }
    localCount = Int(total)
    decoder.reader = reader
  }

  /// Decodes the expression of the body that was begun.
  @inline(__always)
  mutating func decodeExpression<Consumer: InstructionConsumer>(
    into consumer: inout Consumer
  ) throws(WasmError) {
    do {
      try decoder.decodeExpression(into: &consumer)
    } catch {
      throw missingEnd(error)
    }
    guard decoder.reader.isAtEnd else { throw .sectionSizeMismatch(at: decoder.reader.position) }
  }

  /// Running out of bytes at the end of a body that is not the last means that its
  /// `end` is missing; at that of the last, that sizes do not agree.
  @inline(never)
  private func missingEnd(_ error: WasmError) -> WasmError {
    let end = decoder.reader.end
    guard error == .unexpectedEnd(at: end), end < buffer.count else { return error }
    return end < codeEnd ? .endExpected(at: end) : .sectionSizeMismatch(at: end)
  }
}

extension Module {
  /// The local declarations of a body, parameters not included.
  ///
  /// - Parameters:
  ///   - index: index into `code`.
  public func locals(ofBody index: Int) throws(WasmError) -> [LocalGroup] {
    var decoder = BodyDecoder(self)
    try decoder.decodeLocals(ofBody: index)
    return decoder.locals
  }

  /// Hands the instructions of a body to `consumer`, the final `end` included.
  ///
  /// - Parameters:
  ///   - index: index into `code`.
  public func decodeBody(
    _ index: Int, into consumer: inout some InstructionConsumer
  ) throws(WasmError) {
    var decoder = BodyDecoder(self)
    try decoder.decodeLocals(ofBody: index)
    try decoder.decodeExpression(into: &consumer)
  }

  /// Hands the instructions of a constant expression to `consumer`, the final `end`
  /// included.
  public func decode(
    _ expression: ConstantExpression, into consumer: inout some InstructionConsumer
  ) throws(WasmError) {
    var decoder = InstructionDecoder(
      ByteReader(bytes.buffer, range: expression.range), features: featuresEnabled,
      hasDataCount: true)
    try decoder.decodeExpression(into: &consumer)
  }
}
