// Values of a TOML file, or what is wrong with them and where.
//
// TOMLKit knows the place of an error in the syntax but not that of a value, so keys are
// found again in the text. Knows nothing of suites and engines.

internal import FoundationEssentials
internal import TOMLKit

/// A TOML file that is read.
struct TOMLFile {
  let path: String
  private let lines: [Substring]
  private let root: TOMLTable

  init(path: String) throws(BenchmarkError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw BenchmarkError("cannot be read", file: path)
    }
    try self.init(String(decoding: data, as: UTF8.self), path: path)
  }

  init(_ text: String, path: String) throws(BenchmarkError) {
    self.path = path
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    do { root = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw BenchmarkError(
        String(error.description.prefix { $0 != "\n" }), file: path,
        line: error.source.begin.line, column: error.source.begin.column)
    } catch { throw BenchmarkError("\(error)", file: path) }
  }

  /// The folder that the file's relative paths start from.
  var folder: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// What stands before the first table.
  var top: Section { Section(file: self, table: root, header: nil, index: 0) }

  /// The tables `[[name]]`.
  func sections(_ name: String) throws(BenchmarkError) -> [Section] {
    guard let value = root[name] else { return [] }
    guard let array = value.array else { throw top.wrong(name, "tables [[\(name)]]") }
    var result: [Section] = []
    for element in array {
      guard let table = element.table else { throw top.wrong(name, "tables [[\(name)]]") }
      result.append(Section(file: self, table: table, header: name, index: result.count))
    }
    return result
  }

  /// The table `[name]`.
  func section(_ name: String) throws(BenchmarkError) -> Section? {
    guard let value = root[name] else { return nil }
    guard let table = value.table else { throw top.wrong(name, "a table [\(name)]") }
    return Section(file: self, table: table, header: name, index: 0)
  }

  /// Where `key` stands in the `index`th table `header`, or else the table.
  fileprivate func place(of key: String?, _ header: String?, _ index: Int) -> (Int, Int) {
    var place = (1, 1)
    var current: String?
    var count = -1
    var isInString = false
    for (number, line) in lines.enumerated() {
      let wasInString = isInString
      for quotes in ["\"\"\"", "'''"]
      where line.split(separator: quotes, omittingEmptySubsequences: false).count % 2 == 0 {
        isInString.toggle()
      }
      if wasInString { continue }
      let text = line.drop { $0 == " " || $0 == "\t" }
      let column = line.unicodeScalars.count - text.unicodeScalars.count + 1
      let name = text.drop { $0 == "[" }.prefix { $0 != "]" }
      if text.hasPrefix("["), name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) {
        current = String(name)
        if current == header { count += 1 }
        if current == header, count == index || header == nil { place = (number + 1, column) }
        // A table may be what is looked for.
        if header == nil, current == key { return (number + 1, column) }
        continue
      }
      guard current == header, header == nil || count == index, let key else { continue }
      let word = text.prefix { $0 != "=" && $0 != " " && $0 != "\t" }
      if word == key || word == "\"\(key)\"" { return (number + 1, column) }
    }
    return place
  }

  /// One table of the file.
  struct Section {
    fileprivate let file: TOMLFile
    fileprivate let table: TOMLTable
    fileprivate let header: String?
    fileprivate let index: Int

    /// The keys, sorted.
    var keys: [String] { table.keys.sorted() }

    func has(_ key: String) -> Bool { table[key] != nil }

    /// An error about `key`, or about the table.
    func error(_ message: String, at key: String? = nil) -> BenchmarkError {
      let (line, column) = file.place(of: key, header, index)
      return BenchmarkError(message, file: file.path, line: line, column: column)
    }

    func wrong(_ key: String, _ expected: String) -> BenchmarkError {
      error("\(key) must be \(expected)", at: key)
    }

    /// Throws for a key that is none of `known`: one misspelt must not go unnoticed.
    func check(_ known: [String]) throws(BenchmarkError) {
      for key in keys where !known.contains(key) {
        throw error("there is no key '\(key)'; known are \(known.joined(separator: ", "))", at: key)
      }
    }

    func string(_ key: String) throws(BenchmarkError) -> String? {
      guard let value = table[key] else { return nil }
      guard let string = value.string else { throw wrong(key, "a string") }
      return string
    }

    /// A string that may not be missing.
    func requiredString(_ key: String) throws(BenchmarkError) -> String {
      guard let string = try string(key), !string.isEmpty else {
        throw error("\(key) is missing")
      }
      return string
    }

    func flag(_ key: String) throws(BenchmarkError) -> Bool? {
      guard let value = table[key] else { return nil }
      guard let flag = value.bool else { throw wrong(key, "true or false") }
      return flag
    }

    func strings(_ key: String) throws(BenchmarkError) -> [String]? {
      guard let value = table[key] else { return nil }
      guard let strings = Self.strings(value) else { throw wrong(key, "a list of strings") }
      return strings
    }

    /// A list of strings, or several of them.
    func lists(_ key: String) throws(BenchmarkError) -> [[String]]? {
      guard let value = table[key] else { return nil }
      if let strings = Self.strings(value) { return strings.isEmpty ? [] : [strings] }
      var result: [[String]] = []
      guard let array = value.array else { throw wrong(key, "a list of strings, or of such lists") }
      for element in array {
        guard let strings = Self.strings(element) else {
          throw wrong(key, "a list of strings, or of such lists")
        }
        result.append(strings)
      }
      return result
    }

    private static func strings(_ value: any TOMLValueConvertible) -> [String]? {
      guard let array = value.array else { return nil }
      var strings: [String] = []
      for element in array {
        guard let string = element.string else { return nil }
        strings.append(string)
      }
      return strings
    }
  }
}
