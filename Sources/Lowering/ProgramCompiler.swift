// From a linked program to machine code: the only door to LLVM.

public import Program

/// Why a valid program could not be compiled.
public struct LoweringError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}

/// Compiles programs.
public enum ProgramCompiler {
  /// Lowers, optimises and emits `program`.
  ///
  /// - Parameters:
  ///   - onPhase: called after each phase (`lower`, `optimize`, `emit`).
  /// - Returns: the bytes of the object, assembly, IR or bitcode file.
  /// - Throws: `LoweringError` for an unknown CPU or a limit of the implementation.
  public static func compile(
    _ program: Program, options: CompileOptions, emission: Emission,
    onPhase: PhaseObserver = { _, _ in }
  ) throws(LoweringError) -> [UInt8] {
    throw LoweringError("not yet")
  }
}
