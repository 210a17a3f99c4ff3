// The names of instructions, looked up by the opcode that stands in the module.
//
// An opcode tells more than an operation does, and takes no hashing. Made once from
// `InstructionTable.rows`. Specification: 5.4 "Instructions".

/// From the bytes of an opcode to the instruction's name.
struct Mnemonics: Sendable {
  /// Those of all rows. They live as long as the process.
  static let shared = Mnemonics(InstructionTable.rows)

  /// The names of 256 one-byte opcodes, then those behind each prefix.
  nonisolated(unsafe) private let names: UnsafePointer<UnsafeBufferPointer<UInt8>>
  /// Where the names behind a prefix byte begin; zero for other bytes.
  private let pageStarts: [Int]

  private init(_ rows: [InstructionTable.Row]) {
    var all = [UnsafeBufferPointer<UInt8>](
      repeating: UnsafeBufferPointer(start: nil, count: 0), count: 256)
    var starts = [Int](repeating: 0, count: 256)
    for row in rows {
      var index = Int(row.code)
      if let prefix = row.prefix {
        if starts[Int(prefix)] == 0 {
          starts[Int(prefix)] = all.count
          let codes = rows.lazy.filter { $0.prefix == prefix }.map { Int($0.code) }
          all += Array(repeating: all[0], count: (codes.max() ?? 0) + 1)
        }
        index += starts[Int(prefix)]
      }
      let name = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: row.mnemonic.utf8.count)
      _ = name.initialize(fromContentsOf: Array(row.mnemonic.utf8))
      all[index] = UnsafeBufferPointer(name)
    }
    let memory = UnsafeMutablePointer<UnsafeBufferPointer<UInt8>>.allocate(capacity: all.count)
    memory.initialize(from: all, count: all.count)
    names = UnsafePointer(memory)
    pageStarts = starts
  }

  /// Whether `byte` announces that the opcode follows.
  @inline(__always)
  func isPrefix(_ byte: UInt8) -> Bool { pageStarts[Int(byte)] != 0 }

  /// The name of the instruction whose opcode stands at `offset`, which was decoded before.
  @inline(__always)
  func name(at offset: Int, in buffer: UnsafeRawBufferPointer) -> UnsafeBufferPointer<UInt8> {
    let byte = buffer[offset]
    guard isPrefix(byte) else { return names[Int(byte)] }
    var codes = LabelVector(
      checked: UnsafeRawBufferPointer(rebasing: buffer[(offset + 1)...]), count: 1
    ).makeIterator()
    return names[pageStarts[Int(byte)] + Int(codes.next() ?? 0)]
  }
}
