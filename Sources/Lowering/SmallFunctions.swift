// Inlines functions of a few instructions before anything is decided about their callers.
//
// Whether a read is needed can depend on what a small function makes of its value. LLVM
// would inline these functions in any case, but only after `TrapFences` has looked.

internal import LLVM

/// What is inlined wherever it is called.
enum SmallFunctions {
  /// Instructions of the largest function that is inlined.
  static let limit = 12

  /// Marks the small functions of a module, for LLVM's pass `always-inline`.
  static func mark(in module: IRModule, _ reads: MemoryReads) {
    let attribute = module.context.attribute("alwaysinline")
    for function in module.functions where isSmall(function, reads) {
      function.addFunctionAttribute(attribute)
    }
  }

  /// Whether a function has a body of few instructions that calls nothing.
  private static func isSmall(_ function: IRValue, _ reads: MemoryReads) -> Bool {
    var count = 0
    for block in function.blocks {
      var next = block.firstInstruction
      while let instruction = next {
        count += 1
        if count > limit { return false }
        if case .call = instruction.instructionKind, !reads.isRead(instruction) { return false }
        next = instruction.nextInstruction
      }
    }
    return count > 0
  }
}
