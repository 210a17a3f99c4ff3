// What an operation takes from the stack and puts on it, where that follows from
// the operation alone; the other operations are typed by hand in the validator.
//
// Specification: 3.4 "Instructions".

/// Operands and result of an operation: up to three and up to one.
public struct Signature: Hashable, Sendable {
  /// Operand types, the first one deepest on the stack; those beyond
  /// `parameterCount` mean nothing.
  public let first: ValueType
  public let second: ValueType
  public let third: ValueType
  public let parameterCount: Int
  public let result: ValueType?

  init(_ result: ValueType?) {
    self.init(.i32, .i32, .i32, count: 0, result)
  }

  init(_ first: ValueType, _ result: ValueType?) {
    self.init(first, .i32, .i32, count: 1, result)
  }

  init(_ first: ValueType, _ second: ValueType, _ result: ValueType?) {
    self.init(first, second, .i32, count: 2, result)
  }

  init(_ first: ValueType, _ second: ValueType, _ third: ValueType, _ result: ValueType?) {
    self.init(first, second, third, count: 3, result)
  }

  private init(
    _ first: ValueType, _ second: ValueType, _ third: ValueType, count: Int, _ result: ValueType?
  ) {
    self.first = first
    self.second = second
    self.third = third
    self.parameterCount = count
    self.result = result
  }

  /// The operand types in order.
  public var parameters: [ValueType] { Array([first, second, third].prefix(parameterCount)) }
}

extension Operation {
  /// The operation's type; `nil` where it depends on more than the operation.
  /// Addresses are given as i32: they take the address type of the memory.
  public var signature: Signature? {
    switch self {
    case .nop, .elemDrop, .dataDrop: Signature(nil)
    case .unreachable, .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return, .call,
      .callIndirect, .returnCall, .returnCallIndirect:
      nil
    case .drop, .select, .selectTyped: nil
    case .localGet, .localSet, .localTee, .globalGet, .globalSet: nil
    case .refNull, .refIsNull, .refFunc: nil
    case .tableGet, .tableSet, .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit: nil
    case .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit: nil
    case .load(let shape): Signature(.i32, shape.result)
    case .store(let shape): Signature(.i32, shape.operand, nil)
    case .integerConst(let type): Signature(ValueType(type))
    case .floatConst(let type): Signature(ValueType(type))
    case .integerTest(let type): Signature(ValueType(type), .i32)
    case .integerUnary(let type, _), .integerExtend(let type, _):
      Signature(ValueType(type), ValueType(type))
    case .integerBinary(let type, _):
      Signature(ValueType(type), ValueType(type), ValueType(type))
    case .integerRelation(let type, _): Signature(ValueType(type), ValueType(type), .i32)
    case .floatUnary(let type, _): Signature(ValueType(type), ValueType(type))
    case .floatBinary(let type, _):
      Signature(ValueType(type), ValueType(type), ValueType(type))
    case .floatRelation(let type, _): Signature(ValueType(type), ValueType(type), .i32)
    case .conversion(let conversion): Signature(conversion.operand, conversion.result)
    case .vector(let operation): operation.signature
    case .atomic(let operation): operation.signature
    case .exception, .typedReference, .aggregate, .wide: nil
    }
  }

  /// Binary logarithm of the bytes a memory access reads or writes; `nil` for
  /// operations that have no `MemArg`.
  public var accessWidthLog2: UInt8? {
    switch self {
    case .load(let shape): shape.widthLog2
    case .store(let shape): shape.widthLog2
    case .vector(let operation): operation.accessWidthLog2
    case .atomic(let operation): operation.accessWidthLog2
    case .unreachable, .nop, .block, .loop, .if, .else, .end, .br, .brIf, .brTable, .return,
      .call, .callIndirect, .returnCall, .returnCallIndirect, .drop, .select, .selectTyped,
      .localGet, .localSet, .localTee, .globalGet, .globalSet, .refNull, .refIsNull, .refFunc,
      .tableGet, .tableSet, .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit,
      .elemDrop, .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop,
      .integerConst, .floatConst, .integerTest, .integerUnary, .integerBinary,
      .integerRelation, .integerExtend, .floatUnary, .floatBinary, .floatRelation,
      .conversion, .exception, .typedReference, .aggregate, .wide:
      nil
    }
  }
}

extension SubWidth {
  /// Binary logarithm of the width in bytes.
  var bytesLog2: UInt8 {
    switch self {
    case .bits8: 0
    case .bits16: 1
    case .bits32: 2
    }
  }
}

extension LoadShape {
  /// The type of the value that is loaded.
  public var result: ValueType {
    switch self {
    case .integer(let type), .extending(let type, _, _): ValueType(type)
    case .float(let type): ValueType(type)
    }
  }

  /// Binary logarithm of the bytes that are read.
  var widthLog2: UInt8 {
    switch self {
    case .integer(let type): type == .i32 ? 2 : 3
    case .float(let type): type == .f32 ? 2 : 3
    case .extending(_, let width, _): width.bytesLog2
    }
  }
}

extension StoreShape {
  /// The type of the value that is stored.
  public var operand: ValueType {
    switch self {
    case .integer(let type), .wrapping(let type, _): ValueType(type)
    case .float(let type): ValueType(type)
    }
  }

  /// Binary logarithm of the bytes that are written.
  var widthLog2: UInt8 {
    switch self {
    case .integer(let type): type == .i32 ? 2 : 3
    case .float(let type): type == .f32 ? 2 : 3
    case .wrapping(_, let width): width.bytesLog2
    }
  }
}

extension ConversionOperator {
  /// What is converted.
  public var operand: ValueType {
    switch self {
    case .wrap: .i64
    case .extend: .i32
    case .truncate(_, let from, _), .truncateSaturating(_, let from, _): ValueType(from)
    case .convert(_, let from, _): ValueType(from)
    case .demote: .f64
    case .promote: .f32
    case .reinterpretFloat(let type): ValueType(type)
    case .reinterpretInteger(let type): ValueType(type)
    }
  }

  /// What it is converted to.
  public var result: ValueType {
    switch self {
    case .wrap: .i32
    case .extend: .i64
    case .truncate(let type, _, _), .truncateSaturating(let type, _, _): ValueType(type)
    case .convert(let type, _, _): ValueType(type)
    case .demote: .f32
    case .promote: .f64
    case .reinterpretFloat(let type): type == .f32 ? .i32 : .i64
    case .reinterpretInteger(let type): type == .i32 ? .f32 : .f64
    }
  }
}
