// THE table: every instruction of WebAssembly, once.
//
// A row holds what cannot be derived: opcode, mnemonic, operation. Immediates and
// signature follow from the operation; prefix byte and feature are stated once per
// group. The rows stand by chapter in `InstructionTable+….swift`.
// Specification: 5.4 "Instructions", appendix "Index of Instructions".

/// The instructions of WebAssembly.
public enum InstructionTable {
  /// An instruction.
  public struct Row: Hashable, Sendable {
    /// The byte that stands before the code, if any.
    public fileprivate(set) var prefix: UInt8?
    /// The opcode: one byte, or after a prefix an integer in LEB128.
    public let code: UInt32
    /// Its name in the text format.
    public let mnemonic: String
    /// What it does.
    public let operation: Operation
    /// What it needs; `nil` if it was there from the first version on.
    public fileprivate(set) var feature: Feature?

    init(_ code: UInt32, _ mnemonic: String, _ operation: Operation) {
      self.code = code
      self.mnemonic = mnemonic
      self.operation = operation
    }
  }

  /// Gives the rows of a group their prefix and their feature.
  static func group(prefix: UInt8? = nil, feature: Feature? = nil, _ rows: [Row]) -> [Row] {
    rows.map { row in
      var row = row
      row.prefix = prefix
      row.feature = feature
      return row
    }
  }

  /// All instructions, by chapter.
  public static let rows: [Row] = {
    let chapters: [[Row]] = [
      control, parametric, variable, reference, table, memory, integer, float, conversion,
      vector, vectorArithmetic, atomic, exception, aggregate, wide,
    ]
    return chapters.flatMap { $0 }
  }()

  /// The instruction with this opcode.
  public static func row(prefix: UInt8? = nil, code: UInt32) -> Row? {
    byOpcode[Opcode(prefix: prefix, code: code)]
  }

  /// The instruction with this name in the text format.
  public static func row(named mnemonic: String) -> Row? { byMnemonic[mnemonic] }

  /// The name of an operation, for messages.
  static func mnemonic(of operation: Operation) -> String {
    rows.first { $0.operation == operation }?.mnemonic ?? "instruction"
  }

  private struct Opcode: Hashable {
    let prefix: UInt8?
    let code: UInt32
  }

  // Look up only: the order of a dictionary differs from run to run.
  private static let byOpcode = Dictionary(
    rows.map { (Opcode(prefix: $0.prefix, code: $0.code), $0) },
    uniquingKeysWith: { first, _ in first })
  private static let byMnemonic = Dictionary(
    rows.map { ($0.mnemonic, $0) }, uniquingKeysWith: { first, _ in first })
}
