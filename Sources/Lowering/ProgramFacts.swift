// What must be known of all bodies before the first is lowered.
//
// One quick decode over the program: whether there are tail calls, which tables never
// change, and whether a function is beyond what LLVM IR can hold of it.

internal import Program
internal import Wasm

/// Facts about a whole program.
struct ProgramFacts {
  /// Some function ends in a guaranteed tail call.
  private(set) var usesTailCalls = false
  /// The tables that change after instantiation, or whose elements are read as values.
  private(set) var variableTables: Set<ItemBinding> = []

  /// How many values the blocks and loops of one function may hand on together: each is a
  /// phi. 60 million of them, from a module of 350 KB, take 23 GB and two minutes.
  static let mergedValueLimit = 5_000_000

  /// - Throws: `LoweringError` for a function beyond the limit.
  init(_ program: Program) throws(LoweringError) {
    for (position, instance) in program.instances.enumerated() {
      var scan = Scan(instance: instance, position: position)
      for index in instance.module.code.indices {
        scan.mergedValues = 0
        // The program's modules are valid, so nothing is thrown.
        try? instance.module.decodeBody(index, into: &scan)
        if scan.mergedValues > Self.mergedValueLimit {
          let function = instance.module.importedFunctionCount + index
          throw LoweringError(
            "too many block results: \(scan.mergedValues) in function \(function), the limit is "
              + "\(Self.mergedValueLimit)", isLimit: true)
        }
      }
      usesTailCalls = usesTailCalls || scan.usesTailCalls
      variableTables.formUnion(scan.variableTables)
    }
  }

  /// Collects the facts from the instructions of one instance.
  private struct Scan: InstructionConsumer {
    let instance: Instance
    let position: Int
    var usesTailCalls = false
    var variableTables: Set<ItemBinding> = []
    var mergedValues = 0

    init(instance: Instance, position: Int) {
      self.instance = instance
      self.position = position
    }

    mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
      switch instruction.operation {
      case .block, .if: mergedValues += arity(instruction.blockType).results
      case .loop: mergedValues += arity(instruction.blockType).parameters
      case .returnCall, .returnCallIndirect, .typedReference(.returnCallRef): usesTailCalls = true
      case .tableGet, .tableSet, .tableGrow, .tableFill, .tableInit: note(instruction.index)
      case .tableCopy:
        note(instruction.index)
        note(instruction.secondIndex)
      default: break
      }
    }

    private func arity(_ type: BlockType) -> (parameters: Int, results: Int) {
      switch type {
      case .empty: return (0, 0)
      case .value: return (0, 1)
      case .type(let index):
        let type = instance.module.functionType(at: index)
        return (type?.parameters.count ?? 0, type?.results.count ?? 0)
      }
    }

    private mutating func note(_ table: TableIndex) {
      variableTables.insert(
        table < instance.tables.count
          ? instance.tables[Int(table)] : ItemBinding(instance: position, index: table))
    }
  }
}
