// The encodings that tests write binary modules with, malformed ones included.
//
// Specification: 5.2 "Values", 5.3 "Types".

import Wasm

/// Bytes of binary modules.
public enum BinaryEncoding {
  /// Magic number and version of a core module.
  public static let preamble: [UInt8] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

  /// `value` in unsigned LEB128, padded to `length` bytes if that is longer.
  public static func unsigned(_ value: some BinaryInteger, length: Int = 1) -> [UInt8] {
    var rest = UInt64(value)
    var bytes: [UInt8] = []
    repeat {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    } while rest != 0 || bytes.count < length
    bytes[bytes.count - 1] &= 0x7f
    return bytes
  }

  /// `value` in signed LEB128, padded to `length` bytes if that is longer.
  public static func signed(_ value: some BinaryInteger, length: Int = 1) -> [UInt8] {
    var rest = Int64(value)
    var bytes: [UInt8] = []
    var isDone = false
    repeat {
      let low = UInt8(truncatingIfNeeded: rest & 0x7f)
      rest >>= 7
      isDone = (rest == 0 && low & 0x40 == 0) || (rest == -1 && low & 0x40 != 0)
      bytes.append(low | 0x80)
    } while !isDone || bytes.count < length
    bytes[bytes.count - 1] &= 0x7f
    return bytes
  }

  /// A name with its length.
  public static func name(_ name: String) -> [UInt8] {
    unsigned(name.utf8.count) + Array(name.utf8)
  }

  /// The elements with their count.
  public static func vector(_ elements: [[UInt8]]) -> [UInt8] {
    unsigned(elements.count) + elements.flatMap { $0 }
  }

  /// A section with id and size.
  public static func section(_ id: UInt8, _ contents: [UInt8]) -> [UInt8] {
    [id] + unsigned(contents.count) + contents
  }

  public static func heapType(_ type: HeapType) -> [UInt8] {
    switch type {
    case .func: [0x70]
    case .extern: [0x6f]
    case .any: [0x6e]
    case .eq: [0x6d]
    case .i31: [0x6c]
    case .struct: [0x6b]
    case .array: [0x6a]
    case .exn: [0x69]
    case .none: [0x71]
    case .noExtern: [0x72]
    case .noFunc: [0x73]
    case .noExn: [0x74]
    case .concrete(let index): signed(Int64(index))
    }
  }

  public static func refType(_ type: RefType) -> [UInt8] {
    if type.nullable {
      if case .concrete = type.heap { return [0x63] + heapType(type.heap) }
      return heapType(type.heap)
    }
    return [0x64] + heapType(type.heap)
  }

  public static func valueType(_ type: ValueType) -> [UInt8] {
    switch type {
    case .i32: [0x7f]
    case .i64: [0x7e]
    case .f32: [0x7d]
    case .f64: [0x7c]
    case .v128: [0x7b]
    case .ref(let type): refType(type)
    }
  }

  public static func fieldType(_ type: FieldType) -> [UInt8] {
    let storage: [UInt8]
    switch type.storage {
    case .value(let type): storage = valueType(type)
    case .i8: storage = [0x78]
    case .i16: storage = [0x77]
    }
    return storage + [type.isMutable ? 1 : 0]
  }

  public static func compositeType(_ type: CompositeType) -> [UInt8] {
    switch type {
    case .function(let type):
      [0x60] + vector(type.parameters.map(valueType)) + vector(type.results.map(valueType))
    case .struct(let fields): [0x5f] + vector(fields.map(fieldType))
    case .array(let element): [0x5e] + fieldType(element)
    }
  }

  public static func subType(_ type: SubType) -> [UInt8] {
    if type.isFinal, type.supertypes.isEmpty { return compositeType(type.composite) }
    return [type.isFinal ? 0x4f : 0x50] + vector(type.supertypes.map { unsigned($0) })
      + compositeType(type.composite)
  }

  public static func blockType(_ type: BlockType) -> [UInt8] {
    switch type {
    case .empty: [0x40]
    case .value(let type): valueType(type)
    case .type(let index): signed(Int64(index))
    }
  }

  /// Limits; `flags` are added to that of the maximum.
  public static func limits(_ limits: Limits, flags: UInt8 = 0) -> [UInt8] {
    guard let maximum = limits.maximum else { return [flags] + unsigned(limits.minimum) }
    return [flags | 1] + unsigned(limits.minimum) + unsigned(maximum)
  }

  public static func memoryType(_ type: MemoryType) -> [UInt8] {
    let hasPageSize = type.pageSizeLog2 != 16
    let flags: UInt8 =
      (type.isShared ? 2 : 0) | (type.addressType == .i64 ? 4 : 0) | (hasPageSize ? 8 : 0)
    return limits(type.limits, flags: flags) + (hasPageSize ? unsigned(type.pageSizeLog2) : [])
  }

  public static func tableType(_ type: TableType) -> [UInt8] {
    refType(type.element) + limits(type.limits, flags: type.addressType == .i64 ? 4 : 0)
  }

  public static func globalType(_ type: GlobalType) -> [UInt8] {
    valueType(type.value) + [type.isMutable ? 1 : 0]
  }
}
