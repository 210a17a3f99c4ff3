// Which immediates follow an opcode, and what an operation does to the nesting.
//
// The binary decoder, and later the encoder, the text parser and the printer, read
// immediates by these kinds alone. Specification: 5.4 "Instructions".

/// The immediates of an instruction in the order they are encoded in.
public enum Immediates: UInt8, Hashable, Sendable {
  case none
  case blockType
  case label
  /// A vector of labels and the default.
  case labels
  case function
  /// A type and a table.
  case callIndirect
  /// A vector of value types.
  case selectTypes
  case local
  case global
  case heapType
  case table
  /// The table written to and the table read from.
  case tableTable
  /// An element segment and a table.
  case elementTable
  case element
  case memArg
  case memory
  /// The memory written to and the memory read from.
  case memoryMemory
  /// A data segment and a memory.
  case dataMemory
  case data
  /// Constants: signed LEB128, or little-endian bits of floats.
  case i32, i64, f32, f64, v128
  /// A lane; sixteen lanes; an access and a lane.
  case lane, lanes, memArgLane
  /// A byte that is zero.
  case reserved
  case tag
  /// A block type and a vector of catch clauses.
  case tryTable
  case type
  /// A type and one of its fields.
  case typeField
  /// A type and a number of operands.
  case typeCount
  /// A type and a data segment; a type and an element segment.
  case typeData, typeElement
  /// The type of the array written to and of the array read from.
  case typeType
  /// Flags, a label and two heap types.
  case castBranch
}

extension Operation {
  /// The kind of immediates the operation has.
  public var immediates: Immediates {
    switch self {
    case .unreachable, .nop, .else, .end, .return: .none
    case .block, .loop, .if: .blockType
    case .br, .brIf: .label
    case .brTable: .labels
    case .call, .returnCall: .function
    case .callIndirect, .returnCallIndirect: .callIndirect
    case .drop, .select: .none
    case .selectTyped: .selectTypes
    case .localGet, .localSet, .localTee: .local
    case .globalGet, .globalSet: .global
    case .refNull: .heapType
    case .refIsNull: .none
    case .refFunc: .function
    case .tableGet, .tableSet, .tableSize, .tableGrow, .tableFill: .table
    case .tableCopy: .tableTable
    case .tableInit: .elementTable
    case .elemDrop: .element
    case .load, .store: .memArg
    case .memorySize, .memoryGrow, .memoryFill: .memory
    case .memoryCopy: .memoryMemory
    case .memoryInit: .dataMemory
    case .dataDrop: .data
    case .integerConst(let type): type == .i32 ? .i32 : .i64
    case .floatConst(let type): type == .f32 ? .f32 : .f64
    case .integerTest, .integerUnary, .integerBinary, .integerRelation, .integerExtend: .none
    case .floatUnary, .floatBinary, .floatRelation, .conversion: .none
    case .vector(let operation): operation.immediates
    case .atomic(.fence): .reserved
    case .atomic: .memArg
    case .exception(let operation): operation.immediates
    case .typedReference(let operation): operation.immediates
    case .aggregate(let operation): operation.immediates
    case .wide: .none
    }
  }

  /// How many constructs the operation opens, less those it closes. Every opened
  /// one is closed by `end` or, a `try`, by `delegate`; `else` stays inside its `if`.
  var nesting: Int8 {
    switch self {
    case .block, .loop, .if: 1
    case .end: -1
    case .exception(let operation): operation.nesting
    case .unreachable, .nop, .else, .br, .brIf, .brTable, .return, .call, .callIndirect,
      .returnCall, .returnCallIndirect, .drop, .select, .selectTyped, .localGet, .localSet,
      .localTee, .globalGet, .globalSet, .refNull, .refIsNull, .refFunc, .tableGet, .tableSet,
      .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop, .load, .store,
      .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop,
      .integerConst, .floatConst, .integerTest, .integerUnary, .integerBinary,
      .integerRelation, .integerExtend, .floatUnary, .floatBinary, .floatRelation,
      .conversion, .vector, .atomic, .typedReference, .aggregate, .wide:
      0
    }
  }
}
