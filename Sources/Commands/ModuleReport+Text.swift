// A module report for people. Names are quoted and escaped as the text format does it.

import Driver
import Wasm

extension ModuleReport {
  /// Headed tables.
  var text: String {
    var text = "\(printable(file)): \(Self.readable(size))\n"
    if let name { text += "module name: \(quoted(name))\n" }
    text += "features used: \(features.isEmpty ? "none" : features.joined(separator: ", "))\n"
    text +=
      "functions: \(functions.imported) imported, \(functions.defined) defined, "
      + "\(Self.readable(functions.codeSize)) of code, the largest \(Self.readable(functions.largestBody))\n"
    text += "data: \(data.count) segments, \(Self.readable(data.size))\n"
    text += "elements: \(elements.count) segments, \(elements.size) elements\n"
    if let start { text += "start function: \(start)\n" }
    text += Self.table(
      "sections", ["id", "name", "offset", "size", "entries"],
      sections.map { section in
        [
          "\(section.id)", section.id == 0 ? quoted(section.name) : section.name,
          "0x" + String(section.offset, radix: 16), "\(section.size)",
          section.count.map { "\($0)" } ?? "",
        ]
      })
    text += Self.table("types", ["index", "type"], types.enumerated().map { ["\($0)", $1] })
    text += Self.table(
      "imports", ["module", "name", "type"],
      imports.map { [quoted($0.module), quoted($0.name), $0.type] })
    text += Self.table(
      "exports", ["name", "kind", "index", "type"],
      exports.map { [quoted($0.name), $0.kind, "\($0.index)", $0.type] })
    text += Self.table(
      "memories", ["index", "type", ""],
      memories.map { memory in
        let minimum = Self.readable(memory.minimumPages, times: memory.pageSize)
        let maximum = memory.maximumPages.map { " to \(Self.readable($0, times: memory.pageSize))" }
        return [
          "\(memory.index)", memory.type,
          "\(minimum)\(maximum ?? "")\(memory.imported ? ", imported" : "")",
        ]
      })
    text += Self.items("tables", tables)
    text += Self.items("globals", globals)
    return text
  }

  private static func items(_ title: String, _ items: [Item]) -> String {
    table(
      title, ["index", "type", ""],
      items.map { ["\($0.index)", $0.type, $0.imported ? "imported" : ""] })
  }

  /// `rows` in columns as wide as their contents; nothing without rows.
  private static func table(_ title: String, _ header: [String], _ rows: [[String]]) -> String {
    if rows.isEmpty { return "" }
    let lines = [header] + rows
    let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    var text = "\n\(title)\n"
    for line in lines {
      var row = " "
      for (cell, width) in zip(line, widths) {
        row += " " + cell + String(repeating: " ", count: width - cell.count + 1)
      }
      while row.last == " " { row.removeLast() }
      text += row + "\n"
    }
    return text
  }

  private static func readable(_ pages: UInt64, times pageSize: Int) -> String {
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(pageSize))
    guard !overflow, let size = Int(exactly: bytes) else { return "\(pages) pages" }
    return readable(size)
  }

  /// A number of bytes, such as `1.5 MiB`.
  private static func readable(_ bytes: Int) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      let tenths = Int((Double(bytes) / Double(1 << shift) * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
