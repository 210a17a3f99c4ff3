// The passes a program goes through.
//
// Promotion of locals comes first and alone, because the fences look through locals. Then
// expressions are simplified while no read can be dropped, so that the fences for traps see
// which values are needed, wide products are put together, and then LLVM's pipeline follows.

internal import LLVM
internal import Program

/// Optimises a module.
enum Optimizer {
  /// Inlines small functions, drops variables that nothing reads, merges equal values, and
  /// folds expressions and branches.
  private static let simplification =
    "always-inline,globalopt,"
    + "function(simplifycfg,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    + "simplifycfg<hoist-common-insts;sink-common-insts>)"

  /// Forwards what is stored to the loads behind, drops stores that are overwritten, and
  /// folds what is known then.
  private static let forwarding =
    "cgscc(inline,function(early-cse<memssa>,dse,bdce,instcombine<no-verify-fixpoint>,simplifycfg))"

  /// Takes tests of bounds out of loops where LLVM finds last that each turn has the same;
  /// from -O2 on it looks for that itself.
  private static let hoisting =
    ",function(loop-mssa(simple-loop-unswitch<no-nontrivial;trivial>),simplifycfg)"

  /// Runs the passes of `level`.
  ///
  /// - Returns: the symbols of functions that are too large for it, and why.
  static func run(
    _ level: OptimizationLevel, on lowering: ProgramLowering, _ machine: TargetMachine
  ) throws(LLVMFailure) -> [(symbol: String, reason: String)] {
    let (module, reads) = (lowering.module, lowering.reads)
    // Instruction selection drops unused loads even where nothing is optimised.
    if level == .O0 {
      NaNFences.apply(to: module)
      reads.becomeLoads(witnessed: false)
      TrapFences.apply(to: module, loads: reads.loads)
      return []
    }
    try machine.run("function(sroa)", on: module)
    NaNFences.apply(to: module)
    SmallFunctions.mark(in: module, reads)
    let exempt = CompileBudget.enforce(on: module)
    try machine.run(simplification, on: module)
    WideProducts.restore(in: module)
    if lowering.fuel != nil {
      try machine.run(FuelVersions.preparation, on: module)
      FuelVersions.apply(to: lowering)
    }
    reads.becomeLoads(witnessed: true)
    try machine.run(forwarding, on: module)
    reads.dismissWitnesses()
    TrapFences.apply(to: module, loads: reads.loads)
    if lowering.fuel == nil { try Rerolling.apply(to: module, machine) }
    try machine.run("default<\(level.rawValue)>" + (level == .O1 ? hoisting : ""), on: module)
    StorePairs.join(in: module, lowering.alias)
    if lowering.fuel != nil {
      FuelCounters.hide(in: module)
      FuelUpdates.separate(in: lowering)
    }
    return exempt
  }
}
