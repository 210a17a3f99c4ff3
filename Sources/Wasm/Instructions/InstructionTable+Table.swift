// Rows of the instruction table: table.
//
// Read by column: code, name, operation. Specification: 2.4.6 "Table Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let table: [Row] = [
    group(feature: .referenceTypes, [
      Row(0x25, "table.get", .tableGet),
      Row(0x26, "table.set", .tableSet),
    ]),
    group(prefix: 0xfc, feature: .bulkMemory, [
      Row(0x0c, "table.init", .tableInit),
      Row(0x0d, "elem.drop", .elemDrop),
      Row(0x0e, "table.copy", .tableCopy),
    ]),
    group(prefix: 0xfc, feature: .referenceTypes, [
      Row(0x0f, "table.grow", .tableGrow),
      Row(0x10, "table.size", .tableSize),
      Row(0x11, "table.fill", .tableFill),
    ]),
  ].flatMap { $0 }
}
