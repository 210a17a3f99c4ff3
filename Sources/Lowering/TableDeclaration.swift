// Declares tables: as a constant where nothing ever changes one, as the runtime's
// `apus_table` otherwise.
//
// Specification: 2.5.5 "Tables", 4.5.4.

internal import LLVM
internal import Program
internal import RuntimeABI
internal import Wasm

extension ProgramLowering {
  func declareTables(_ instance: Instance, _ index: Int) {
    for binding in instance.tables {
      layouts[index].tables.append(layouts[binding.instance].tables[Int(binding.index)])
    }
    let module = instance.module
    for (position, table) in module.tables.enumerated().dropFirst(module.importedTableCount) {
      let binding = ItemBinding(instance: index, index: TableIndex(position))
      let storage: TableEntity.Storage
      if let contents = constantContents(of: binding, table) {
        let array = context.array(functionDescriptorType, contents)
        storage = .constant(
          self.module.addGlobal("table", initializer: array, isConstant: true, alignment: 16),
          count: contents.count)
      } else {
        storage = .variable(declareVariableTable(table, in: index))
      }
      layouts[index].tables.append(TableEntity(storage: storage, type: table.type))
    }
  }

  private func declareVariableTable(_ table: Table, in index: Int) -> IRValue {
    let null = null(of: table.type.element.heap, in: index)
    let limit = APUS_MAX_TABLE_ELEMENTS
    let descriptor = module.addGlobal(
      "table",
      initializer: context.structure([
        context.zero(context.pointer),
        context.constant(context.i64, 0),
        context.constant(context.i64, table.type.limits.minimum),
        context.constant(context.i64, min(table.type.limits.maximum ?? limit, limit)),
        table.initializer.map { evaluate($0, in: index) } ?? null,
      ]))
    variableTables.append(descriptor)
    return descriptor
  }

  /// The descriptors in a table as instantiation leaves it, if they are known: only one
  /// instance fills it, within bounds, and nothing changes it afterwards.
  private func constantContents(of binding: ItemBinding, _ table: Table) -> [IRValue]? {
    guard !facts.variableTables.contains(binding), table.initializer == nil,
      types.isFunction(table.type.element.heap, in: binding.instance),
      table.type.limits.minimum <= APUS_MAX_TABLE_ELEMENTS,
      !isImported(binding)
    else { return nil }
    let none = context.structure([context.zero(context.pointer), context.constant(context.i64, 0)])
    var contents = Array(repeating: none, count: Int(table.type.limits.minimum))
    for segment in program.instances[binding.instance].module.elements {
      guard case .active(binding.index, let offset) = segment.mode else { continue }
      guard let start = evaluate(offset, in: binding.instance).constantInteger,
        case .functions(let functions) = segment.items, start <= UInt64(contents.count),
        start + UInt64(functions.count) <= UInt64(contents.count)
      else { return nil }
      for (position, function) in functions.enumerated() {
        contents[Int(start) + position] = descriptor(
          of: layouts[binding.instance].functions[Int(function)])
      }
    }
    return contents
  }

  /// Whether another instance uses the table, and so may fill it with segments.
  private func isImported(_ table: ItemBinding) -> Bool {
    program.instances.contains { $0.tables.contains(table) }
  }
}
