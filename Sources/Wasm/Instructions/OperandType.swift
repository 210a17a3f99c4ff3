// Value types as the validator keeps them: one comparable word each.
//
// `ValueType` is the form to read; this is the form to compare some hundred
// million times a second. Specification: appendix "Validation Algorithm".

/// A value type, or the bottom type of unreachable code, in one word.
struct OperandType: Equatable {
  /// Kind in the lowest byte; of references also nullability, heap type and index.
  let raw: UInt64

  @inline(__always)
  init(raw: UInt64) { self.raw = raw }

  /// The number or vector type whose kind is `code`.
  @inline(__always)
  init(code: UInt8) { raw = UInt64(code) }

  /// The operand that unreachable code conjures up: it matches every type.
  static let bottom = OperandType(raw: 0)
  static let i32 = OperandType(raw: 1)
  static let i64 = OperandType(raw: 2)
  static let f32 = OperandType(raw: 3)
  static let f64 = OperandType(raw: 4)
  static let v128 = OperandType(raw: 5)
  private static let reference: UInt8 = 6
  static let funcRef = OperandType(RefType.funcRef)

  init(_ type: ValueType) {
    switch type {
    case .i32: self = .i32
    case .i64: self = .i64
    case .f32: self = .f32
    case .f64: self = .f64
    case .v128: self = .v128
    case .ref(let type): self.init(type)
    }
  }

  init(_ type: RefType) {
    var index: TypeIndex = 0
    let heap: UInt64
    switch type.heap {
    case .any: heap = 0
    case .eq: heap = 1
    case .i31: heap = 2
    case .struct: heap = 3
    case .array: heap = 4
    case .none: heap = 5
    case .func: heap = 6
    case .noFunc: heap = 7
    case .extern: heap = 8
    case .noExtern: heap = 9
    case .exn: heap = 10
    case .noExn: heap = 11
    case .concrete(let type):
      heap = 12
      index = type
    }
    raw =
      UInt64(Self.reference) | (type.nullable ? 1 << 8 : 0) | heap << 16 | UInt64(index) << 32
  }

  /// The kind, for types that are nothing more.
  var code: UInt8 { UInt8(truncatingIfNeeded: raw) }

  @inline(__always)
  var isReference: Bool { UInt8(truncatingIfNeeded: raw) == Self.reference }

  /// The type to read; `nil` for the bottom type.
  var valueType: ValueType? {
    switch code {
    case 1: .i32
    case 2: .i64
    case 3: .f32
    case 4: .f64
    case 5: .v128
    case Self.reference: refType.map { .ref($0) }
    default: nil
    }
  }

  /// The reference type, if it is one.
  var refType: RefType? {
    guard isReference else { return nil }
    let heap: HeapType
    switch UInt8(truncatingIfNeeded: raw >> 16) {
    case 0: heap = .any
    case 1: heap = .eq
    case 2: heap = .i31
    case 3: heap = .struct
    case 4: heap = .array
    case 5: heap = .none
    case 6: heap = .func
    case 7: heap = .noFunc
    case 8: heap = .extern
    case 9: heap = .noExtern
    case 10: heap = .exn
    case 11: heap = .noExn
    default: heap = .concrete(UInt32(truncatingIfNeeded: raw >> 32))
    }
    return RefType(nullable: raw >> 8 & 1 == 1, heap: heap)
  }

  /// As messages name it.
  var name: String { valueType?.description ?? "an unreachable value" }
}

/// A signature in one word, so that one rule of the validator types every
/// instruction that has one.
struct PackedSignature {
  enum Rule: UInt8 {
    /// Typed by hand.
    case byHand
    /// Typed by this signature alone.
    case plain
    /// Typed by this signature, and accesses a memory.
    case access
  }

  let rule: Rule
  /// Kinds of the operands as in `OperandType.code`, zero where there is none; the
  /// first is the deepest on the stack.
  let first: UInt8
  let second: UInt8
  let third: UInt8
  let result: UInt8
  /// Binary logarithm of the bytes that are accessed.
  let widthLog2: UInt8

  init(_ operation: Operation) {
    guard let signature = operation.signature else {
      rule = .byHand
      first = 0
      second = 0
      third = 0
      result = 0
      widthLog2 = 0
      return
    }
    let width = operation.accessWidthLog2
    rule = operation.immediates.rule
    first = signature.parameterCount > 0 ? OperandType(signature.first).code : 0
    second = signature.parameterCount > 1 ? OperandType(signature.second).code : 0
    third = signature.parameterCount > 2 ? OperandType(signature.third).code : 0
    result = signature.result.map { OperandType($0).code } ?? 0
    widthLog2 = width ?? 0
  }
}

extension Immediates {
  /// How the validator types an instruction that has a signature: one whose
  /// immediates name nothing of the module needs no more than that.
  fileprivate var rule: PackedSignature.Rule {
    switch self {
    case .none, .i32, .i64, .f32, .f64, .v128, .reserved: .plain
    case .memArg: .access
    case .blockType, .label, .labels, .function, .callIndirect, .selectTypes, .local, .global,
      .heapType, .table, .tableTable, .elementTable, .element, .memory, .memoryMemory,
      .dataMemory, .data, .lane, .lanes, .memArgLane, .tag, .tryTable, .type, .typeField,
      .typeCount, .typeData, .typeElement, .typeType, .castBranch:
      .byHand
    }
  }
}
