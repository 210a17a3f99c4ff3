// The loops of a function that have no loop inside, for passes of our own.
//
// LLVM's C interface knows blocks and edges, but not its loops. Those found here have the
// form that LLVM's `loop-simplify` and `lcssa` make: one edge in, one edge back, and values
// that leave through phis. A loop in any other form is passed over.

internal import CLLVM

/// A loop that is entered by one edge, closed by one edge, and has no loop inside.
public struct InnermostLoop {
  /// Where it is entered, from here only.
  public let preheader: BasicBlock
  public let header: BasicBlock
  /// Where the edge back to the header begins.
  public let latch: BasicBlock
  /// All blocks, the header first.
  public let blocks: [BasicBlock]
  private let members: Set<BasicBlock>

  /// The blocks that control may leave to.
  public var exits: [BasicBlock] {
    var seen = members
    return blocks.flatMap(\.successors).filter { seen.insert($0).inserted }
  }

  /// The instructions of all blocks.
  public var instructions: [IRValue] { blocks.flatMap(\.instructions) }

  public func contains(_ block: BasicBlock) -> Bool { members.contains(block) }

  /// Whether a value is the same in each turn because it is not computed in the loop.
  public func isInvariant(_ value: IRValue) -> Bool {
    !value.isInstruction || !contains(value.parentBlock)
  }

  /// Whether each turn that is followed by another comes through `block`.
  public func isPassedInEachTurn(_ block: BasicBlock) -> Bool {
    var seen: Set<BasicBlock> = [block]
    var worklist = [header]
    while let next = worklist.popLast() {
      guard contains(next), seen.insert(next).inserted else { continue }
      worklist += next.successors
    }
    return block == latch || !seen.contains(latch)
  }

  /// Whether nothing outside uses a value of the loop but by a phi of an exit.
  fileprivate var isClosed: Bool {
    let exits = Set(exits)
    return instructions.allSatisfy { value in
      value.users.allSatisfy { user in
        contains(user.parentBlock) || (user.isPhi && exits.contains(user.parentBlock))
      }
    }
  }

  fileprivate init(preheader: BasicBlock, latch: BasicBlock, blocks: [BasicBlock]) {
    self.preheader = preheader
    self.latch = latch
    self.blocks = blocks
    header = blocks[0]
    members = Set(blocks)
  }

  /// The innermost loops of a function.
  ///
  /// - Parameters:
  ///   - limit: how many blocks a loop may have.
  public static func all(of function: IRValue, blockLimit limit: Int) -> [InnermostLoop] {
    guard let entry = function.blocks.first else { return [] }
    let (headers, latches, predecessors) = edges(from: entry)
    return headers.compactMap { header in
      guard let latch = latches[header], latch.count == 1 else { return nil }
      var blocks = [header]
      var members: Set<BasicBlock> = [header]
      var worklist = latch
      while let block = worklist.popLast() {
        guard members.insert(block).inserted else { continue }
        blocks.append(block)
        if blocks.count > limit || latches[block] != nil || block == entry { return nil }
        worklist += predecessors[block] ?? []
      }
      let outside = (predecessors[header] ?? []).filter { !members.contains($0) }
      guard outside.count == 1, outside[0].successors == [header] else { return nil }
      let loop = InnermostLoop(preheader: outside[0], latch: latch[0], blocks: blocks)
      return loop.isClosed ? loop : nil
    }
  }

  /// The headers of all loops in the order in which control meets them, the blocks from
  /// which edges go back to each, and all predecessors of each block.
  private static func edges(from entry: BasicBlock) -> (
    headers: [BasicBlock], latches: [BasicBlock: [BasicBlock]],
    predecessors: [BasicBlock: [BasicBlock]]
  ) {
    var headers: [BasicBlock] = []
    var latches: [BasicBlock: [BasicBlock]] = [:]
    var predecessors: [BasicBlock: [BasicBlock]] = [:]
    // An edge to a block that is still open, in a walk in depth, goes back.
    var isOpen = [entry: true]
    var path = [(block: entry, rest: entry.successors[...])]
    while let (block, rest) = path.last {
      guard let next = rest.first else {
        isOpen[block] = false
        path.removeLast()
        continue
      }
      path[path.count - 1].rest = rest.dropFirst()
      predecessors[next, default: []].append(block)
      switch isOpen[next] {
      case true?:
        if latches[next] == nil { headers.append(next) }
        latches[next, default: []].append(block)
      case false?: break
      case nil:
        isOpen[next] = true
        path.append((next, next.successors[...]))
      }
    }
    return (headers, latches, predecessors)
  }
}

extension BasicBlock {
  /// The instructions of the block in order.
  public var instructions: [IRValue] {
    var list: [IRValue] = []
    var next = firstInstruction
    while let instruction = next {
      list.append(instruction)
      next = instruction.nextInstruction
    }
    return list
  }
}
