// The names of a text's index spaces.
//
// Specification: 6.6.1 "Indices", 6.1.2 "Contexts".

/// The index spaces of a module.
enum Space: Int, CaseIterable {
  case type, function, table, memory, global, tag, element, data

  /// As messages name it.
  var name: String {
    switch self {
    case .type: "type"
    case .function: "func"
    case .table: "table"
    case .memory: "memory"
    case .global: "global"
    case .tag: "tag"
    case .element: "elem"
    case .data: "data"
    }
  }
}

/// An index space with the names that were given in it.
struct IndexSpace {
  /// Number of indices that are taken.
  private(set) var count: UInt32 = 0
  /// For each symbol its index plus one, zero where it names nothing.
  private var indices: [UInt32] = []

  /// Takes the next index.
  mutating func add() -> UInt32 {
    defer { count += 1 }
    return count
  }

  /// Names index `index`; false if the name is taken.
  mutating func bind(_ symbol: Int, to index: UInt32) -> Bool {
    if symbol >= indices.count {
      indices.append(contentsOf: repeatElement(0, count: symbol + 1 - indices.count))
    }
    guard indices[symbol] == 0 else { return false }
    indices[symbol] = index + 1
    return true
  }

  /// The index that `symbol` names.
  @inline(__always)
  func find(_ symbol: Int) -> UInt32? {
    guard symbol < indices.count, indices[symbol] != 0 else { return nil }
    return indices[symbol] - 1
  }
}

/// What is looked up by name in a body, for one function after the other: forgetting
/// costs nothing.
struct LocalNames {
  private struct Entry {
    var generation: UInt32
    var index: UInt32
  }

  private var entries: [Entry] = []
  private var generation: UInt32 = 1

  /// Forgets all names.
  mutating func removeAll() { generation += 1 }

  /// What `symbol` stands for.
  @inline(__always)
  subscript(symbol: Int) -> UInt32? {
    get {
      guard symbol < entries.count, entries[symbol].generation == generation else { return nil }
      return entries[symbol].index
    }
    set {
      if symbol >= entries.count {
        let empty = Entry(generation: 0, index: 0)
        entries.append(contentsOf: repeatElement(empty, count: symbol + 1 - entries.count))
      }
      entries[symbol] = Entry(generation: newValue == nil ? 0 : generation, index: newValue ?? 0)
    }
  }
}
