// Rows of the instruction table: conversions.
//
// Read by column: code, name, operation. Specification: 2.4.1 "Numeric Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let conversion: [Row] = [
    group([
      Row(0xa7, "i32.wrap_i64", .conversion(.wrap)),
      Row(0xa8, "i32.trunc_f32_s", .conversion(.truncate(.i32, from: .f32, signed: true))),
      Row(0xa9, "i32.trunc_f32_u", .conversion(.truncate(.i32, from: .f32, signed: false))),
      Row(0xaa, "i32.trunc_f64_s", .conversion(.truncate(.i32, from: .f64, signed: true))),
      Row(0xab, "i32.trunc_f64_u", .conversion(.truncate(.i32, from: .f64, signed: false))),
      Row(0xac, "i64.extend_i32_s", .conversion(.extend(signed: true))),
      Row(0xad, "i64.extend_i32_u", .conversion(.extend(signed: false))),
      Row(0xae, "i64.trunc_f32_s", .conversion(.truncate(.i64, from: .f32, signed: true))),
      Row(0xaf, "i64.trunc_f32_u", .conversion(.truncate(.i64, from: .f32, signed: false))),
      Row(0xb0, "i64.trunc_f64_s", .conversion(.truncate(.i64, from: .f64, signed: true))),
      Row(0xb1, "i64.trunc_f64_u", .conversion(.truncate(.i64, from: .f64, signed: false))),
      Row(0xb2, "f32.convert_i32_s", .conversion(.convert(.f32, from: .i32, signed: true))),
      Row(0xb3, "f32.convert_i32_u", .conversion(.convert(.f32, from: .i32, signed: false))),
      Row(0xb4, "f32.convert_i64_s", .conversion(.convert(.f32, from: .i64, signed: true))),
      Row(0xb5, "f32.convert_i64_u", .conversion(.convert(.f32, from: .i64, signed: false))),
      Row(0xb6, "f32.demote_f64", .conversion(.demote)),
      Row(0xb7, "f64.convert_i32_s", .conversion(.convert(.f64, from: .i32, signed: true))),
      Row(0xb8, "f64.convert_i32_u", .conversion(.convert(.f64, from: .i32, signed: false))),
      Row(0xb9, "f64.convert_i64_s", .conversion(.convert(.f64, from: .i64, signed: true))),
      Row(0xba, "f64.convert_i64_u", .conversion(.convert(.f64, from: .i64, signed: false))),
      Row(0xbb, "f64.promote_f32", .conversion(.promote)),
      Row(0xbc, "i32.reinterpret_f32", .conversion(.reinterpretFloat(.f32))),
      Row(0xbd, "i64.reinterpret_f64", .conversion(.reinterpretFloat(.f64))),
      Row(0xbe, "f32.reinterpret_i32", .conversion(.reinterpretInteger(.i32))),
      Row(0xbf, "f64.reinterpret_i64", .conversion(.reinterpretInteger(.i64))),
    ]),
    group(prefix: 0xfc, feature: .saturatingConversion, [
      Row(0x00, "i32.trunc_sat_f32_s", .conversion(.truncateSaturating(.i32, from: .f32, signed: true))),
      Row(0x01, "i32.trunc_sat_f32_u", .conversion(.truncateSaturating(.i32, from: .f32, signed: false))),
      Row(0x02, "i32.trunc_sat_f64_s", .conversion(.truncateSaturating(.i32, from: .f64, signed: true))),
      Row(0x03, "i32.trunc_sat_f64_u", .conversion(.truncateSaturating(.i32, from: .f64, signed: false))),
      Row(0x04, "i64.trunc_sat_f32_s", .conversion(.truncateSaturating(.i64, from: .f32, signed: true))),
      Row(0x05, "i64.trunc_sat_f32_u", .conversion(.truncateSaturating(.i64, from: .f32, signed: false))),
      Row(0x06, "i64.trunc_sat_f64_s", .conversion(.truncateSaturating(.i64, from: .f64, signed: true))),
      Row(0x07, "i64.trunc_sat_f64_u", .conversion(.truncateSaturating(.i64, from: .f64, signed: false))),
    ]),
  ].flatMap { $0 }
}
