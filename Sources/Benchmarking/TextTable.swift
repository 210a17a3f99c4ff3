// A table of text, for a terminal or for Markdown.

/// Rows of cells; the first row is the head.
struct TextTable {
  let rows: [[String]]
  /// The columns whose text ends at the right.
  let right: Set<Int>

  init(_ rows: [[String]], right: Set<Int>) {
    self.rows = rows
    self.right = right
  }

  /// Columns with two spaces between.
  var text: String {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return right.contains(column) ? padding + row[column] : row[column] + padding
      }
      let line = cells.joined(separator: "  ")
      return line.prefix(line.count - line.reversed().prefix { $0 == " " }.count) + "\n"
    }.joined()
  }

  /// As Markdown has tables.
  var markdown: String {
    var lines: [String] = []
    for (number, row) in rows.enumerated() {
      let cells = row.map { $0.split(separator: "|").joined(separator: "\\|") }
      lines.append("| \(cells.joined(separator: " | ")) |")
      guard number == 0 else { continue }
      lines.append(
        "|\(row.indices.map { right.contains($0) ? "---:" : "---" }.joined(separator: "|"))|")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
