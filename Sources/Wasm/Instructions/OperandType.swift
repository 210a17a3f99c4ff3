// Value types as the validator keeps them: one comparable word each.
//
// `ValueType` is the form to read; this is the form to compare some hundred
// million times a second. Types of the module are named by the first index of an equal
// type, so that equal types are equal words. Specification: appendix "Validation Algorithm".

/// A value type, or a bottom type of unreachable code, in one word.
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
  private static let nullable: UInt64 = 1 << 8
  /// Set in the type of a local that nothing was written to yet.
  private static let uninitialized: UInt64 = 1 << 9
  static let funcRef = OperandType(RefType.funcRef)
  static let externRef = OperandType(RefType.externRef)
  static let anyRef = OperandType(RefType(nullable: true, heap: .any))
  static let eqRef = OperandType(RefType(nullable: true, heap: .eq))
  static let i31Ref = OperandType(RefType(nullable: true, heap: .i31))
  static let arrayRef = OperandType(RefType(nullable: true, heap: .array))
  static let exnRef = OperandType(RefType(nullable: true, heap: .exn))
  /// A reference that unreachable code conjures up, and that is not null.
  static let bottomReference = OperandType(
    raw: UInt64(reference) | UInt64(HeapCode.bottom) << 16)

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
    if case .concrete(let type) = type.heap { index = type }
    raw =
      UInt64(Self.reference) | (type.nullable ? Self.nullable : 0)
      | UInt64(type.heap.heapCode) << 16 | UInt64(index) << 32
  }

  /// A reference to a type of the module.
  @inline(__always)
  init(concrete index: TypeIndex, nullable: Bool) {
    raw =
      UInt64(Self.reference) | (nullable ? Self.nullable : 0) | UInt64(HeapCode.concrete) << 16
      | UInt64(index) << 32
  }

  /// The kind, for types that are nothing more.
  var code: UInt8 { UInt8(truncatingIfNeeded: raw) }

  @inline(__always)
  var isReference: Bool { UInt8(truncatingIfNeeded: raw) == Self.reference }

  // MARK: References

  @inline(__always)
  var isNullable: Bool { raw & Self.nullable != 0 }

  /// The code of a reference's heap type.
  var heapCode: UInt8 { UInt8(truncatingIfNeeded: raw >> 16) }

  /// Index of the type that a reference is to; `nil` where it is an abstract one.
  var typeIndex: TypeIndex? {
    heapCode == HeapCode.concrete ? UInt32(truncatingIfNeeded: raw >> 32) : nil
  }

  /// The same reference type with null in it, or without.
  func with(nullable: Bool) -> OperandType {
    OperandType(raw: nullable ? raw | Self.nullable : raw & ~Self.nullable)
  }

  /// Whether a value of the type exists without being written.
  var isDefaultable: Bool { !isReference || isNullable }

  /// The type of a local before and after it is written to.
  var uninitialized: OperandType { OperandType(raw: raw | Self.uninitialized) }
  var initialized: OperandType { OperandType(raw: raw & ~Self.uninitialized) }
  @inline(__always)
  var isInitialized: Bool { raw & Self.uninitialized == 0 }

  // MARK: The form to read

  /// The type to read; `nil` for a bottom type.
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
    switch heapCode {
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
    case HeapCode.concrete: heap = .concrete(UInt32(truncatingIfNeeded: raw >> 32))
    default: return nil
    }
    return RefType(nullable: isNullable, heap: heap)
  }

  /// As messages name it.
  var name: String { valueType?.description ?? (isReference ? "(ref bot)" : "bot") }
}

/// Codes of heap types that are not abstract types of the specification.
enum HeapCode {
  /// A type of the module.
  static let concrete: UInt8 = 12
  /// Below every other heap type.
  static let bottom: UInt8 = 13
}

extension HeapType {
  /// The heap type in a word of `OperandType`.
  var heapCode: UInt8 {
    switch self {
    case .any: 0
    case .eq: 1
    case .i31: 2
    case .struct: 3
    case .array: 4
    case .none: 5
    case .func: 6
    case .noFunc: 7
    case .extern: 8
    case .noExtern: 9
    case .exn: 10
    case .noExn: 11
    case .concrete: HeapCode.concrete
    }
  }

  /// For each code of an abstract heap type, those above it as a set of bits, itself
  /// included (specification 3.3.3).
  static func above(_ code: UInt8) -> UInt16 {
    switch code {
    case 0: 0b1
    case 1: 0b11
    case 2: 0b111
    case 3: 0b1011
    case 4: 0b10011
    case 5: 0b111111
    case 6: 0b1 << 6
    case 7: 0b11 << 6
    case 8: 0b1 << 8
    case 9: 0b11 << 8
    case 10: 0b1 << 10
    case 11: 0b11 << 10
    case HeapCode.bottom: .max
    default: 0
    }
  }

  /// Whether an abstract heap type is `other`, or below it.
  func isBelow(_ other: HeapType) -> Bool {
    Self.above(heapCode) >> UInt16(other.heapCode) & 1 == 1
  }
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
    // Atomic accesses have a rule on alignment of their own.
    if case .atomic = operation, width != nil {
      rule = .byHand
    } else {
      rule = operation.immediates.rule
    }
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
