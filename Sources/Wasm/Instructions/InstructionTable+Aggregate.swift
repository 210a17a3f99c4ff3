// Rows of the instruction table: typed references, structures, arrays.
//
// Read by column: code, name, operation. Specification: 2.4.3 "Reference
// Instructions", 2.4.5 "Aggregate Instructions", 2.4.8 "Control Instructions".

extension InstructionTable {
  // swift-format-ignore
  static let aggregate: [Row] = [
    group(feature: .functionReferences, [
      Row(0x14, "call_ref", .typedReference(.callRef)),
      Row(0x15, "return_call_ref", .typedReference(.returnCallRef)),
      Row(0xd4, "ref.as_non_null", .typedReference(.asNonNull)),
      Row(0xd5, "br_on_null", .typedReference(.brOnNull)),
      Row(0xd6, "br_on_non_null", .typedReference(.brOnNonNull)),
    ]),
    group(feature: .gc, [
      Row(0xd3, "ref.eq", .aggregate(.eq)),
    ]),
    group(prefix: 0xfb, feature: .gc, [
      Row(0x00, "struct.new", .aggregate(.structNew)),
      Row(0x01, "struct.new_default", .aggregate(.structNewDefault)),
      Row(0x02, "struct.get", .aggregate(.structGet(.whole))),
      Row(0x03, "struct.get_s", .aggregate(.structGet(.signed))),
      Row(0x04, "struct.get_u", .aggregate(.structGet(.unsigned))),
      Row(0x05, "struct.set", .aggregate(.structSet)),
      Row(0x06, "array.new", .aggregate(.arrayNew)),
      Row(0x07, "array.new_default", .aggregate(.arrayNewDefault)),
      Row(0x08, "array.new_fixed", .aggregate(.arrayNewFixed)),
      Row(0x09, "array.new_data", .aggregate(.arrayNewData)),
      Row(0x0a, "array.new_elem", .aggregate(.arrayNewElem)),
      Row(0x0b, "array.get", .aggregate(.arrayGet(.whole))),
      Row(0x0c, "array.get_s", .aggregate(.arrayGet(.signed))),
      Row(0x0d, "array.get_u", .aggregate(.arrayGet(.unsigned))),
      Row(0x0e, "array.set", .aggregate(.arraySet)),
      Row(0x0f, "array.len", .aggregate(.arrayLen)),
      Row(0x10, "array.fill", .aggregate(.arrayFill)),
      Row(0x11, "array.copy", .aggregate(.arrayCopy)),
      Row(0x12, "array.init_data", .aggregate(.arrayInitData)),
      Row(0x13, "array.init_elem", .aggregate(.arrayInitElem)),
      Row(0x14, "ref.test", .aggregate(.test(nullable: false))),
      Row(0x15, "ref.test", .aggregate(.test(nullable: true))),
      Row(0x16, "ref.cast", .aggregate(.cast(nullable: false))),
      Row(0x17, "ref.cast", .aggregate(.cast(nullable: true))),
      Row(0x18, "br_on_cast", .aggregate(.brOnCast)),
      Row(0x19, "br_on_cast_fail", .aggregate(.brOnCastFail)),
      Row(0x1a, "any.convert_extern", .aggregate(.anyConvertExtern)),
      Row(0x1b, "extern.convert_any", .aggregate(.externConvertAny)),
      Row(0x1c, "ref.i31", .aggregate(.i31New)),
      Row(0x1d, "i31.get_s", .aggregate(.i31Get(signed: true))),
      Row(0x1e, "i31.get_u", .aggregate(.i31Get(signed: false))),
    ]),
  ].flatMap { $0 }
}
