// Validates modules: the rules over whole modules, and the order things are checked
// in. Bodies go through `FunctionValidator`.
//
// Specification: 3.5 "Modules".

/// Validates modules.
public enum ModuleValidator {
  /// Decodes and validates a module. Bodies are decoded once, straight into the
  /// validator.
  ///
  /// - Parameters:
  ///   - bytes: the module.
  ///   - features: what the module may use.
  public static func validate(
    _ bytes: ModuleBytes, features: FeatureSet = .standard
  ) throws(WasmError) -> Module {
    try validated(try ModuleDecoder.decodeStructure(bytes, features: features))
  }

  /// Validates a module that was decoded or parsed before.
  ///
  /// - Returns: the module with what validation found out: the features that its bodies
  ///   use and the branch hints that are of branches.
  @discardableResult
  public static func validate(_ module: Module) throws(WasmError) -> Module {
    do {
      return try validated(module)
    } catch {
      throw module.sourceMap?.located(error) ?? error
    }
  }

  private static func validated(_ module: Module) throws(WasmError) -> Module {
    var module = module
    module.featuresUsed.formUnion(try check(module))
    if !module.branchHints.isEmpty { try module.checkBranchHints() }
    return module
  }

  /// Validates what was decoded; returns the features that bodies use.
  private static func check(_ module: Module) throws(WasmError) -> FeatureSet {
    var checker = try ModuleChecker(module)
    defer { checker.deallocate() }
    do {
      try checker.checkModule()
    } catch {
      throw error.placed(in: checker.section)
    }
    return try checker.checkBodies()
  }
}

/// Checks one module.
private struct ModuleChecker {
  private let module: Module
  private let types: CheckedTypes
  private let context: ValidationContext
  private var constants: ConstantValidator
  /// The section that is checked.
  private(set) var section = SectionID.type

  /// Checks the types, which all else is checked by.
  init(_ module: Module) throws(WasmError) {
    self.module = module
    do {
      types = try CheckedTypes(checking: module, at: module.offset(of: .type))
    } catch {
      throw error.placed(in: .type)
    }
    context = ValidationContext(module, types)
    constants = ConstantValidator(context, importedGlobalCount: module.importedGlobalCount)
  }

  func deallocate() { constants.function.deallocate() }

  /// Checks everything but the bodies, whose context it completes.
  mutating func checkModule() throws(WasmError) {
    try checkFunctions()
    try checkTables()
    try checkMemories()
    try checkTags()
    try checkGlobals()
    try checkExports()
    try checkStart()
    try checkElements()
    try checkData()
  }

  // MARK: Bodies

  func checkBodies() throws(WasmError) -> FeatureSet {
    var decoder = BodyDecoder(module)
    var validator = FunctionValidator(context)
    defer { validator.deallocate() }
    for index in module.code.indices {
      let function = module.importedFunctionCount + index
      do {
        try decoder.decodeLocals(ofBody: index)
        let offset = module.code[index].range.lowerBound
        for group in decoder.locals { try checkType(group.type, at: offset) }
        validator.beginFunction(
          type: module.functions[function], locals: decoder.locals, count: decoder.localCount)
        try decoder.decodeExpression(into: &validator)
      } catch {
        throw error.placed(inFunction: function)
      }
    }
    return decoder.featuresUsed.union(constants.featuresUsed)
  }

  // MARK: Types (specification 3.2)

  private mutating func begin(_ id: SectionID) -> Int {
    section = id
    return module.offset(of: id)
  }

  private func checkType(_ type: ValueType, at offset: Int) throws(WasmError) {
    if case .ref(let type) = type { try checkType(type, at: offset) }
  }

  private func checkType(_ type: RefType, at offset: Int) throws(WasmError) {
    if case .concrete(let index) = type.heap, index >= module.types.count {
      throw .unknown("type", index, at: offset)
    }
  }

  private func check(_ limits: Limits, at offset: Int) throws(WasmError) {
    if let maximum = limits.maximum, limits.minimum > maximum {
      throw .minimumExceedsMaximum(at: offset)
    }
  }

  private func check(_ type: MemoryType, at offset: Int) throws(WasmError) {
    guard type.pageSizeLog2 == 0 || type.pageSizeLog2 == 16 else {
      throw .invalidPageSize(type.pageSizeLog2, at: offset)
    }
    let addressBits: UInt64 = type.addressType == .i32 ? 32 : 64
    let bits = addressBits - UInt64(type.pageSizeLog2)
    // A memory of bytes is one byte short of all that addresses reach: its size, too, must
    // be a value of the address type.
    let most = bits == addressBits ? .max >> (64 - bits) : UInt64(1) << bits
    guard type.limits.minimum <= most, type.limits.maximum ?? 0 <= most else {
      let size = bits == 16 ? "65536 pages (4GiB)" : "\(most) pages"
      throw .memoryTooLarge(size, at: offset)
    }
    guard !type.isShared || type.limits.maximum != nil else {
      throw .sharedWithoutMaximum(at: offset)
    }
    try check(type.limits, at: offset)
  }

  private func check(_ type: TableType, at offset: Int) throws(WasmError) {
    try checkType(type.element, at: offset)
    let most = type.addressType == .i32 ? UInt64(UInt32.max) : .max
    guard type.limits.minimum <= most, type.limits.maximum ?? 0 <= most else {
      throw .tableTooLarge(at: offset)
    }
    try check(type.limits, at: offset)
  }

