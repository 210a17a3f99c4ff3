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
    var module = try ModuleDecoder.decodeStructure(bytes, features: features)
    let used = try check(module)
    module.featuresUsed.formUnion(used)
    return module
  }

  /// Validates what was decoded; returns the features that bodies use.
  private static func check(_ module: Module) throws(WasmError) -> FeatureSet {
    var checker = ModuleChecker(module)
    defer { checker.deallocate() }
    do {
      try checker.checkModule()
    } catch {
      var error = error
      error.section = checker.section.name
      throw error
    }
    return try checker.checkBodies()
  }
}

/// Checks one module.
private struct ModuleChecker {
  private let module: Module
  private let context: ValidationContext
  private var constants: ConstantValidator
  /// The section that is checked.
  private(set) var section = SectionID.type

  init(_ module: Module) {
    self.module = module
    context = ValidationContext(module)
    constants = ConstantValidator(context)
  }

  func deallocate() { constants.function.deallocate() }

  /// Checks everything but the bodies, whose context it completes.
  mutating func checkModule() throws(WasmError) {
    try checkTypes()
    try checkFunctions()
    try checkTables()
    try checkMemories()
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
    return module.sections.first { $0.id == id.rawValue }?.range.lowerBound ?? 0
  }

  private func checkType(_ type: ValueType, at offset: Int) throws(WasmError) {
    if case .ref(let type) = type { try checkType(type, at: offset) }
  }

  private func checkType(_ type: RefType, at offset: Int) throws(WasmError) {
    if case .concrete(let index) = type.heap, index >= module.types.count {
      throw .unknown("type", index, at: offset)
    }
  }

  private mutating func checkTypes() throws(WasmError) {
    let offset = begin(.type)
    for type in module.types {
      switch type.composite {
      case .struct, .array: break
      case .function(let type):
        for type in type.parameters { try checkType(type, at: offset) }
        for type in type.results { try checkType(type, at: offset) }
      }
    }
  }

  private func check(_ limits: Limits, at offset: Int) throws(WasmError) {
    if let maximum = limits.maximum, limits.minimum > maximum {
      throw .minimumExceedsMaximum(at: offset)
    }
  }

  private func check(_ type: MemoryType, at offset: Int) throws(WasmError) {
    let bits = (type.addressType == .i32 ? 32 : 64) - Int(type.pageSizeLog2)
    let most = bits < 64 ? UInt64(1) << UInt64(bits) : .max
    guard type.limits.minimum <= most, type.limits.maximum ?? 0 <= most else {
      let size = bits == 16 ? "65536 pages (4GiB)" : "2^\(bits) pages"
      throw .memoryTooLarge(size, at: offset)
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
    let limit = ImplementationLimits.tableElements
    guard type.limits.minimum <= UInt64(limit) else {
      throw .limit("table elements", type.limits.minimum, limit, at: offset)
    }
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
      case .tag(let type): try checkFunctionType(type, at: item.offset)
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
      guard let initializer = table.initializer else { continue }
      try check(initializer, yields: OperandType(table.type.element))
    }
  }

  private mutating func checkMemories() throws(WasmError) {
    let offset = begin(.memory)
    for type in module.memories[module.importedMemoryCount...] { try check(type, at: offset) }
  }

  private mutating func checkGlobals() throws(WasmError) {
    let offset = begin(.global)
    for (index, global) in module.globals.enumerated() {
      guard let initializer = global.initializer else { continue }
      try checkType(global.type.value, at: offset)
      // A global sees those before it.
      constants.globalLimit = index
      try check(initializer, yields: OperandType(global.type.value))
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
    for segment in module.elements {
      try checkType(segment.type, at: segment.offset)
      switch segment.items {
      case .functions(let functions):
        for function in functions {
          try check(function, in: "function", count: module.functions.count, at: segment.offset)
          context.declared[Int(function)] = true
        }
      case .expressions(let expressions):
        for expression in expressions { try check(expression, yields: OperandType(segment.type)) }
      }
      guard case .active(let table, let offset) = segment.mode else { continue }
      try check(table, in: "table", count: module.tables.count, at: segment.offset)
      let type = context.tables[Int(table)]
      guard context.matches(OperandType(segment.type), type.element) else {
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
