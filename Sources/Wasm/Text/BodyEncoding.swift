// How a body is encoded where it is not encoded the shortest way: integers that take more
// bytes than they need, as linkers leave them, and locals of one type that are declared
// in several groups.
//
// Text cannot say it, so the printer puts it into an annotation, by which the same bytes
// come back. What remains unsaid are long forms of types and of memory indices that are
// zero. Specification: 5.2.2 "Integers", 5.5.13 "Code Section".

/// What the annotation `(@encoding …)` of a function says.
struct BodyEncoding {
  /// An integer in LEB128 that takes more bytes than it needs.
  struct PaddedInteger {
    /// In bytes from the start of the body, its local declarations included.
    var offset: Int
    /// How many bytes it takes.
    var width: Int
  }

  var padded: [PaddedInteger] = []
  /// The sizes of the groups of locals, where neighbours could be merged.
  var groups: [UInt32] = []

  /// The width of nearly all padded integers: what a relocation of 32 bits needs.
  static let usualWidth = 5

  /// The annotation; nothing for a body that is encoded the shortest way.
  func append(to text: inout TextBuffer, indentation: Int) {
    if groups.isEmpty, padded.isEmpty { return }
    text.newLine(indentation: indentation)
    text.append("(@encoding")
    if !groups.isEmpty {
      text.append(" (groups")
      for group in groups {
        text.append(UInt8(ascii: " "))
        text.append(decimal: group)
      }
      text.append(")")
    }
    if !padded.isEmpty {
      text.append(" (padded")
      for integer in padded {
        let isUsual = integer.width == Self.usualWidth
        text.append(isUsual ? " " : " (")
        text.append(decimal: UInt64(integer.offset))
        if isUsual { continue }
        text.append(UInt8(ascii: " "))
        text.append(decimal: UInt64(integer.width))
        text.append(")")
      }
      text.append(")")
    }
    text.append(")")
  }
}

/// Finds out how the bodies of a module are encoded, one after the other.
struct BodyEncodingScanner: InstructionConsumer {
  private(set) var encoding = BodyEncoding()
  /// How many constructs the body has.
  private(set) var constructs = 0
  private let buffer: UnsafeRawBufferPointer
  private let mnemonics = Mnemonics.shared
  private var start = 0
  private var position = 0

  /// - Parameters:
  ///   - buffer: the module's; the caller keeps it alive.
  init(_ buffer: UnsafeRawBufferPointer) { self.buffer = buffer }

  /// Begins a body: takes in its local declarations, which were decoded as `locals`.
  mutating func begin(at offset: Int, locals: [LocalGroup]) {
    encoding = BodyEncoding()
    constructs = 0
    start = offset
    position = offset
    unsigned()
    for _ in locals {
      unsigned()
      valueType()
    }
    let canMerge = zip(locals, locals.dropFirst()).contains { $0.type == $1.type }
    if canMerge { encoding.groups = locals.map(\.count) }
  }

  mutating func consume(_ instruction: borrowing Instruction) {
    position = instruction.offset + 1
    if instruction.operation.nesting > 0 { constructs += 1 }
    if mnemonics.isPrefix(buffer[instruction.offset]) { unsigned() }
    switch instruction.operation.immediates {
    case .none, .f32, .f64, .v128, .lane, .lanes, .reserved: break
    case .blockType: blockType()
    case .label, .function, .local, .global, .table, .element, .memory, .data, .tag, .type:
      unsigned()
    case .callIndirect, .tableTable, .elementTable, .memoryMemory, .dataMemory, .typeField,
      .typeCount, .typeData, .typeElement, .typeType:
      unsigned()
      unsigned()
    case .labels:
      unsigned()
      for _ in 0..<instruction.labels.count { unsigned() }
    case .selectTypes:
      unsigned()
      valueType()
    case .heapType: heapType()
    case .memArg, .memArgLane:
      if unsigned() & 0x40 != 0 { unsigned() }
      unsigned()
    case .i32, .i64: signed()
    case .tryTable:
      blockType()
      unsigned()
      for clause in instruction.catches {
        position += 1
        if clause.kind.hasTag { unsigned() }
        unsigned()
      }
    case .castBranch:
      position += 1
      unsigned()
      heapType()
      heapType()
    }
  }

  // MARK: Encodings

  /// Passes over an integer and returns its lowest seven bits.
  @discardableResult
  @inline(__always)
  private mutating func unsigned() -> UInt8 {
    let first = buffer[position]
    position += 1
    if first < 0x80 { return first }
    let begin = position - 1
    passContinuation()
    if buffer[position - 1] == 0 { notePadding(from: begin) }
    return first & 0x7f
  }

  private mutating func signed() {
    let begin = position
    position += 1
    if buffer[begin] < 0x80 { return }
    passContinuation()
    let isNegative = buffer[position - 2] & 0x40 != 0
    if buffer[position - 1] == (isNegative ? 0x7f : 0) { notePadding(from: begin) }
  }

  private mutating func passContinuation() {
    while buffer[position] >= 0x80 { position += 1 }
    position += 1
  }

  private mutating func notePadding(from begin: Int) {
    encoding.padded.append(
      BodyEncoding.PaddedInteger(offset: begin - start, width: position - begin))
  }

  /// A byte, or one that announces a heap type.
  private mutating func valueType() {
    let byte = buffer[position]
    position += 1
    if byte == 0x63 || byte == 0x64 { heapType() }
  }

  /// A byte that is a negative integer, or the index of a type.
  private mutating func heapType() {
    if buffer[position] & 0xc0 == 0x40 { position += 1 } else { signed() }
  }

  private mutating func blockType() {
    if buffer[position] & 0xc0 == 0x40 { valueType() } else { signed() }
  }
}
