// Validates branch hints: each is of a branch that may be taken or not.
//
// A hint changes no meaning. In a text it was written by hand, and one of anything else is
// an error; in a binary it may be left over from before the code was changed, and is
// dropped. Specification: proposal "branch hinting".

extension Module {
  /// Checks the hints of all functions, whose bodies are valid.
  mutating func checkBranchHints() throws(WasmError) {
    var kept: [FuncIndex: [BranchHint]] = [:]
    var count = 0
    for (index, body) in code.enumerated() {
      let function = FuncIndex(importedFunctionCount + index)
      guard let hints = branchHints[function] else { continue }
      var finder = HintedBranches(hints: hints, start: body.range.lowerBound)
      try decodeBody(index, into: &finder)
      if finder.found.count < hints.count, sourceMap != nil {
        let lost = hints.first { !finder.found.contains($0) }?.offset ?? 0
        throw WasmError.invalidBranchHint(at: body.range.lowerBound + Int(lost))
          .placed(inFunction: Int(function))
      }
      count += 1
      if !finder.found.isEmpty { kept[function] = finder.found }
    }
    if count < branchHints.count, sourceMap != nil { throw .invalidBranchHint(at: 0) }
    branchHints = kept
  }
}

/// Finds those of a function's hints that are of branches.
private struct HintedBranches: InstructionConsumer {
  let hints: [BranchHint]
  /// Where the body begins that their offsets count from.
  let start: Int
  private var next = 0
  private(set) var found: [BranchHint] = []

  init(hints: [BranchHint], start: Int) {
    self.hints = hints
    self.start = start
  }

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    let offset = instruction.offset - start
    while next < hints.count, hints[next].offset < offset { next += 1 }
    guard next < hints.count, hints[next].offset == offset else { return }
    let operation = instruction.operation
    if operation == .if || operation == .brIf { found.append(hints[next]) }
  }
}
