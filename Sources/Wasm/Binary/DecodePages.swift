// The instruction table laid out for decoding: from an opcode to all that the
// decoder needs of its row in one or two loads.
//
// Made once from `InstructionTable.rows`. Specification: 5.4 "Instructions".

/// What the decoder needs of a row.
struct DecodeEntry {
  var operation: Operation
  var immediates: Immediates
  var nesting: Int8
  var signature: PackedSignature
  /// The feature the instruction needs; for prefix bytes and for opcodes that name
  /// no instruction `special`, which no set of features has.
  var features: UInt32

  static let special: UInt32 = 1 << 31

  /// An opcode that names no instruction.
  init() {
    operation = .unreachable
    immediates = .none
    nesting = 0
    signature = PackedSignature(.unreachable)
    features = Self.special
  }

  init(_ row: InstructionTable.Row) {
    operation = row.operation
    immediates = row.operation.immediates
    nesting = row.operation.nesting
    signature = PackedSignature(row.operation)
    features = row.feature.map { FeatureSet($0).rawValue } ?? 0
  }
}

/// One page of entries for opcodes of one byte and one for each prefix.
struct DecodePages: Sendable {
  /// The entries of 256 one-byte opcodes, then those of the other pages.
  nonisolated(unsafe) let entries: UnsafePointer<DecodeEntry>
  private let prefixed: [Page]

  private struct Page {
    let prefix: UInt8
    let start: Int
    let count: UInt32
  }

  /// The pages of the whole table. They live as long as the process.
  static let shared = DecodePages(InstructionTable.rows)

  private init(_ rows: [InstructionTable.Row]) {
    var all = [DecodeEntry](repeating: DecodeEntry(), count: 256)
    var pages: [Page] = []
    for prefix in Set(rows.compactMap(\.prefix)).sorted() {
      let codes = rows.filter { $0.prefix == prefix }.map(\.code)
      let count = (codes.max() ?? 0) + 1
      pages.append(Page(prefix: prefix, start: all.count, count: count))
      all.append(contentsOf: repeatElement(DecodeEntry(), count: Int(count)))
    }
    for row in rows {
      let start = pages.first { $0.prefix == row.prefix }?.start ?? 0
      all[start + Int(row.code)] = DecodeEntry(row)
    }
    let memory = UnsafeMutablePointer<DecodeEntry>.allocate(capacity: all.count)
    memory.initialize(from: all, count: all.count)
    entries = UnsafePointer(memory)
    prefixed = pages
  }

  func isPrefix(_ byte: UInt8) -> Bool { prefixed.contains { $0.prefix == byte } }

  /// The entry of `code` behind `prefix`, if there is such an instruction.
  func entry(prefix: UInt8, code: UInt32) -> UnsafePointer<DecodeEntry>? {
    guard let page = prefixed.first(where: { $0.prefix == prefix }), code < page.count else {
      return nil
    }
    let entry = entries + page.start + Int(code)
    return entry.pointee.features == DecodeEntry.special ? nil : entry
  }
}
