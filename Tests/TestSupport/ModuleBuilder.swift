// Builds binary modules for tests, one declaration after the other.
//
// Checks nothing: invalid modules are built as readily as valid ones, and what the
// builder cannot say wrongly goes in as bytes.

import Wasm

/// A module under construction.
///
///     var builder = ModuleBuilder()
///     let type = builder.type([.i32], [.i32])
///     builder.function(type, export: "next") {
///       $0("local.get", 0)
///       $0("i32.const", 1)
///       $0("i32.add")
///     }
///     let bytes = builder.build()
public struct ModuleBuilder {
  private var types: [[UInt8]] = []
  private var typeCount = 0
  private var imports: [[UInt8]] = []
  private var functions: [[UInt8]] = []
  private var tables: [[UInt8]] = []
  private var memories: [[UInt8]] = []
  private var tags: [[UInt8]] = []
  private var globals: [[UInt8]] = []
  private var exports: [[UInt8]] = []
  private var elements: [[UInt8]] = []
  private var bodies: [[UInt8]] = []
  private var segments: [[UInt8]] = []
  private var importCounts = [0, 0, 0, 0, 0]
  private var customs: [(after: UInt8, bytes: [UInt8])] = []

  /// The start function.
  public var start: FuncIndex?
  /// The value of a data count section; by default there is none.
  public var dataCount: Int?

  public init() {}

  // MARK: Types and imports

  /// Adds a function type.
  @discardableResult
  public mutating func type(_ parameters: [ValueType], _ results: [ValueType]) -> TypeIndex {
    type(SubType(.function(FuncType(parameters: parameters, results: results))))
  }

  /// Adds a type that is a group of its own.
  @discardableResult
  public mutating func type(_ type: SubType) -> TypeIndex {
    types.append(BinaryEncoding.subType(type))
    typeCount += 1
    return TypeIndex(typeCount - 1)
  }

  /// Adds a recursion group and returns the index of its first type.
  @discardableResult
  public mutating func group(_ group: [SubType]) -> TypeIndex {
    types.append([0x4e] + BinaryEncoding.vector(group.map(BinaryEncoding.subType)))
    typeCount += group.count
    return TypeIndex(typeCount - group.count)
  }

  /// Adds a function type that is declared below `supertype`, or that others may be
  /// declared below.
  @discardableResult
  public mutating func type(
    _ parameters: [ValueType], _ results: [ValueType], isFinal: Bool, below supertype: TypeIndex?
  ) -> TypeIndex {
    type(
      SubType(
        .function(FuncType(parameters: parameters, results: results)), isFinal: isFinal,
        supertypes: supertype.map { [$0] } ?? []))
  }

  /// Adds an import and returns its index among its kind.
  @discardableResult
  public mutating func `import`(_ module: String, _ name: String, _ type: ExternType) -> UInt32 {
    let kind: UInt8
    let description: [UInt8]
    switch type {
    case .function(let type): (kind, description) = (0, BinaryEncoding.unsigned(type))
    case .table(let type): (kind, description) = (1, BinaryEncoding.tableType(type))
    case .memory(let type): (kind, description) = (2, BinaryEncoding.memoryType(type))
    case .global(let type): (kind, description) = (3, BinaryEncoding.globalType(type))
    case .tag(let type): (kind, description) = (4, [0] + BinaryEncoding.unsigned(type))
    }
    imports.append(BinaryEncoding.name(module) + BinaryEncoding.name(name) + [kind] + description)
    importCounts[Int(kind)] += 1
    return UInt32(importCounts[Int(kind)] - 1)
  }

  // MARK: Definitions

  /// Adds a function and returns its index. The final `end` is appended.
  ///
  /// - Parameters:
  ///   - locals: its locals, each a group of its own.
  ///   - export: the name it is exported by.
  @discardableResult
  public mutating func function(
    _ type: TypeIndex, locals: [ValueType] = [], export: String? = nil,
    _ code: (inout CodeBuilder) -> Void
  ) -> FuncIndex {
    let groups = locals.map { [1] + BinaryEncoding.valueType($0) }
    return function(
      type, body: BinaryEncoding.vector(groups) + CodeBuilder(code).bytes + [0x0b],
      export: export)
  }

