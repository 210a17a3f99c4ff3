// Rows of the instruction table: exceptions.
//
// Read by column: code, name, operation. Specification: 2.4.8 "Control Instructions", proposal
// "legacy exception handling".

extension InstructionTable {
  // swift-format-ignore
  static let exception: [Row] = [
    group(feature: .exceptionHandling, [
      Row(0x08, "throw", .exception(.throw)),
      Row(0x0a, "throw_ref", .exception(.throwRef)),
      Row(0x1f, "try_table", .exception(.tryTable)),
    ]),
    group(feature: .legacyExceptions, [
      Row(0x06, "try", .exception(.try)),
      Row(0x07, "catch", .exception(.catch)),
      Row(0x09, "rethrow", .exception(.rethrow)),
      Row(0x18, "delegate", .exception(.delegate)),
      Row(0x19, "catch_all", .exception(.catchAll)),
    ]),
  ].flatMap { $0 }
}
