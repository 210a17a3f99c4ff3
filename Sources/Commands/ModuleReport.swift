// What `apus inspect` shows of a module, as data.
//
// The names of the properties are the keys of `--json`, which scripts rely on: add,
// do not rename. Types are spelled as the text format spells them.

import Program
import Wasm

/// A module's outside: sizes, types, what it takes and gives, what it needs.
struct ModuleReport: Encodable {
  struct Section: Encodable {
    var id: Int
    /// The section's own name where it is a custom section.
    var name: String
    var offset: Int
    var size: Int
    var count: UInt32?
  }

  struct ImportItem: Encodable {
    var module: String
    var name: String
    var kind: String
    var type: String
  }

  struct ExportItem: Encodable {
    var name: String
    var kind: String
    var index: UInt32
    var type: String
  }

  struct Memory: Encodable {
    var index: Int
    var imported: Bool
    var type: String
    var minimumPages: UInt64
    var maximumPages: UInt64?
    var pageSize: Int
  }

  struct Item: Encodable {
    var index: Int
    var imported: Bool
    var type: String
  }

  struct Functions: Encodable {
    var imported: Int
    var defined: Int
    /// In bytes, all bodies together and the largest of them.
    var codeSize: Int
    var largestBody: Int
  }

  struct Segments: Encodable {
    var count: Int
    /// Bytes of data, or elements.
    var size: Int
  }

  var file: String
  var size: Int
  var name: String?
  var features: [String]
  var sections: [Section]
  var types: [String]
  var imports: [ImportItem]
  var exports: [ExportItem]
  var memories: [Memory]
  var tables: [Item]
  var globals: [Item]
  var functions: Functions
  var data: Segments
  var elements: Segments
  var start: UInt32?

  init(_ module: Module, file: String) {
    self.file = file
    size = module.bytes.buffer.count
    name = module.names.module
    features = module.featuresUsed.features.map(\.rawValue)
    sections = module.sections.map { section in
      Section(
        id: Int(section.id), name: section.name ?? Self.sectionName(section.id),
        offset: section.range.lowerBound, size: section.range.count, count: section.count)
    }
    types = module.types.map(\.description)
    imports = module.imports.map { item in
      ImportItem(
        module: item.module, name: item.name, kind: Self.kind(item.type),
        type: module.description(of: item.type))
    }
    exports = module.exports.map { Self.export($0, of: module) }
    memories = module.memories.enumerated().map { index, type in
      Memory(
        index: index, imported: index < module.importedMemoryCount, type: type.description,
        minimumPages: type.limits.minimum, maximumPages: type.limits.maximum,
        pageSize: 1 << Int(type.pageSizeLog2))
    }
    tables = module.tables.enumerated().map { index, table in
      Item(index: index, imported: index < module.importedTableCount, type: table.type.description)
    }
    globals = module.globals.enumerated().map { index, global in
      Item(
        index: index, imported: index < module.importedGlobalCount, type: global.type.description)
    }
    functions = Functions(
      imported: module.importedFunctionCount, defined: module.code.count,
      codeSize: module.code.reduce(0) { $0 + $1.range.count },
      largestBody: module.code.map(\.range.count).max() ?? 0)
    data = Segments(
      count: module.data.count, size: module.data.reduce(0) { $0 + $1.range.count })
    elements = Segments(
      count: module.elements.count, size: module.elements.reduce(0) { $0 + $1.items.count })
    start = module.start
  }

  private static func export(_ export: Export, of module: Module) -> ExportItem {
    switch export.index {
    case .function(let index):
      let type = module.type(ofFunction: index).map(\.description) ?? ""
      return ExportItem(name: export.name, kind: "function", index: index, type: type)
    case .table(let index):
      let type = module.tables[Int(index)].type.description
      return ExportItem(name: export.name, kind: "table", index: index, type: type)
    case .memory(let index):
      let type = module.memories[Int(index)].description
      return ExportItem(name: export.name, kind: "memory", index: index, type: type)
    case .global(let index):
      let type = module.globals[Int(index)].type.description
      return ExportItem(name: export.name, kind: "global", index: index, type: type)
    case .tag(let index):
      let type = module.description(of: .tag(module.tags[Int(index)]))
      return ExportItem(name: export.name, kind: "tag", index: index, type: type)
    }
  }

  private static func kind(_ type: ExternType) -> String {
    switch type {
    case .function: "function"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    }
  }

  /// Names of the sections by id (specification 5.5.2).
  private static func sectionName(_ id: UInt8) -> String {
    let names = [
      "custom", "type", "import", "function", "table", "memory", "global", "export", "start",
      "element", "code", "data", "data count", "tag",
    ]
    return id < names.count ? names[Int(id)] : "unknown"
  }
}
