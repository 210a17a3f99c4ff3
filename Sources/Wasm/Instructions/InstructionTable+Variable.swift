// Rows of the instruction table: variable.
//
// Read by column: code, name, operation. Specification: 2.4.5 "Variable Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let variable: [Row] = [
    group([
      Row(0x20, "local.get", .localGet),
      Row(0x21, "local.set", .localSet),
      Row(0x22, "local.tee", .localTee),
      Row(0x23, "global.get", .globalGet),
      Row(0x24, "global.set", .globalSet),
    ]),
  ].flatMap { $0 }
}
