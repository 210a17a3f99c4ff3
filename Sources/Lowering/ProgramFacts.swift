// What must be known of all bodies before the first is lowered.
//
// One quick decode over the program: whether there are tail calls, and which tables
// never change.

internal import Program
internal import Wasm

/// Facts about a whole program.
struct ProgramFacts {
  /// Some function ends in a guaranteed tail call.
  private(set) var usesTailCalls = false
  /// The tables that change after instantiation, or whose elements are read as values.
  private(set) var variableTables: Set<ItemBinding> = []

  init(_ program: Program) {
    for (position, instance) in program.instances.enumerated() {
      var scan = Scan(instance: instance, position: position)
      for index in instance.module.code.indices {
        // The program's modules are valid, so nothing is thrown.
        try? instance.module.decodeBody(index, into: &scan)
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

    mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
      switch instruction.operation {
      case .returnCall, .returnCallIndirect: usesTailCalls = true
      case .tableGet, .tableSet, .tableGrow, .tableFill, .tableInit: note(instruction.index)
      case .tableCopy:
        note(instruction.index)
        note(instruction.secondIndex)
      default: break
      }
    }

    private mutating func note(_ table: TableIndex) {
      variableTables.insert(
        table < instance.tables.count
          ? instance.tables[Int(table)] : ItemBinding(instance: position, index: table))
    }
  }
}
