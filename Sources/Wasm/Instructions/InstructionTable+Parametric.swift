// Rows of the instruction table: parametric.
//
// Read by column: code, name, operation. Specification: 2.4.4 "Parametric Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let parametric: [Row] = [
    group([
      Row(0x1a, "drop", .drop),
      Row(0x1b, "select", .select),
    ]),
    group(feature: .referenceTypes, [
      Row(0x1c, "select", .selectTyped),
    ]),
  ].flatMap { $0 }
}
