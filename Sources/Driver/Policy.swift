// A policy: what a program may use, in a file that a person can read.
//
// TOML; the keys are listed in docs/command-line.md. A key that is not known is an error:
// a limit that is misspelt must not go unnoticed.

internal import TOMLKit
internal import Wasm

/// The grants and limits that a file states.
public struct Policy: Hashable, Sendable {
  public var directories: [DirectoryGrant] = []
  public var variables: [EnvironmentGrant] = []
  public var addresses: [ListenAddress] = []
  public var descriptors: [ListenDescriptor] = []
  public var limits = ExecutionLimits()
  /// Bytes of the guest's stack.
  public var stack: UInt64?
  public var confine: Bool?

  /// Grants and limits nothing.
  public init() {}

  /// Reads the file at `path`, or standard input for `-`.
  public init(path: String) throws(Failure) {
    let text = try MappedFile(path).bytes.withBuffer { String(decoding: $0, as: UTF8.self) }
    try self.init(text, file: path)
  }

  /// - Parameters:
  ///   - file: what messages call it.
  public init(_ text: String, file: String) throws(Failure) {
    let table: TOMLTable
    do { table = try TOMLTable(string: text) } catch let error as TOMLParseError {
      throw Failure(
        "line \(error.source.begin.line): \(error.description.prefix { $0 != "\n" })", file: file)
    } catch { throw Failure("\(error)", file: file) }
    let reader = Reader(file: file)
    try reader.check(table, "", ["grants", "limits", "confine"])
    if let value = table["confine"] {
      guard let flag = value.bool else { throw reader.wrong("confine", "true or false") }
      confine = flag
    }
    if let grants = try reader.table(table, "grants") { try readGrants(grants, reader) }
    if let values = try reader.table(table, "limits") { try readLimits(values, reader) }
  }

  private mutating func readGrants(_ table: TOMLTable, _ reader: Reader) throws(Failure) {
    try reader.check(table, "grants.", ["dir", "env", "tcp-listen", "listen-fd"])
    for text in try reader.strings(table, "dir", in: "grants.") {
      guard let grant = DirectoryGrant(text) else {
        throw reader.wrong("grants.dir", "HOST or HOST::GUEST")
      }
      directories.append(grant)
    }
    for text in try reader.strings(table, "env", in: "grants.") {
      guard let grant = EnvironmentGrant(text) else {
        throw reader.wrong("grants.env", "NAME or NAME=VALUE")
      }
      variables.append(grant)
    }
    for text in try reader.strings(table, "tcp-listen", in: "grants.") {
      guard let grant = ListenAddress(text) else {
        throw reader.wrong("grants.tcp-listen", "ADDRESS:PORT")
      }
      addresses.append(grant)
    }
    for number in try reader.numbers(table, "listen-fd", in: "grants.") {
      guard let grant = ListenDescriptor(String(number)) else {
        throw reader.wrong("grants.listen-fd", "numbers above 2")
      }
      descriptors.append(grant)
    }
  }

  private mutating func readLimits(_ table: TOMLTable, _ reader: Reader) throws(Failure) {
    try reader.check(table, "limits.", ["memory", "stack", "fds", "timeout", "fuel"])
    limits.memory = try reader.size(table, "memory")
    stack = try reader.size(table, "stack")
    limits.descriptors = try reader.number(table, "fds")
    limits.fuel = try reader.number(table, "fuel")
    if let value = table["timeout"] {
      guard let span = value.string.flatMap({ TimeSpan($0) }) else {
        throw reader.wrong("limits.timeout", "a time such as \"10s\"")
      }
      limits.nanoseconds = span.nanoseconds
    }
  }

  /// Values of the file, or what is wrong with them.
  private struct Reader {
    var file: String

    func wrong(_ key: String, _ expected: String) -> Failure {
      Failure("\(key) must be \(expected)", file: file)
    }

    func check(_ table: TOMLTable, _ prefix: String, _ known: [String]) throws(Failure) {
      for key in table.keys.sorted() where !known.contains(key) {
        throw Failure(
          "a policy has no key '\(prefix)\(key)'; it may have "
            + known.map { prefix + $0 }.joined(separator: ", "), file: file)
      }
    }

    func table(_ table: TOMLTable, _ key: String) throws(Failure) -> TOMLTable? {
      guard let value = table[key] else { return nil }
      guard let inner = value.table else { throw wrong(key, "a table") }
      return inner
    }

    func strings(
      _ table: TOMLTable, _ key: String, in prefix: String
    ) throws(Failure) -> [String] {
      guard let value = table[key] else { return [] }
      guard let array = value.array else { throw wrong(prefix + key, "a list of strings") }
      var strings: [String] = []
      for element in array {
        guard let string = element.string else { throw wrong(prefix + key, "a list of strings") }
        strings.append(string)
      }
      return strings
    }

    func numbers(_ table: TOMLTable, _ key: String, in prefix: String) throws(Failure) -> [Int] {
      guard let value = table[key] else { return [] }
      guard let array = value.array else { throw wrong(prefix + key, "a list of numbers") }
      var numbers: [Int] = []
      for element in array {
        guard let number = element.int else { throw wrong(prefix + key, "a list of numbers") }
        numbers.append(number)
      }
      return numbers
    }

    func number(_ table: TOMLTable, _ key: String) throws(Failure) -> UInt64? {
      guard let value = table[key] else { return nil }
      guard let number = value.int.flatMap({ UInt64(exactly: $0) }), number > 0 else {
        throw wrong("limits.\(key)", "a number above 0")
      }
      return number
    }

    func size(_ table: TOMLTable, _ key: String) throws(Failure) -> UInt64? {
      guard let value = table[key] else { return nil }
      let text = value.string ?? value.int.map { "\($0)" }
      guard let size = text.flatMap({ ByteSize($0) }), size.bytes > 0 else {
        throw wrong("limits.\(key)", "a size above 0, such as \"64MiB\"")
      }
      return size.bytes
    }
  }
}
