// The identity of types across modules.
//
// Types are equal if their recursion groups are, with references inside of a group taken
// by their place in it (iso-recursive types). Each group is written out as words in which
// references to other groups are canonical already, and looked up by them: time is linear
// in the size of the type sections, whatever they hold.
// Specification: 3.1.3 "Defined Types", 3.2.9 "Recursive Types", appendix "Type Canonicalization".

/// A type of a program: equal types of whatever modules are the same one.
public struct CanonicalType: Hashable, Sendable {
  /// Counts from zero, in the order the types were met in.
  public let index: UInt32
}

/// Which of the three kinds of composite types a type is.
public enum CompositeKind: UInt8, Hashable, Sendable {
  case function, `struct`, array
}

/// The types of a program's modules.
public struct CanonicalTypes: Sendable {
  private struct Entry {
    var kind: CompositeKind
    var isFinal: Bool
    /// Number of supertypes above it.
    var depth: UInt32
    /// Index of the declared supertype, where `depth` is not zero.
    var supertype: UInt32
  }

  private struct Group {
    /// Index of its first type.
    var first: UInt32
    /// Where its key stands in `words`.
    var key: Range<Int>
    var hash: Int
  }

  private var entries: [Entry] = []
  private var groups: [Group] = []
  /// The keys of all groups, one behind the other.
  private var words: [UInt64] = []
  /// Hash table with open addressing: positions in `groups`, plus one.
  private var slots = [UInt32](repeating: 0, count: 16)

  public init() {}

  /// Number of types.
  public var count: Int { entries.count }

  /// Every type, supertypes before what is declared below them.
  public var all: [CanonicalType] { entries.indices.map { CanonicalType(index: UInt32($0)) } }

  /// Adds the types of a module.
  ///
  /// - Parameters:
  ///   - module: its types must be valid: what they name stands before them or in their
  ///     own group, and supertypes before them.
  /// - Returns: the canonical type of each type index.
  public mutating func add(_ module: Module) -> [CanonicalType] {
    var types: [CanonicalType] = []
    types.reserveCapacity(module.types.count)
    for group in module.recursionGroups where !group.isEmpty {
      let key = appendKey(of: group, in: module, types)
      let first = intern(key) ?? insert(group, key, in: module, types)
      for place in 0..<UInt32(group.count) {
        types.append(CanonicalType(index: first + place))
      }
    }
    return types
  }

  /// The kind of composite type that `type` is.
  public func kind(of type: CanonicalType) -> CompositeKind { entries[Int(type.index)].kind }

  /// Whether nothing may be declared below `type`.
  public func isFinal(_ type: CanonicalType) -> Bool { entries[Int(type.index)].isFinal }

  /// How many supertypes are declared above `type`.
  public func depth(of type: CanonicalType) -> Int { Int(entries[Int(type.index)].depth) }

  /// The declared supertype of `type`.
  public func supertype(of type: CanonicalType) -> CanonicalType? {
    let entry = entries[Int(type.index)]
    return entry.depth == 0 ? nil : CanonicalType(index: entry.supertype)
  }

  /// Whether `type` is `other` or declared below it (specification 3.3.7).
  public func isSubtype(_ type: CanonicalType, of other: CanonicalType) -> Bool {
    let depth = entries[Int(other.index)].depth
    var index = type.index
    while entries[Int(index)].depth > depth { index = entries[Int(index)].supertype }
    return index == other.index
  }

  // MARK: Keys

  /// Marks a reference into the group that the key is of.
  private static let inside: UInt64 = 1 << 9
  private static let mutable: UInt64 = 1 << 10
  /// Codes beside those of `OperandType`.
  private static let packed8: UInt64 = 0x100
  private static let packed16: UInt64 = 0x101

