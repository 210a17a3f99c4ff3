// The passes a program goes through.
//
// Promotion of locals comes first and alone, because the semantic fences look through
// them and must stand before anything else runs.

internal import LLVM
internal import Program

/// Optimises a module.
enum Optimizer {
  /// Runs the passes of `level`.
  ///
  /// - Returns: the symbols of functions that are too large for it, and why.
  static func run(_ level: OptimizationLevel, on module: IRModule, _ machine: TargetMachine)
    throws(LLVMFailure) -> [(symbol: String, reason: String)]
  {
    // Instruction selection drops unused loads even where nothing is optimised.
    if level == .O0 {
      SemanticFences.apply(to: module)
      return []
    }
    try machine.run("function(sroa)", on: module)
    SemanticFences.apply(to: module)
    let exempt = CompileBudget.enforce(on: module)
    try machine.run("default<\(level.rawValue)>", on: module)
    return exempt
  }
}
