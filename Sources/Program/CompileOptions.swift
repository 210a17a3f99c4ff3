// What a user can choose about the code of a program.
//
// Values only; how they are spelled on the command line is the driver's matter. They
// stand here and not in the lowering so that the command line can name them
// without loading LLVM.

public import Wasm

/// How much time is spent on how fast or small code.
public enum OptimizationLevel: String, CaseIterable, Codable, Hashable, Sendable {
  case O0, O1, O2, O3, Os
}

/// How an access beyond a memory's end is found.
public enum BoundsChecks: String, CaseIterable, Codable, Hashable, Sendable {
  /// The address space around the memory is reserved and faults.
  case guardPages = "guard-pages"
  /// Each access compares: for systems that limit virtual memory.
  case explicit
}

/// What the code of a program is compiled into.
public enum Emission: String, CaseIterable, Codable, Hashable, Sendable {
  case object = "obj"
  case assembly = "asm"
  case llvmIR = "llvm-ir"
  case bitcode
}

/// The choices that shape a program's code.
public struct CompileOptions: Codable, Hashable, Sendable {
  /// What the modules may use.
  public var features = FeatureSet.standard
  public var optimization = OptimizationLevel.O2
  /// `x86-64`, `x86-64-v2`, `x86-64-v3`, `x86-64-v4`, `native`, or a name LLVM knows.
  public var cpu = "x86-64-v3"
  public var boundsChecks = BoundsChecks.guardPages
  /// Every access of linear memory is kept and stays in its place.
  public var strict = false
  /// Instructions that may differ between CPUs give the same result on all of them.
  public var deterministic = false
  /// Guest stack in bytes, rounded up to a multiple of 64 KiB.
  public var stackSize: UInt64 = 8 << 20
  /// Baked grants, as `apus_program` in `apus_abi.h` describes them.
  public var grants: [String] = []
  /// Whether the executable reads its grants from its arguments.
  public var readsGrantsFromArguments = false
  /// Whether the code counts what it executes, for a limit.
  public var countsFuel = false
  /// Whether the kernel keeps the program to what it needs.
  public var confinement = true

  public init() {}
}

/// Told how long each phase of a compile took.
public typealias PhaseObserver = @Sendable (_ phase: String, _ time: Duration) -> Void

/// Told, in a line each, what a user may want to know about a compile.
public typealias NoteObserver = @Sendable (_ note: String) -> Void
