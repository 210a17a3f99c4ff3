import TestSupport
import Testing

@testable import Wasm

/// Type sections: groups, supertypes, and their limits.
@Suite struct TypeDefinitionTests {
  private func section(_ groups: [[SubType]]) -> [UInt8] {
    var builder = ModuleBuilder()
    for group in groups {
      if group.count == 1 { builder.type(group[0]) } else { builder.group(group) }
    }
    return builder.build()
  }

  private func structure(
    _ fields: [FieldType] = [], below supertypes: [TypeIndex] = [], final: Bool = false
  ) -> SubType {
    SubType(.struct(fields), isFinal: final, supertypes: supertypes)
  }

  private func field(_ type: ValueType, mutable: Bool = false) -> FieldType {
    FieldType(storage: .value(type), isMutable: mutable)
  }

  private func reference(_ index: TypeIndex, nullable: Bool = true) -> ValueType {
    .ref(RefType(nullable: nullable, heap: .concrete(index)))
  }

  private func function(
    _ parameters: [ValueType], _ results: [ValueType], below supertypes: [TypeIndex] = []
  ) -> SubType {
    SubType(
      .function(FuncType(parameters: parameters, results: results)), isFinal: false,
      supertypes: supertypes)
  }

  @Test func decoded() throws {
    let groups: [[SubType]] = [
      [structure([field(.i32, mutable: true), FieldType(storage: .i8, isMutable: false)])],
      [
        structure(
          [field(.i32, mutable: true), FieldType(storage: .i8, isMutable: false)], below: [0],
          final: true),
        SubType(.array(FieldType(storage: .i16, isMutable: true))),
        function([reference(2)], [reference(1, nullable: false)]),
      ], [],
      [SubType(.function(FuncType(parameters: [], results: [])))],
    ]
    let module = try ModuleValidator.validate(ModuleBytes(copying: section(groups)))
    #expect(module.types == groups.flatMap { $0 })
    #expect(module.recursionGroups == [0..<1, 1..<4, 4..<4, 4..<5])
    #expect(
      module.featuresUsed == FeatureSet([.gc, .functionReferences, .referenceTypes]))
  }

  @Test func typesNameThoseBeforeAndInTheirGroup() {
    expectValid(section([[structure([field(reference(0))])]]))
    expectValid(section([[structure([field(reference(1))]), structure([field(reference(0))])]]))
    for type in [
      structure([field(reference(1))]), SubType(.array(field(reference(1)))),
      function([reference(1)], []), function([], [reference(1)]),
    ] {
      expectRejected(.invalid, "unknown type 1", section([[type], [structure()]]))
    }
  }

  @Test func supertypesStandBefore() {
    expectValid(section([[structure(), structure(below: [0])]]))
    expectRejected(.invalid, "unknown type 1", section([[structure(below: [1]), structure()]]))
    expectRejected(.invalid, "unknown type 0", section([[structure(below: [0])]]))
    expectRejected(.invalid, "unknown type 5", section([[structure(below: [5])]]))
    expectRejected(
      .invalid, "sub type 2 has more than one super type",
      section([[structure()], [structure()], [structure(below: [0, 1])]]))
  }

  @Test func finalTypesHaveNothingBelow() {
    expectRejected(
      .invalid, "sub type 1 does not match super type 0",
      section([[structure(final: true)], [structure(below: [0])]]))
    expectRejected(
      .invalid, "sub type",
      section([[SubType(.struct([]))], [structure(below: [0])]]))
  }

  private func expectBelow(
    _ type: SubType, _ supertype: SubType, _ isValid: Bool,
    at location: SourceLocation = #_sourceLocation
  ) {
    // Types 0 and 1 are a structure and one below it.
    let bytes = section([[structure()], [structure(below: [0])], [supertype], [type]])
    if isValid {
      expectValid(bytes, at: location)
    } else {
      expectRejected(.invalid, "sub type 3", bytes, at: location)
    }
  }

  @Test func structuresBelowStructures() {
    let below: [TypeIndex] = [2]
    expectBelow(structure([field(.i32)], below: below), structure(), true)
    expectBelow(structure([field(.i32)], below: below), structure([field(.i32)]), true)
    expectBelow(structure(below: below), structure([field(.i32)]), false)
    expectBelow(structure([field(.i64)], below: below), structure([field(.i32)]), false)
    let (upper, lower) = (reference(0), reference(1))
    expectBelow(structure([field(lower)], below: below), structure([field(upper)]), true)
    expectBelow(structure([field(upper)], below: below), structure([field(lower)]), false)
    expectBelow(
      structure([field(reference(0, nullable: false))], below: below), structure([field(upper)]),
      true)
    // What may be written is of one type.
    expectBelow(
      structure([field(lower, mutable: true)], below: below),
      structure([field(upper, mutable: true)]), false)
    expectBelow(
      structure([field(upper, mutable: true)], below: below),
      structure([field(upper, mutable: true)]), true)
    expectBelow(
      structure([field(upper, mutable: true)], below: below), structure([field(upper)]), false)
    expectBelow(
      structure([field(upper)], below: below), structure([field(upper, mutable: true)]), false)
    let packed = FieldType(storage: .i8, isMutable: false)
    expectBelow(structure([packed], below: below), structure([packed]), true)
    expectBelow(
      structure([packed], below: below),
      structure([FieldType(storage: .i16, isMutable: false)]), false)
    expectBelow(structure([packed], below: below), structure([field(.i32)]), false)
  }

  @Test func functionsBelowFunctions() {
    let below: [TypeIndex] = [2]
    let (upper, lower) = (reference(0), reference(1))
    expectBelow(function([], [lower], below: below), function([], [upper]), true)
    expectBelow(function([], [upper], below: below), function([], [lower]), false)
    expectBelow(function([upper], [], below: below), function([lower], []), true)
    expectBelow(function([lower], [], below: below), function([upper], []), false)
    expectBelow(function([.i32], [], below: below), function([], []), false)
    expectBelow(function([], [.i32], below: below), function([], []), false)
  }

  @Test func kindsDoNotMix() {
    let array = SubType(.array(field(.i32)), isFinal: false, supertypes: [2])
    expectBelow(array, structure(), false)
    expectBelow(array, SubType(.array(field(.i32)), isFinal: false), true)
    expectBelow(array, SubType(.array(field(.i64)), isFinal: false), false)
    expectBelow(structure(below: [2]), function([], []), false)
    expectBelow(function([], [], below: [2]), structure(), false)
  }

  // MARK: Limits

  @Test("M6 63 supertypes above a type")
  func depth() {
    func chain(_ count: Int) -> [UInt8] {
      section([
        (0...count).map { structure(below: $0 == 0 ? [] : [TypeIndex($0 - 1)]) }
      ])
    }
    expectValid(chain(63))
    expectRejected(.limit, "too many supertypes above a type: 64, the limit is 63", chain(64))
    expectRejected(.limit, "too many supertypes above a type", chain(100_000))
  }

  @Test("M6 10,000 fields")
  func fields() {
    expectValid(section([[structure([FieldType](repeating: field(.i32), count: 10_000))]]))
    expectRejected(
      .limit, "too many fields: 10001, the limit is 10000",
      section([[structure([FieldType](repeating: field(.i32), count: 10_001))]]))
  }

  @Test("M3 counts beyond the bytes are refused without reserving")
  func counts() {
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f]
    for contents: [UInt8] in [
      [1, 0x4e] + huge, [1, 0x4e] + huge + [0x60, 0, 0], [1, 0x5f] + huge, [1, 0x50] + huge,
      [1, 0x4f] + huge, huge, huge + [0x4e, 0],
    ] {
      expectRejected(
        .malformed, "unexpected end",
        BinaryEncoding.preamble + BinaryEncoding.section(1, contents))
    }
    expectRejected(
      .malformed, "unexpected end", BinaryEncoding.preamble + BinaryEncoding.section(13, huge))
  }

  @Test("M6 a million types in groups")
  func manyTypes() {
    // 999,999 equal functions in one group, and one more or two more behind it.
    let group =
      [0x4e] + BinaryEncoding.unsigned(999_999)
      + [UInt8]((0..<999_999).flatMap { _ in [0x60, 0, 0] as [UInt8] })
    for (more, isValid) in [(1, true), (2, false)] {
      let contents =
        BinaryEncoding.unsigned(1 + more) + group
        + (0..<more).flatMap { _ in [0x60, 0, 0] as [UInt8] }
      let bytes = BinaryEncoding.preamble + BinaryEncoding.section(1, contents)
      if isValid {
        expectValid(bytes)
      } else {
        expectRejected(.limit, "too many types: 1000001, the limit is 1000000", bytes)
      }
    }
  }

  @Test func malformedTypes() {
    for (contents, message): ([UInt8], String) in [
      ([1, 0x5e, 0x7f, 2], "malformed mutability"),
      ([1, 0x5f, 1, 0x76, 0], "malformed value type"),
      ([1, 0x50, 0, 0x50, 0, 0x60, 0, 0], "malformed definition type"),
      ([1, 0x4e, 1, 0x4e, 0], "malformed definition type"),
      ([1, 0x5d], "malformed definition type"),
    ] {
      expectRejected(
        .malformed, message, BinaryEncoding.preamble + BinaryEncoding.section(1, contents))
    }
  }
}
