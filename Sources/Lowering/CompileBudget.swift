// Keeps functions out of the optimiser that it would take hours for.
//
// Several passes of LLVM, and its instruction scheduler, take time that grows with the
// square of a function or of one of its blocks; a module of 200 KB can hold one for more
// than two minutes. What a compiler emits is far below the limits: the largest function
// of the collections that Apus is tested with has 20,000 instructions, 8,400 of them in
// one block, and 3,100 phis.

internal import LLVM

/// The size of function up to which the optimiser is let loose.
enum CompileBudget {
  /// Instructions of a function.
  static let instructions = 150_000
  /// Instructions of one block.
  static let block = 20_000
  /// Values that merge where paths of control meet.
  static let phis = 20_000

  /// Takes every function beyond the budget out of optimisation.
  ///
  /// - Returns: their symbols, with what is too large.
  static func enforce(on module: IRModule) -> [(symbol: String, reason: String)] {
    let attributes = [module.context.attribute("optnone"), module.context.attribute("noinline")]
    var exempt: [(symbol: String, reason: String)] = []
    for function in module.functions {
      guard let reason = excess(of: function) else { continue }
      for attribute in attributes { function.addFunctionAttribute(attribute) }
      exempt.append((function.name, reason))
    }
    return exempt
  }

  /// What of a function is beyond the budget.
  private static func excess(of function: IRValue) -> String? {
    var total = 0
    var phiCount = 0
    for block in function.blocks {
      var count = 0
      var next = block.firstInstruction
      while let instruction = next {
        count += 1
        if instruction.isPhi { phiCount += 1 }
        next = instruction.nextInstruction
      }
      if count > Self.block { return "\(count) instructions without a branch" }
      total += count
    }
    if phiCount > phis { return "\(phiCount) merged values" }
    return total > instructions ? "\(total) instructions" : nil
  }
}
