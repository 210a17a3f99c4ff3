// A module as decoded: the sections' contents, with bodies, constant expressions
// and data left in place as byte ranges of `Module.bytes`.
//
// Knows nothing of how it was read. Specification: 2.5 "Modules".

/// A WebAssembly module (specification 2.5).
public struct Module: Sendable {
  /// What every byte range below refers to.
  public internal(set) var bytes: ModuleBytes
  /// Where the parts were written, if the module was parsed from a text.
  public internal(set) var sourceMap: SourceMap?
  public var types: [SubType] = []
  /// The recursion groups of `types`, in order and without gaps: types of one group may
  /// name each other, and groups are compared as wholes (specification 2.3.9).
  public var recursionGroups: [Range<Int>] = []
  public var imports: [Import] = []
  /// The type of every function, imports first.
  public var functions: [TypeIndex] = []
  /// The type of every table, imports first.
  public var tables: [Table] = []
  /// The type of every memory, imports first.
  public var memories: [MemoryType] = []
  /// Every global, imports first.
  public var globals: [Global] = []
  /// The type of every tag, imports first.
  public var tags: [TypeIndex] = []
  public var exports: [Export] = []
  public var start: FuncIndex?
  public var elements: [ElementSegment] = []
  public var data: [DataSegment] = []
  /// The data count section's value, where the module has one.
  public var dataCount: UInt32?
  /// The bodies of the functions that are not imported, in order.
  public var code: [FunctionBody] = []
  /// The branches of each function that were marked as likely or unlikely, in the order
  /// they stand in. Look up only.
  public var branchHints: [FuncIndex: [BranchHint]] = [:]
  /// The "name" custom section, as far as it could be read.
  public var names = NameSection()
  /// Every section in the order it stands in, for tools that show them.
  public var sections: [SectionRange] = []

  /// The features the module uses, as far as it was read.
  public var featuresUsed: FeatureSet = []
  /// The features it was read with: its bodies are read with the same.
  var featuresEnabled = FeatureSet.standard
  /// The first export of each function. Look up only.
  var exportedFunctionNames: [FuncIndex: String] = [:]

  public var importedFunctionCount = 0
  public var importedTableCount = 0
  public var importedMemoryCount = 0
  public var importedGlobalCount = 0
  public var importedTagCount = 0

  public init(bytes: ModuleBytes) { self.bytes = bytes }

  /// The function type at `index`, if there is one.
  public func functionType(at index: TypeIndex) -> FuncType? {
    guard index < types.count, case .function(let type) = types[Int(index)].composite else {
      return nil
    }
    return type
  }

  /// The name of function `index`: by the name section, else its first export.
  public func functionName(_ index: FuncIndex) -> String? {
    names.functions[index] ?? exportedFunctionNames[index]
  }

  /// The type of function `index`, if there is such a function.
  public func type(ofFunction index: FuncIndex) -> FuncType? {
    index < functions.count ? functionType(at: functions[Int(index)]) : nil
  }
}

/// An import (specification 2.5.11).
public struct Import: Sendable {
  public var module: String
  public var name: String
  public var type: ExternType
  /// Absolute offset of the import in the binary.
  public var offset: Int

  public init(module: String, name: String, type: ExternType, offset: Int) {
    self.module = module
    self.name = name
    self.type = type
    self.offset = offset
  }
}

/// What an export names (specification 2.5.10).
public enum ExternIndex: Hashable, Sendable {
  case function(FuncIndex)
  case table(TableIndex)
  case memory(MemIndex)
  case global(GlobalIndex)
  case tag(TagIndex)
}

/// An export (specification 2.5.10).
public struct Export: Sendable {
  public var name: String
  public var index: ExternIndex
  /// Absolute offset of the export in the binary.
  public var offset: Int

  public init(name: String, index: ExternIndex, offset: Int) {
    self.name = name
    self.index = index
    self.offset = offset
  }
}

/// A constant expression, left where it stands: absolute offsets of its first byte
/// and past its `end` (specification 3.3.13).
public struct ConstantExpression: Sendable {
  public var range: Range<Int>

  public init(range: Range<Int>) { self.range = range }
}

/// A table (specification 2.5.5).
public struct Table: Sendable {
  public var type: TableType
  /// What its elements start as; `nil` for imports and where null is meant.
  public var initializer: ConstantExpression?

