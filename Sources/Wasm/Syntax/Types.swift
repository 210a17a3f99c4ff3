// The types of WebAssembly, as values without identity.
//
// Knows nothing of bytes or text. Specification: 2.3 "Types".

/// An integer type (specification 2.3.1).
public enum IntegerType: UInt8, Hashable, Sendable {
  case i32, i64

  /// Width in bits.
  public var bitWidth: Int { self == .i32 ? 32 : 64 }
}

/// A floating-point type (specification 2.3.1).
public enum FloatType: UInt8, Hashable, Sendable {
  case f32, f64

  /// Width in bits.
  public var bitWidth: Int { self == .f32 ? 32 : 64 }
}

/// What a reference may point to (specification 2.3.4).
public enum HeapType: Hashable, Sendable {
  case any, eq, i31, `struct`, array, none
  case `func`, noFunc
  case extern, noExtern
  case exn, noExn
  /// A type of the module's type section.
  case concrete(TypeIndex)
}

/// A reference type (specification 2.3.5).
public struct RefType: Hashable, Sendable {
  /// Whether the null reference belongs to the type.
  public var nullable: Bool
  /// What the reference points to.
  public var heap: HeapType

  public init(nullable: Bool, heap: HeapType) {
    self.nullable = nullable
    self.heap = heap
  }

  /// `funcref`, short for `(ref null func)`.
  public static let funcRef = RefType(nullable: true, heap: .func)
  /// `externref`, short for `(ref null extern)`.
  public static let externRef = RefType(nullable: true, heap: .extern)
}

/// The type of a value (specification 2.3.6).
public enum ValueType: Hashable, Sendable {
  case i32, i64, f32, f64, v128
  case ref(RefType)

  public init(_ type: IntegerType) { self = type == .i32 ? .i32 : .i64 }
  public init(_ type: FloatType) { self = type == .f32 ? .f32 : .f64 }

  /// `funcref`.
  public static let funcRef = ValueType.ref(.funcRef)
  /// `externref`.
  public static let externRef = ValueType.ref(.externRef)

  /// Whether a local of this type has an initial value: every type but the
  /// non-nullable references.
  public var isDefaultable: Bool {
    if case .ref(let type) = self { type.nullable } else { true }
  }
}

/// The type of a function (specification 2.3.8).
public struct FuncType: Hashable, Sendable {
  public var parameters: [ValueType]
  public var results: [ValueType]

  public init(parameters: [ValueType], results: [ValueType]) {
    self.parameters = parameters
    self.results = results
  }
}

/// What a field of a structure or array holds (specification 2.3.7).
public enum StorageType: Hashable, Sendable {
  case value(ValueType)
  /// Packed: read as i32, extended with or without sign.
  case i8, i16
}

/// The type of a field, or of an array's elements (specification 2.3.7).
public struct FieldType: Hashable, Sendable {
  public var storage: StorageType
  public var isMutable: Bool

  public init(storage: StorageType, isMutable: Bool) {
    self.storage = storage
    self.isMutable = isMutable
  }
}

/// What a type definition describes (specification 2.3.7).
public enum CompositeType: Hashable, Sendable {
  case function(FuncType)
  case `struct`([FieldType])
  case array(FieldType)
}

/// A type definition: a composite type and its place below others (specification
/// 2.3.9). A definition that declares nothing of the kind is final and has no supertype.
public struct SubType: Hashable, Sendable {
  public var composite: CompositeType
  /// Whether nothing may be declared below it.
  public var isFinal: Bool
  /// The declared supertypes; validation allows one at most.
  public var supertypes: [TypeIndex]

  public init(_ composite: CompositeType, isFinal: Bool = true, supertypes: [TypeIndex] = []) {
    self.composite = composite
    self.isFinal = isFinal
    self.supertypes = supertypes
  }
}

/// The type of the addresses of a memory or table (specification 2.3.10).
public enum AddressType: UInt8, Hashable, Sendable {
  case i32, i64

  /// The same as a value type.
  public var valueType: ValueType { self == .i32 ? .i32 : .i64 }
}

/// A size range, in pages for memories and in elements for tables
/// (specification 2.3.11).
public struct Limits: Hashable, Sendable {
  public var minimum: UInt64
  /// `nil`: as far as the address type goes.
  public var maximum: UInt64?

  public init(minimum: UInt64, maximum: UInt64? = nil) {
    self.minimum = minimum
    self.maximum = maximum
  }
}

/// The type of a linear memory (specification 2.3.12).
public struct MemoryType: Hashable, Sendable {
  public var addressType: AddressType
  /// In pages.
  public var limits: Limits
  public var isShared: Bool
  /// Binary logarithm of the page size in bytes: 16, or 0 with custom page sizes.
  public var pageSizeLog2: UInt8

  public init(
    limits: Limits, addressType: AddressType = .i32, isShared: Bool = false,
    pageSizeLog2: UInt8 = 16
  ) {
    self.limits = limits
    self.addressType = addressType
    self.isShared = isShared
    self.pageSizeLog2 = pageSizeLog2
  }
}

/// The type of a table (specification 2.3.13).
public struct TableType: Hashable, Sendable {
  public var element: RefType
  public var addressType: AddressType
  /// In elements.
  public var limits: Limits

  public init(element: RefType, limits: Limits, addressType: AddressType = .i32) {
    self.element = element
    self.limits = limits
    self.addressType = addressType
  }
}

/// The type of a global variable (specification 2.3.14).
public struct GlobalType: Hashable, Sendable {
  public var value: ValueType
  public var isMutable: Bool

  public init(value: ValueType, isMutable: Bool) {
    self.value = value
    self.isMutable = isMutable
  }
}

/// The type of an imported or exported item (specification 2.3.16). The type of a
/// function or tag is an index into the types of the module it is seen from.
public enum ExternType: Hashable, Sendable {
  case function(TypeIndex)
  case table(TableType)
  case memory(MemoryType)
  case global(GlobalType)
  /// A tag of exceptions; what it carries are the parameters of the function type.
  case tag(TypeIndex)
}
