// Branches that decide nothing but which value a variable or a phi gets.
//
// If nothing needs the variables and phis, LLVM drops the branch, and with it the load that
// its condition came from. So the condition is needed if one of them is.
// Specification: 4.4.7 (traps).

internal import LLVM

extension TrapFences {
  /// How many blocks there may be on the ways from a branch to where they meet.
  private static let regionLimit = 8

  /// What a branch decides: the variables written on its ways until they meet, and the phis
  /// where they do. `nil` if a way has an effect, or they do not meet nearby.
  func findDecisions(of branch: IRValue) -> [IRValue]? {
    let home = branch.parentBlock
    let ways = home.successors
    // The ways meet in a block that is on each of them, the first one included.
    var candidates = [ways[0]].filter { $0 != home }
    var next = 0
    while next < candidates.count, candidates.count <= Self.regionLimit {
      let block = candidates[next]
      next += 1
      var region = Region(home: home, join: block)
      if ways.allSatisfy({ isQuiet($0, in: &region) }) {
        return region.variables + decidedPhis(of: region)
      }
      guard isQuiet(block) else { continue }
      candidates += block.successors.filter { $0 != home && !candidates.contains($0) }
    }
    return nil
  }

  /// Whether nothing that a branch decides is needed.
  func isIdle(_ branch: IRValue) -> Bool {
    decisions[branch].map { $0.allSatisfy { needed[$0] == nil } } ?? false
  }

  /// Whether each way from `block` to where a region ends is without effects and loops.
  private func isQuiet(_ block: BasicBlock, in region: inout Region) -> Bool {
    if block == region.join { return true }
    if block == region.home || region.way.contains(block) { return false }
    if region.blocks.contains(block) { return true }
    guard region.blocks.count < Self.regionLimit, isQuiet(block) else { return false }
    region.blocks.append(block)
    region.way.append(block)
    defer { region.way.removeLast() }
    region.variables += block.instructions.compactMap(\.writtenVariable)
    let successors = block.successors
    return !successors.isEmpty && successors.allSatisfy { isQuiet($0, in: &region) }
  }

  /// Whether a block does nothing but compute, write variables and pass control on.
  private func isQuiet(_ block: BasicBlock) -> Bool {
    var next = block.firstInstruction
    while let instruction = next {
      next = instruction.nextInstruction
      if let variable = instruction.writtenVariable {
        guard isRead(onlyByLoads: variable) else { return false }
      } else if instruction.isLoad {
        guard instruction.operand(0).isGlobalVariable else { return false }
      } else if instruction.hasEffect, !instruction.choosesWay {
        return false
      }
    }
    return true
  }

  /// The phis at the end of a region whose value depends on the way.
  private func decidedPhis(of region: Region) -> [IRValue] {
    region.join.instructions.prefix { $0.isPhi }.filter { phi in
      let values = phi.incoming.filter {
        $0.block == region.home || region.blocks.contains($0.block)
      }
      return values.contains { $0.value != values[0].value }
    }
  }
}

/// The blocks between a branch and where its ways meet.
private struct Region {
  let home: BasicBlock
  let join: BasicBlock
  var blocks: [BasicBlock] = []
  /// Those on the way that is being followed.
  var way: [BasicBlock] = []
  /// What is written in them.
  var variables: [IRValue] = []

  init(home: BasicBlock, join: BasicBlock) {
    self.home = home
    self.join = join
  }
}
