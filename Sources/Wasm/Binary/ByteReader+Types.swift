// The encodings of types.
//
// A type of a feature that is not enabled is an error that names the feature.
// Specification: 5.3 "Types".

extension ByteReader {
  /// A value type (specification 5.3.4).
  mutating func readValueType(_ features: FeatureSet) throws(WasmError) -> ValueType {
    let offset = position
    let byte = try readByte()
    switch byte {
    case 0x7f: return .i32
    case 0x7e: return .i64
    case 0x7d: return .f32
    case 0x7c: return .f64
    case 0x7b:
      try Self.require(.simd, in: features, for: "v128", at: offset)
      return .v128
    default:
      guard let type = try readRefType(after: byte, at: offset, features) else {
        throw .malformed("value type", UInt64(byte), at: offset)
      }
      try Self.require(.referenceTypes, in: features, for: "\(type)", at: offset)
      return .ref(type)
    }
  }

  /// What a field holds: a value type, or a packed one (specification 5.3.6).
  mutating func readStorageType(_ features: FeatureSet) throws(WasmError) -> StorageType {
    guard !isAtEnd else { throw .unexpectedEnd(at: position) }
    switch buffer[position] {
    case 0x78:
      _ = try readByte()
      return .i8
    case 0x77:
      _ = try readByte()
      return .i16
    default: return .value(try readValueType(features))
    }
  }

  /// A reference type (specification 5.3.3).
  mutating func readRefType(_ features: FeatureSet) throws(WasmError) -> RefType {
    let offset = position
    let byte = try readByte()
    guard let type = try readRefType(after: byte, at: offset, features) else {
      throw .malformed("reference type", UInt64(byte), at: offset)
    }
    return type
  }

  /// The rest of a reference type; `nil` if `byte` does not begin one.
  private mutating func readRefType(
    after byte: UInt8, at offset: Int, _ features: FeatureSet
  ) throws(WasmError) -> RefType? {
    if byte == 0x63 || byte == 0x64 {
      try Self.require(.functionReferences, in: features, for: "a typed reference", at: offset)
      return RefType(nullable: byte == 0x63, heap: try readHeapType(features))
    }
    guard let heap = Self.abstractHeapType(byte) else { return nil }
    try Self.require(heap, in: features, at: offset)
    return RefType(nullable: true, heap: heap)
  }

  /// A heap type: one byte, or the index of a type (specification 5.3.2).
  mutating func readHeapType(_ features: FeatureSet) throws(WasmError) -> HeapType {
    let offset = position
    guard !isAtEnd else { throw .unexpectedEnd(at: offset) }
    let byte = buffer[offset]
    if byte & 0xc0 == 0x40 {
      _ = try readByte()
      guard let heap = Self.abstractHeapType(byte) else {
        throw .malformed("heap type", UInt64(byte), at: offset)
      }
      try Self.require(heap, in: features, at: offset)
      return heap
    }
    let index = try readS33()
    guard index >= 0 else { throw .malformed("heap type", UInt64(byte), at: offset) }
    try Self.require(.functionReferences, in: features, for: "a typed reference", at: offset)
    return .concrete(UInt32(truncatingIfNeeded: index))
  }

  private static func abstractHeapType(_ byte: UInt8) -> HeapType? {
    switch byte {
    case 0x70: .func
    case 0x6f: .extern
    case 0x6e: .any
    case 0x6d: .eq
    case 0x6c: .i31
    case 0x6b: .struct
    case 0x6a: .array
    case 0x69: .exn
    case 0x71: HeapType.none
    case 0x72: .noExtern
    case 0x73: .noFunc
    case 0x74: .noExn
    default: nil
    }
  }

  private static func require(
    _ heap: HeapType, in features: FeatureSet, at offset: Int
  ) throws(WasmError) {
    for feature in heap.features.features {
      try require(feature, in: features, for: "\(heap)", at: offset)
    }
  }

  /// Throws where `feature` is not enabled.
  static func require(
    _ feature: Feature, in features: FeatureSet, for what: @autoclosure () -> String, at offset: Int
  ) throws(WasmError) {
    guard features.contains(feature) else {
      throw .featureNeeded(feature, by: what(), at: offset)
    }
  }
}