  private func checkFunctionType(_ index: TypeIndex, at offset: Int) throws(WasmError) {
    guard index < module.types.count else { throw .unknown("type", index, at: offset) }
    guard module.functionType(at: index) != nil else {
      throw .notFunctionType(index, at: offset)
    }
  }

  // MARK: What is declared (specification 3.5.1 to 3.5.6)

  private mutating func checkFunctions() throws(WasmError) {
    _ = begin(.import)
    for item in module.imports {
      switch item.type {
      case .function(let type): try checkFunctionType(type, at: item.offset)
      case .table(let type): try check(type, at: item.offset)
      case .memory(let type): try check(type, at: item.offset)
      case .global(let type): try checkType(type.value, at: item.offset)
      case .tag(let type): try checkTag(type, at: item.offset)
      }
    }
    let offset = begin(.function)
    for type in module.functions[module.importedFunctionCount...] {
      try checkFunctionType(type, at: offset)
    }
  }

  private mutating func checkTables() throws(WasmError) {
    let offset = begin(.table)
    // An initializer of a table sees the imported globals only.
    constants.globalLimit = module.importedGlobalCount
    for table in module.tables[module.importedTableCount...] {
      try check(table.type, at: offset)
      guard let initializer = table.initializer else {
        guard table.type.element.nullable else {
          throw .typeMismatch(
            "a table without initializer", expects: "elements with a default",
            found: "\(table.type.element)", at: offset)
        }
        continue
      }
      try check(initializer, yields: types.operand(table.type.element))
    }
  }

  private mutating func checkMemories() throws(WasmError) {
    let offset = begin(.memory)
    for type in module.memories[module.importedMemoryCount...] { try check(type, at: offset) }
  }

  private mutating func checkTags() throws(WasmError) {
    let offset = begin(.tag)
    for type in module.tags[module.importedTagCount...] { try checkTag(type, at: offset) }
  }

  private func checkTag(_ type: TypeIndex, at offset: Int) throws(WasmError) {
    try checkFunctionType(type, at: offset)
    guard module.functionType(at: type)?.results.isEmpty == true else {
      throw .tagWithResults(type, at: offset)
    }
  }

  private mutating func checkGlobals() throws(WasmError) {
    let offset = begin(.global)
    for (index, global) in module.globals.enumerated() {
      guard let initializer = global.initializer else { continue }
      try checkType(global.type.value, at: offset)
      // A global sees those before it.
      constants.globalLimit = index
      try check(initializer, yields: types.operand(global.type.value))
    }
    constants.globalLimit = module.globals.count
  }

  /// Checks a constant expression, and notes the functions it names.
  private mutating func check(
    _ expression: ConstantExpression, yields type: OperandType
  ) throws(WasmError) {
    constants.function.beginConstant(type)
    try module.decode(expression, into: &constants)
  }

  // MARK: Exports and start (specification 3.5.10, 3.5.11)

  private mutating func checkExports() throws(WasmError) {
    _ = begin(.export)
    var names = Set<NameKey>()
    names.reserveCapacity(module.exports.count)
    for export in module.exports {
      switch export.index {
      case .function(let index):
        try check(index, in: "function", count: module.functions.count, at: export.offset)
        context.declared[Int(index)] = true
      case .table(let index):
        try check(index, in: "table", count: module.tables.count, at: export.offset)
      case .memory(let index):
        try check(index, in: "memory", count: module.memories.count, at: export.offset)
      case .global(let index):
        try check(index, in: "global", count: module.globals.count, at: export.offset)
      case .tag(let index):
        try check(index, in: "tag", count: module.tags.count, at: export.offset)
      }
      guard names.insert(NameKey(export.name)).inserted else {
        throw .duplicateExport(export.name, at: export.offset)
      }
    }
  }

  private func check(
    _ index: UInt32, in space: String, count: Int, at offset: Int
  ) throws(WasmError) {
    guard index < count else { throw .unknown(space, index, at: offset) }
  }

  private mutating func checkStart() throws(WasmError) {
    let offset = begin(.start)
    guard let start = module.start else { return }
    guard let type = module.type(ofFunction: start) else {
      throw .unknown("function", start, at: offset)
    }
    guard type.parameters.isEmpty, type.results.isEmpty else {
      throw .startFunctionType(start, at: offset)
    }
  }

  // MARK: Segments (specification 3.5.8, 3.5.9)

  private mutating func checkElements() throws(WasmError) {
    _ = begin(.element)
    for (index, segment) in module.elements.enumerated() {
      try checkType(segment.type, at: segment.offset)
      switch segment.items {
      case .functions(let functions):
        for function in functions {
          try check(function, in: "function", count: module.functions.count, at: segment.offset)
          context.declared[Int(function)] = true
        }
      case .expressions(let expressions):
        for expression in expressions { try check(expression, yields: context.elements[index]) }
      }
      guard case .active(let table, let offset) = segment.mode else { continue }
      try check(table, in: "table", count: module.tables.count, at: segment.offset)
      let type = context.tables[Int(table)]
      guard context.matches(context.elements[index], type.element) else {
        throw .typeMismatch(
          "an element segment", expects: "a table of \(segment.type)",
          found: "one of \(type.element.name)", at: segment.offset)
      }
      try check(offset, yields: type.address)
    }
  }

  private mutating func checkData() throws(WasmError) {
    _ = begin(.data)
    for segment in module.data {
      guard case .active(let memory, let offset) = segment.mode else { continue }
      try check(memory, in: "memory", count: module.memories.count, at: segment.offset)
      try check(offset, yields: context.memories[Int(memory)])
    }
  }
}
