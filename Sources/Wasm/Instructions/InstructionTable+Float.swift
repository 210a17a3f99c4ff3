// Rows of the instruction table: floating-point numbers.
//
// Read by column: code, name, operation. Specification: 2.4.1 "Numeric Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let float: [Row] = [
    group([
      Row(0x43, "f32.const", .floatConst(.f32)),
      Row(0x44, "f64.const", .floatConst(.f64)),
      Row(0x5b, "f32.eq", .floatRelation(.f32, .eq)),
      Row(0x5c, "f32.ne", .floatRelation(.f32, .ne)),
      Row(0x5d, "f32.lt", .floatRelation(.f32, .lt)),
      Row(0x5e, "f32.gt", .floatRelation(.f32, .gt)),
      Row(0x5f, "f32.le", .floatRelation(.f32, .le)),
      Row(0x60, "f32.ge", .floatRelation(.f32, .ge)),
      Row(0x61, "f64.eq", .floatRelation(.f64, .eq)),
      Row(0x62, "f64.ne", .floatRelation(.f64, .ne)),
      Row(0x63, "f64.lt", .floatRelation(.f64, .lt)),
      Row(0x64, "f64.gt", .floatRelation(.f64, .gt)),
      Row(0x65, "f64.le", .floatRelation(.f64, .le)),
      Row(0x66, "f64.ge", .floatRelation(.f64, .ge)),
      Row(0x8b, "f32.abs", .floatUnary(.f32, .abs)),
      Row(0x8c, "f32.neg", .floatUnary(.f32, .neg)),
      Row(0x8d, "f32.ceil", .floatUnary(.f32, .ceil)),
      Row(0x8e, "f32.floor", .floatUnary(.f32, .floor)),
      Row(0x8f, "f32.trunc", .floatUnary(.f32, .trunc)),
      Row(0x90, "f32.nearest", .floatUnary(.f32, .nearest)),
      Row(0x91, "f32.sqrt", .floatUnary(.f32, .sqrt)),
      Row(0x92, "f32.add", .floatBinary(.f32, .add)),
      Row(0x93, "f32.sub", .floatBinary(.f32, .sub)),
      Row(0x94, "f32.mul", .floatBinary(.f32, .mul)),
      Row(0x95, "f32.div", .floatBinary(.f32, .div)),
      Row(0x96, "f32.min", .floatBinary(.f32, .min)),
      Row(0x97, "f32.max", .floatBinary(.f32, .max)),
      Row(0x98, "f32.copysign", .floatBinary(.f32, .copysign)),
      Row(0x99, "f64.abs", .floatUnary(.f64, .abs)),
      Row(0x9a, "f64.neg", .floatUnary(.f64, .neg)),
      Row(0x9b, "f64.ceil", .floatUnary(.f64, .ceil)),
      Row(0x9c, "f64.floor", .floatUnary(.f64, .floor)),
      Row(0x9d, "f64.trunc", .floatUnary(.f64, .trunc)),
      Row(0x9e, "f64.nearest", .floatUnary(.f64, .nearest)),
      Row(0x9f, "f64.sqrt", .floatUnary(.f64, .sqrt)),
      Row(0xa0, "f64.add", .floatBinary(.f64, .add)),
      Row(0xa1, "f64.sub", .floatBinary(.f64, .sub)),
      Row(0xa2, "f64.mul", .floatBinary(.f64, .mul)),
      Row(0xa3, "f64.div", .floatBinary(.f64, .div)),
      Row(0xa4, "f64.min", .floatBinary(.f64, .min)),
      Row(0xa5, "f64.max", .floatBinary(.f64, .max)),
      Row(0xa6, "f64.copysign", .floatBinary(.f64, .copysign)),
    ]),
  ].flatMap { $0 }
}