  /// Adds a function whose body is given as bytes, from its local groups to its `end`.
  @discardableResult
  public mutating func function(
    _ type: TypeIndex, body: [UInt8], export: String? = nil
  ) -> FuncIndex {
    functions.append(BinaryEncoding.unsigned(type))
    bodies.append(BinaryEncoding.unsigned(body.count) + body)
    let index = FuncIndex(importCounts[0] + functions.count - 1)
    if let export { self.export(export, .function(index)) }
    return index
  }

  /// Adds a table and returns its index.
  @discardableResult
  public mutating func table(_ element: RefType = .funcRef, _ limits: Limits) -> TableIndex {
    table(TableType(element: element, limits: limits))
  }

  /// Adds a table and returns its index.
  @discardableResult
  public mutating func table(_ type: TableType) -> TableIndex {
    tables.append(BinaryEncoding.tableType(type))
    return TableIndex(importCounts[1] + tables.count - 1)
  }

  /// Adds a table whose elements start as `initializer` and returns its index.
  @discardableResult
  public mutating func table(
    _ type: TableType, _ initializer: (inout CodeBuilder) -> Void
  ) -> TableIndex {
    tables.append(
      [0x40, 0] + BinaryEncoding.tableType(type) + Self.expression(initializer))
    return TableIndex(importCounts[1] + tables.count - 1)
  }

  /// Adds a tag and returns its index.
  @discardableResult
  public mutating func tag(_ type: TypeIndex) -> TagIndex {
    tags.append([0] + BinaryEncoding.unsigned(type))
    return TagIndex(importCounts[4] + tags.count - 1)
  }

  /// Adds a memory and returns its index.
  @discardableResult
  public mutating func memory(_ minimum: UInt64, _ maximum: UInt64? = nil) -> MemIndex {
    memory(MemoryType(limits: Limits(minimum: minimum, maximum: maximum)))
  }

  /// Adds a memory and returns its index.
  @discardableResult
  public mutating func memory(_ type: MemoryType) -> MemIndex {
    memories.append(BinaryEncoding.memoryType(type))
    return MemIndex(importCounts[2] + memories.count - 1)
  }

  /// Adds a global and returns its index.
  @discardableResult
  public mutating func global(
    _ type: ValueType, mutable: Bool = false, _ initializer: (inout CodeBuilder) -> Void
  ) -> GlobalIndex {
    globals.append(
      BinaryEncoding.globalType(GlobalType(value: type, isMutable: mutable))
        + Self.expression(initializer))
    return GlobalIndex(importCounts[3] + globals.count - 1)
  }

  /// Adds an export.
  public mutating func export(_ name: String, _ index: ExternIndex) {
    let encoded: [UInt8]
    switch index {
    case .function(let index): encoded = [0] + BinaryEncoding.unsigned(index)
    case .table(let index): encoded = [1] + BinaryEncoding.unsigned(index)
    case .memory(let index): encoded = [2] + BinaryEncoding.unsigned(index)
    case .global(let index): encoded = [3] + BinaryEncoding.unsigned(index)
    case .tag(let index): encoded = [4] + BinaryEncoding.unsigned(index)
    }
    exports.append(BinaryEncoding.name(name) + encoded)
  }

  // MARK: Segments

  /// How a segment is applied.
  public enum Mode {
    case passive
    case declarative
    /// To table or memory `index`, at a constant.
    case active(_ index: UInt32 = 0, offset: Int64 = 0)
  }

  /// Adds an element segment of function indices.
  public mutating func elements(_ mode: Mode, functions: [FuncIndex]) {
    elements.append(
      Self.elementMode(mode, expressions: false)
        + BinaryEncoding.vector(functions.map { BinaryEncoding.unsigned($0) }))
  }

