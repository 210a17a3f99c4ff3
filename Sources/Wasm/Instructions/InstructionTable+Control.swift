// Rows of the instruction table: control.
//
// Read by column: code, name, operation. Specification: 2.4.8 "Control Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let control: [Row] = [
    group([
      Row(0x00, "unreachable", .unreachable),
      Row(0x01, "nop", .nop),
      Row(0x02, "block", .block),
      Row(0x03, "loop", .loop),
      Row(0x04, "if", .if),
      Row(0x05, "else", .else),
      Row(0x0b, "end", .end),
      Row(0x0c, "br", .br),
      Row(0x0d, "br_if", .brIf),
      Row(0x0e, "br_table", .brTable),
      Row(0x0f, "return", .return),
      Row(0x10, "call", .call),
      Row(0x11, "call_indirect", .callIndirect),
    ]),
    group(feature: .tailCall, [
      Row(0x12, "return_call", .returnCall),
      Row(0x13, "return_call_indirect", .returnCallIndirect),
    ]),
  ].flatMap { $0 }
}