  public init(type: TableType, initializer: ConstantExpression? = nil) {
    self.type = type
    self.initializer = initializer
  }
}

/// A global variable (specification 2.5.7).
public struct Global: Sendable {
  public var type: GlobalType
  /// `nil` for imports.
  public var initializer: ConstantExpression?

  public init(type: GlobalType, initializer: ConstantExpression? = nil) {
    self.type = type
    self.initializer = initializer
  }
}

/// When and where a segment is applied (specification 2.5.8, 2.5.9).
public enum SegmentMode: Sendable {
  /// Copied by `table.init` or `memory.init` only.
  case passive
  /// Copied at instantiation to table or memory `index` at `offset`.
  case active(index: UInt32, offset: ConstantExpression)
  /// Element segments only: declares functions that `ref.func` may name.
  case declarative
}

/// The contents of an element segment.
public enum ElementItems: Sendable {
  case functions([FuncIndex])
  case expressions([ConstantExpression])

  /// Number of elements.
  public var count: Int {
    switch self {
    case .functions(let items): items.count
    case .expressions(let items): items.count
    }
  }
}

/// An element segment (specification 2.5.8).
public struct ElementSegment: Sendable {
  public var mode: SegmentMode
  public var type: RefType
  public var items: ElementItems
  /// Absolute offset of the segment in the binary.
  public var offset: Int

  public init(mode: SegmentMode, type: RefType, items: ElementItems, offset: Int) {
    self.mode = mode
    self.type = type
    self.items = items
    self.offset = offset
  }
}

/// A data segment (specification 2.5.9).
public struct DataSegment: Sendable {
  public var mode: SegmentMode
  /// Its contents, as absolute offsets.
  public var range: Range<Int>
  /// Absolute offset of the segment in the binary.
  public var offset: Int

  public init(mode: SegmentMode, range: Range<Int>, offset: Int) {
    self.mode = mode
    self.range = range
    self.offset = offset
  }
}

/// The body of a function: local declarations and expression, left in place.
public struct FunctionBody: Sendable {
  /// Absolute offsets, from the count of local groups to past the last `end`.
  public var range: Range<Int>

  public init(range: Range<Int>) { self.range = range }
}

/// A run of locals of one type, as a body declares them (specification 5.5.13).
public struct LocalGroup: Hashable, Sendable {
  public var count: UInt32
  public var type: ValueType

  public init(count: UInt32, type: ValueType) {
    self.count = count
    self.type = type
  }
}

/// Where a section stands (specification 5.5.2).
public struct SectionRange: Sendable {
  /// The section's id byte.
  public var id: UInt8
  /// The name of a custom section.
  public var name: String?
  /// Its contents, without id and size, as absolute offsets.
  public var range: Range<Int>
  /// Number of entries, where the section is a vector.
  public var count: UInt32?

  public init(id: UInt8, name: String? = nil, range: Range<Int>, count: UInt32? = nil) {
    self.id = id
    self.name = name
    self.range = range
    self.count = count
  }
}

/// What a producer says of a branch (proposal "branch hinting").
public struct BranchHint: Hashable, Sendable {
  /// Where its instruction stands, in bytes from the start of the function's body, the
  /// local declarations included.
  public var offset: UInt32
  public var isLikely: Bool

  public init(offset: UInt32, isLikely: Bool) {
    self.offset = offset
    self.isLikely = isLikely
  }
}

/// The "name" custom section (specification, appendix "Name Section"). All of it is
/// for look-up only: the order of a dictionary differs from run to run.
public struct NameSection: Sendable {
  public var module: String?
  public var functions: [FuncIndex: String] = [:]
  public var locals: [FuncIndex: [LocalIndex: String]] = [:]
  /// By the number of a construct in its function, counted in the order they begin in.
  public var labels: [FuncIndex: [UInt32: String]] = [:]
  public var types: [TypeIndex: String] = [:]
  public var tables: [TableIndex: String] = [:]
  public var memories: [MemIndex: String] = [:]
  public var globals: [GlobalIndex: String] = [:]
  public var elements: [ElemIndex: String] = [:]
  public var data: [DataIndex: String] = [:]
  public var fields: [TypeIndex: [UInt32: String]] = [:]
  public var tags: [TagIndex: String] = [:]

  public init() {}
}