  /// Adds an element segment of expressions.
  public mutating func elements(
    _ mode: Mode, _ type: RefType, expressions: [(inout CodeBuilder) -> Void]
  ) {
    elements.append(
      Self.elementMode(mode, type, expressions: true)
        + BinaryEncoding.vector(expressions.map { Self.expression($0) }))
  }

  private static func elementMode(
    _ mode: Mode, _ type: RefType = .funcRef, expressions: Bool
  ) -> [UInt8] {
    let kind = expressions ? BinaryEncoding.refType(type) : [0]
    let flag: UInt8 = expressions ? 4 : 0
    switch mode {
    case .passive: return [flag | 1] + kind
    case .declarative: return [flag | 3] + kind
    case .active(0, let offset) where type == .funcRef: return [flag] + constant(offset)
    case .active(let table, let offset):
      return [flag | 2] + BinaryEncoding.unsigned(table) + constant(offset) + kind
    }
  }

  /// Adds a data segment.
  public mutating func data(_ mode: Mode, _ bytes: [UInt8]) {
    let head: [UInt8]
    switch mode {
    case .passive, .declarative: head = [1]
    case .active(0, let offset): head = [0] + Self.constant(offset)
    case .active(let memory, let offset):
      head = [2] + BinaryEncoding.unsigned(memory) + Self.constant(offset)
    }
    segments.append(head + BinaryEncoding.unsigned(bytes.count) + bytes)
  }

  /// Adds a data segment whose offset is any expression.
  public mutating func data(at offset: (inout CodeBuilder) -> Void, _ bytes: [UInt8]) {
    segments.append(
      [0] + Self.expression(offset) + BinaryEncoding.unsigned(bytes.count) + bytes)
  }

  private static func constant(_ value: Int64) -> [UInt8] {
    expression { $0("i32.const", value) }
  }

  private static func expression(_ build: (inout CodeBuilder) -> Void) -> [UInt8] {
    CodeBuilder(build).bytes + [0x0b]
  }

  // MARK: Sections

  /// Adds a custom section behind the section with id `after`, or in front of all.
  public mutating func custom(_ name: String, _ contents: [UInt8], after: UInt8 = 0xff) {
    customs.append(
      (after, BinaryEncoding.section(0, BinaryEncoding.name(name) + contents)))
  }

  /// Adds a name section that names the module and functions.
  public mutating func names(module: String? = nil, functions: [(FuncIndex, String)] = []) {
    var contents: [UInt8] = []
    if let module { contents += BinaryEncoding.section(0, BinaryEncoding.name(module)) }
    if !functions.isEmpty {
      let map = functions.map { BinaryEncoding.unsigned($0.0) + BinaryEncoding.name($0.1) }
      contents += BinaryEncoding.section(1, BinaryEncoding.vector(map))
    }
    custom("name", contents)
  }

  /// The module. Sections that would be empty are left out.
  public func build() -> [UInt8] {
    var bytes = BinaryEncoding.preamble
    for custom in customs where custom.after == 0 { bytes += custom.bytes }
    func append(_ id: UInt8, _ contents: [UInt8]?) {
      if let contents { bytes += BinaryEncoding.section(id, contents) }
      for custom in customs where custom.after == id { bytes += custom.bytes }
    }
    func append(_ id: UInt8, _ entries: [[UInt8]]) {
      append(id, entries.isEmpty ? nil : BinaryEncoding.vector(entries))
    }
    append(1, types)
    append(2, imports)
    append(3, functions)
    append(4, tables)
    append(5, memories)
    append(13, tags)
    append(6, globals)
    append(7, exports)
    append(8, start.map { BinaryEncoding.unsigned($0) })
    append(9, elements)
    append(12, dataCount.map { BinaryEncoding.unsigned($0) })
    append(10, bodies)
    append(11, segments)
    for custom in customs where custom.after == 0xff { bytes += custom.bytes }
    return bytes
  }
}
