// What the items of an instance's index spaces are in LLVM IR.
//
// An imported item is the entity of the instance that defines it.

internal import LLVM
internal import Wasm

/// A function.
struct FunctionEntity {
  let function: IRFunction
  let signature: Signature
}

/// A global variable.
struct GlobalEntity {
  enum Storage {
    /// Immutable: its value.
    case constant(IRValue)
    /// Mutable: where it lives.
    case variable(IRValue, AliasClass)
  }
  let storage: Storage
  let type: IRType
  /// Without indices: what references point to is reduced to its kind.
  let valueType: ValueType
}

/// A linear memory.
struct MemoryEntity {
  /// The `apus_memory`, whose first field is the length in bytes.
  let descriptor: IRValue
  /// Address of byte 0, as a constant pointer.
  let base: IRValue
  let type: MemoryType
  /// How accesses are kept inside.
  let bounds: BoundsCheck
  let alias: AliasClass

  /// The length in bytes that it has at least: memories do not shrink.
  var minimumLength: UInt64 { type.limits.minimum << UInt64(type.pageSizeLog2) }
}

/// A table.
struct TableEntity {
  enum Storage {
    /// Nothing changes it after instantiation: an array of code address and type.
    case constant(IRValue, count: Int)
    /// The `apus_table`.
    case variable(IRValue)
  }
  let storage: Storage
  let type: TableType
}

/// A passive segment: its contents and the variable that holds its length, zero
/// once dropped. Active and declarative segments are empty at run time.
struct SegmentEntity {
  let contents: IRValue
  let length: IRValue
}

/// The index spaces of an instance.
struct InstanceLayout {
  var functions: [FunctionEntity] = []
  var globals: [GlobalEntity] = []
  var memories: [MemoryEntity] = []
  var tables: [TableEntity] = []
  var elements: [SegmentEntity?] = []
  var data: [SegmentEntity?] = []
}
