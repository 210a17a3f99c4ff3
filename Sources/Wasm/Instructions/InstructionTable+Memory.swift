// Rows of the instruction table: memory.
//
// Read by column: code, name, operation. Specification: 2.4.7 "Memory Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let memory: [Row] = [
    group([
      Row(0x28, "i32.load", .load(.integer(.i32))),
      Row(0x29, "i64.load", .load(.integer(.i64))),
      Row(0x2a, "f32.load", .load(.float(.f32))),
      Row(0x2b, "f64.load", .load(.float(.f64))),
      Row(0x2c, "i32.load8_s", .load(.extending(.i32, .bits8, signed: true))),
      Row(0x2d, "i32.load8_u", .load(.extending(.i32, .bits8, signed: false))),
      Row(0x2e, "i32.load16_s", .load(.extending(.i32, .bits16, signed: true))),
      Row(0x2f, "i32.load16_u", .load(.extending(.i32, .bits16, signed: false))),
      Row(0x30, "i64.load8_s", .load(.extending(.i64, .bits8, signed: true))),
      Row(0x31, "i64.load8_u", .load(.extending(.i64, .bits8, signed: false))),
      Row(0x32, "i64.load16_s", .load(.extending(.i64, .bits16, signed: true))),
      Row(0x33, "i64.load16_u", .load(.extending(.i64, .bits16, signed: false))),
      Row(0x34, "i64.load32_s", .load(.extending(.i64, .bits32, signed: true))),
      Row(0x35, "i64.load32_u", .load(.extending(.i64, .bits32, signed: false))),
      Row(0x36, "i32.store", .store(.integer(.i32))),
      Row(0x37, "i64.store", .store(.integer(.i64))),
      Row(0x38, "f32.store", .store(.float(.f32))),
      Row(0x39, "f64.store", .store(.float(.f64))),
      Row(0x3a, "i32.store8", .store(.wrapping(.i32, .bits8))),
      Row(0x3b, "i32.store16", .store(.wrapping(.i32, .bits16))),
      Row(0x3c, "i64.store8", .store(.wrapping(.i64, .bits8))),
      Row(0x3d, "i64.store16", .store(.wrapping(.i64, .bits16))),
      Row(0x3e, "i64.store32", .store(.wrapping(.i64, .bits32))),
      Row(0x3f, "memory.size", .memorySize),
      Row(0x40, "memory.grow", .memoryGrow),
    ]),
    group(prefix: 0xfc, feature: .bulkMemory, [
      Row(0x08, "memory.init", .memoryInit),
      Row(0x09, "data.drop", .dataDrop),
      Row(0x0a, "memory.copy", .memoryCopy),
      Row(0x0b, "memory.fill", .memoryFill),
    ]),
  ].flatMap { $0 }
}