  /// Writes the key of a group to the end of `words`.
  private mutating func appendKey(
    of group: Range<Int>, in module: Module, _ known: [CanonicalType]
  ) -> Range<Int> {
    let start = words.count
    words.append(UInt64(group.count))
    for index in group {
      let type = module.types[index]
      words.append(UInt64(type.supertypes.count) << 1 | (type.isFinal ? 1 : 0))
      for supertype in type.supertypes { words.append(reference(supertype, group, known)) }
      switch type.composite {
      case .function(let function):
        append(.function, count: function.parameters.count)
        for type in function.parameters { append(type, group, known) }
        words.append(UInt64(function.results.count))
        for type in function.results { append(type, group, known) }
      case .struct(let fields):
        append(.struct, count: fields.count)
        for field in fields { append(field, group, known) }
      case .array(let element):
        append(.array, count: 1)
        append(element, group, known)
      }
    }
    return start..<words.count
  }

  private mutating func append(_ kind: CompositeKind, count: Int) {
    words.append(UInt64(count) << 8 | UInt64(kind.rawValue))
  }

  private mutating func append(_ field: FieldType, _ group: Range<Int>, _ known: [CanonicalType]) {
    switch field.storage {
    case .value(let type): append(type, group, known)
    case .i8: words.append(Self.packed8)
    case .i16: words.append(Self.packed16)
    }
    if field.isMutable { words[words.count - 1] |= Self.mutable }
  }

  private mutating func append(_ type: ValueType, _ group: Range<Int>, _ known: [CanonicalType]) {
    var word = OperandType(type).raw
    if case .ref(let type) = type, case .concrete(let index) = type.heap {
      word = word & 0xffff_ffff | reference(index, group, known)
    }
    words.append(word)
  }

  private func reference(
    _ index: TypeIndex, _ group: Range<Int>, _ known: [CanonicalType]
  ) -> UInt64 {
    Int(index) < group.lowerBound
      ? UInt64(known[Int(index)].index) << 32
      : UInt64(Int(index) - group.lowerBound) << 32 | Self.inside
  }

  // MARK: The table

  /// The first type of the group that has this key, which is taken off `words` again.
  private mutating func intern(_ key: Range<Int>) -> UInt32? {
    let hash = hash(key)
    var slot = hash & (slots.count - 1)
    while slots[slot] != 0 {
      let group = groups[Int(slots[slot]) - 1]
      if group.hash == hash, group.key.count == key.count, isEqual(group.key, key) {
        words.removeSubrange(key)
        return group.first
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private mutating func insert(
    _ group: Range<Int>, _ key: Range<Int>, in module: Module, _ known: [CanonicalType]
  ) -> UInt32 {
    let first = UInt32(entries.count)
    for index in group {
      let type = module.types[index]
      var entry = Entry(
        kind: type.composite.kind, isFinal: type.isFinal, depth: 0, supertype: 0)
      if let supertype = type.supertypes.first {
        entry.supertype =
          Int(supertype) < group.lowerBound
          ? known[Int(supertype)].index : first + supertype - UInt32(group.lowerBound)
        entry.depth = entries[Int(entry.supertype)].depth + 1
      }
      entries.append(entry)
    }
    groups.append(Group(first: first, key: key, hash: hash(key)))
    if groups.count * 2 > slots.count { rehash() } else { place(groups.count - 1) }
    return first
  }

  private mutating func place(_ group: Int) {
    var slot = groups[group].hash & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(group + 1)
  }

  private mutating func rehash() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for group in groups.indices { place(group) }
  }

  /// Seeded by process, so that no module can be made to fill one chain of the table.
  private func hash(_ key: Range<Int>) -> Int {
    var hasher = Hasher()
    words.withUnsafeBytes { bytes in
      let size = MemoryLayout<UInt64>.size
      let range = key.lowerBound * size..<key.upperBound * size
      hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    return hasher.finalize()
  }

  private func isEqual(_ first: Range<Int>, _ second: Range<Int>) -> Bool {
    words.withUnsafeBufferPointer { $0[first].elementsEqual($0[second]) }
  }
}

extension CompositeType {
  /// Which of the three kinds it is.
  public var kind: CompositeKind {
    switch self {
    case .function: .function
    case .struct: .struct
    case .array: .array
    }
  }
}
