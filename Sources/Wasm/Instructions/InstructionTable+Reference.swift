// Rows of the instruction table: reference.
//
// Read by column: code, name, operation. Specification: 2.4.3 "Reference Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let reference: [Row] = [
    group(feature: .referenceTypes, [
      Row(0xd0, "ref.null", .refNull),
      Row(0xd1, "ref.is_null", .refIsNull),
      Row(0xd2, "ref.func", .refFunc),
    ]),
  ].flatMap { $0 }
}
