// The traps that generated code raises, numbered as the runtime numbers them.
//
// Specification: 4.4 "Instructions" says where each is raised; the wording is that of
// the official test suite, held in `runtime-c/include/traps.def`.

internal import RuntimeABI

/// A trap, by its code in `traps.def`.
enum Trap: CaseIterable {
  case unreachable
  case integerDivideByZero
  case integerOverflow
  case invalidConversion
  case memoryOutOfBounds
  case tableOutOfBounds
  case undefinedElement
  case uninitializedElement
  case indirectCallTypeMismatch
  case nullReference
  case castFailure
  case unalignedAtomic
  case expectedSharedMemory
  /// Not the specification's: a limit of this program.
  case outOfFuel

  /// The code the runtime knows it by.
  var rawValue: UInt32 {
    switch self {
    case .unreachable: APUS_TRAP_UNREACHABLE.rawValue
    case .integerDivideByZero: APUS_TRAP_INTEGER_DIVIDE_BY_ZERO.rawValue
    case .integerOverflow: APUS_TRAP_INTEGER_OVERFLOW.rawValue
    case .invalidConversion: APUS_TRAP_INVALID_CONVERSION.rawValue
    case .memoryOutOfBounds: APUS_TRAP_MEMORY_OUT_OF_BOUNDS.rawValue
    case .tableOutOfBounds: APUS_TRAP_TABLE_OUT_OF_BOUNDS.rawValue
    case .undefinedElement: APUS_TRAP_UNDEFINED_ELEMENT.rawValue
    case .uninitializedElement: APUS_TRAP_UNINITIALIZED_ELEMENT.rawValue
    case .indirectCallTypeMismatch: APUS_TRAP_INDIRECT_CALL_TYPE_MISMATCH.rawValue
    case .nullReference: APUS_TRAP_NULL_REFERENCE.rawValue
    case .unalignedAtomic: APUS_TRAP_UNALIGNED_ATOMIC.rawValue
    case .expectedSharedMemory: APUS_TRAP_EXPECTED_SHARED_MEMORY.rawValue
    case .outOfFuel: APUS_TRAP_OUT_OF_FUEL.rawValue
    case .castFailure: APUS_TRAP_CAST_FAILURE.rawValue
    }
  }
}
