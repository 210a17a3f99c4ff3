// Rows of the instruction table: wide arithmetic.
//
// Read by column: code, name, operation. Specification: proposal "wide arithmetic".

extension InstructionTable {
  // swift-format-ignore
  static let wide: [Row] = [
    group(prefix: 0xfc, feature: .wideArithmetic, [
      Row(0x13, "i64.add128", .wide(.add128)),
      Row(0x14, "i64.sub128", .wide(.sub128)),
      Row(0x15, "i64.mul_wide_s", .wide(.mulWideS)),
      Row(0x16, "i64.mul_wide_u", .wide(.mulWideU)),
    ]),
  ].flatMap { $0 }
}
