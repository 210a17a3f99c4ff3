// Writes expressions: instructions by name, encoded by the instruction table.

import Wasm

/// The instructions of a body or of a constant expression, in order.
///
///     CodeBuilder { $0("local.get", 0); $0("i32.const", 1); $0("i32.add") }
public struct CodeBuilder {
  /// What was written so far, without a final `end`.
  public private(set) var bytes: [UInt8] = []

  public init() {}

  public init(_ build: (inout CodeBuilder) -> Void) { build(&self) }

  /// Appends an instruction.
  ///
  /// - Parameters:
  ///   - mnemonic: a name the table has; anything else stops the test.
  ///   - immediates: integers in the order they are encoded in: indices, constants
  ///     (floats by their bits), alignment (its logarithm) and offset, labels.
  ///     Missing indices are zero.
  public mutating func callAsFunction(_ mnemonic: String, _ immediates: Int64...) {
    guard let row = InstructionTable.row(named: mnemonic) else {
      preconditionFailure("no instruction is called \(mnemonic)")
    }
    append(row, immediates)
  }

  /// Appends `block`, `loop` or `if`.
  public mutating func callAsFunction(_ mnemonic: String, _ type: BlockType) {
    append(opcodeOf: mnemonic)
    bytes += BinaryEncoding.blockType(type)
  }

  /// Appends `ref.null`.
  public mutating func refNull(_ type: HeapType) {
    append(opcodeOf: "ref.null")
    bytes += BinaryEncoding.heapType(type)
  }

  /// Appends `ref.test` or `ref.cast`, whose opcode says whether null belongs to the type.
  public mutating func cast(_ mnemonic: String, to type: RefType) {
    append(opcodeOf: mnemonic)
    if type.nullable { bytes[bytes.count - 1] += 1 }
    bytes += BinaryEncoding.heapType(type.heap)
  }

  /// Appends `br_on_cast` or `br_on_cast_fail`.
  public mutating func branch(
    _ mnemonic: String, _ label: LabelIndex, from source: RefType, to target: RefType
  ) {
    append(opcodeOf: mnemonic)
    bytes.append((source.nullable ? 1 : 0) | (target.nullable ? 2 : 0))
    bytes += BinaryEncoding.unsigned(label)
    bytes += BinaryEncoding.heapType(source.heap) + BinaryEncoding.heapType(target.heap)
  }

  /// Appends `try_table`.
  public mutating func tryTable(_ type: BlockType, _ clauses: CatchClause...) {
    append(opcodeOf: "try_table")
    bytes += BinaryEncoding.blockType(type)
    bytes += BinaryEncoding.vector(
      clauses.map { clause in
        [clause.kind.rawValue] + (clause.kind.hasTag ? BinaryEncoding.unsigned(clause.tag) : [])
          + BinaryEncoding.unsigned(clause.label)
      })
  }

  /// Appends `select` with types.
  public mutating func select(_ types: ValueType...) {
    bytes.append(0x1c)
    bytes += BinaryEncoding.vector(types.map(BinaryEncoding.valueType))
  }

  /// Appends bytes as they are.
  public mutating func raw(_ bytes: [UInt8]) { self.bytes += bytes }

  private mutating func append(opcodeOf mnemonic: String) {
    guard let row = InstructionTable.row(named: mnemonic) else {
      preconditionFailure("no instruction is called \(mnemonic)")
    }
    append(row)
  }

  /// Appends an opcode.
  public mutating func append(_ row: InstructionTable.Row) {
    if let prefix = row.prefix {
      bytes.append(prefix)
      bytes += BinaryEncoding.unsigned(row.code)
    } else {
      bytes.append(UInt8(row.code))
    }
  }

  /// Appends an instruction of the table.
  public mutating func append(_ row: InstructionTable.Row, _ immediates: [Int64]) {
    append(row)
    func immediate(_ index: Int) -> Int64 { index < immediates.count ? immediates[index] : 0 }
    switch row.operation.immediates {
    case .none: break
    case .blockType: bytes.append(0x40)
    case .label, .function, .local, .global, .table, .element, .memory, .data:
      bytes += BinaryEncoding.unsigned(immediate(0))
    case .callIndirect, .tableTable, .elementTable, .memoryMemory, .dataMemory, .memArg:
      bytes += BinaryEncoding.unsigned(immediate(0))
      bytes += BinaryEncoding.unsigned(immediate(1))
    case .labels:
      bytes += BinaryEncoding.unsigned(max(immediates.count, 1) - 1)
      for index in 0..<max(immediates.count, 1) {
        bytes += BinaryEncoding.unsigned(immediate(index))
      }
    case .selectTypes: bytes += [1, 0x7f]
    case .heapType: bytes += BinaryEncoding.heapType(.func)
    case .i32, .i64: bytes += BinaryEncoding.signed(immediate(0))
    case .f32: withUnsafeBytes(of: UInt32(immediate(0)).littleEndian) { bytes += $0 }
    case .f64:
      withUnsafeBytes(of: UInt64(bitPattern: immediate(0)).littleEndian) { bytes += $0 }
    case .v128, .lanes:
      for half in 0..<2 {
        withUnsafeBytes(of: UInt64(bitPattern: immediate(half)).littleEndian) { bytes += $0 }
      }
    case .lane: bytes.append(UInt8(immediate(0)))
    case .memArgLane:
      for index in 0..<3 { bytes += BinaryEncoding.unsigned(immediate(index)) }
    case .reserved: bytes.append(0)
    case .tag, .type: bytes += BinaryEncoding.unsigned(immediate(0))
    case .typeField, .typeCount, .typeData, .typeElement, .typeType:
      for index in 0..<2 { bytes += BinaryEncoding.unsigned(immediate(index)) }
    case .tryTable: bytes += [0x40, 0]
    case .castBranch: bytes += [0, UInt8(immediate(0)), 0x6e, 0x6e]
    }
  }
}
