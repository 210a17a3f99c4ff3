import TestSupport
import Testing

@testable import Wasm

/// A module of these recursion groups.
private func module(_ groups: [[SubType]]) -> Module {
  var module = Module(bytes: ModuleBytes(copying: []))
  for group in groups {
    module.recursionGroups.append(module.types.count..<module.types.count + group.count)
    module.types += group
  }
  return module
}

private func function(_ parameters: ValueType...) -> SubType {
  SubType(.function(FuncType(parameters: parameters, results: [])))
}

private func reference(_ index: TypeIndex) -> ValueType {
  .ref(RefType(nullable: true, heap: .concrete(index)))
}

@Suite struct CanonicalTypesTests {
  @Test func equalTypesAreOneInAndAcrossModules() {
    var types = CanonicalTypes()
    let first = types.add(module([[function(.i32)], [function()], [function(.i32)]]))
    let second = types.add(module([[function()], [function(.i64)], [function(.i32)]]))
    #expect(first.map(\.index) == [0, 1, 0])
    #expect(second.map(\.index) == [1, 2, 0])
    #expect(types.count == 3)
  }

  @Test func everyPartOfATypeTellsItApart() {
    let field = FieldType(storage: .value(.i32), isMutable: false)
    let mutable = FieldType(storage: .value(.i32), isMutable: true)
    let packed = FieldType(storage: .i8, isMutable: false)
    let packed16 = FieldType(storage: .i16, isMutable: false)
    let all: [SubType] = [
      function(), function(.i32), function(.i32, .i32), function(.f32),
      SubType(.function(FuncType(parameters: [], results: [.i32]))),
      SubType(.function(FuncType(parameters: [], results: [])), isFinal: false),
      SubType(.struct([])), SubType(.struct([field])), SubType(.struct([mutable])),
      SubType(.struct([packed])), SubType(.struct([packed16])), SubType(.struct([field, field])),
      SubType(.array(field)), SubType(.array(mutable)), SubType(.array(packed)),
      function(.funcRef), function(.externRef), function(.v128),
      function(.ref(RefType(nullable: false, heap: .func))),
      function(reference(0)), function(reference(1)),
      SubType(.function(FuncType(parameters: [], results: [])), supertypes: [5]),
      SubType(.function(FuncType(parameters: [], results: [])), isFinal: false, supertypes: [5]),
    ]
    var types = CanonicalTypes()
    let first = types.add(module(all.map { [$0] }))
    #expect(Set(first).count == all.count)
    #expect(types.add(module(all.map { [$0] })) == first)
  }

  @Test func groupsAreComparedAsWholes() {
    // Each refers to itself, but in groups of different shape.
    let alone = module([[function(reference(0))]])
    let pair = module([[function(reference(0)), function(reference(1))]])
    let crossed = module([[function(reference(1)), function(reference(0))]])
    var types = CanonicalTypes()
    let all = types.add(alone) + types.add(pair) + types.add(crossed)
    #expect(Set(all).count == 5)
    // The same group behind another one, where its indices are others.
    let shifted = module([[function(.f64)], [function(reference(2)), function(reference(1))]])
    #expect(Array(types.add(shifted)[1...]) == Array(all[3...]))
  }

  @Test func referencesOutsideOfAGroupAreComparedAsTypes() {
    var types = CanonicalTypes()
    let first = types.add(module([[function(.i32)], [function(reference(0))]]))
    let second = types.add(
      module([[function()], [function(.i32)], [function(reference(1))], [function(reference(0))]]))
    #expect(second[2] == first[1])
    #expect(second[3] != first[1])
  }

  @Test func emptyGroupsHoldNothing() {
    var types = CanonicalTypes()
    let all = types.add(module([[], [function()], [], [function(reference(0))], []]))
    #expect(all.map(\.index) == [0, 1])
  }

  @Test func subtypes() {
    let empty = CompositeType.struct([])
    var types = CanonicalTypes()
    let all = types.add(
      module([
        [SubType(empty, isFinal: false)], [SubType(empty, isFinal: false, supertypes: [0])],
        [SubType(empty, supertypes: [1])], [SubType(empty, supertypes: [0])],
      ]))
    #expect(types.isSubtype(all[2], of: all[0]))
    #expect(types.isSubtype(all[2], of: all[1]))
    #expect(types.isSubtype(all[1], of: all[1]))
    #expect(!types.isSubtype(all[0], of: all[1]))
    #expect(!types.isSubtype(all[3], of: all[1]))
    #expect(!types.isSubtype(all[2], of: all[3]))
    #expect(all.map { types.depth(of: $0) } == [0, 1, 2, 1])
    #expect(all.map { types.supertype(of: $0) } == [nil, all[0], all[1], all[0]])
    #expect(all.map { types.isFinal($0) } == [false, false, true, true])
    #expect(types.kind(of: all[0]) == .struct)
  }

  /// What a quadratic comparison would take minutes for.
  @Test("M6 a million types", arguments: [1, 1_000, 1_000_000])
  func manyTypes(groupSize: Int) {
    let count = 1_000_000
    var large = Module(bytes: ModuleBytes(copying: []))
    for start in stride(from: 0, to: count, by: groupSize) {
      large.recursionGroups.append(start..<start + groupSize)
      // The last type of each group tells it from the others.
      for _ in 1..<groupSize { large.types.append(function(reference(UInt32(start)))) }
      large.types.append(function(start == 0 ? .i32 : reference(UInt32(start - 1))))
    }
    var types = CanonicalTypes()
    let time = ContinuousClock().measure {
      let first = types.add(large)
      #expect(types.add(large) == first)
    }
    #expect(types.count == count)
    #expect(time < .seconds(8))
  }

  // MARK: Matching

  private struct Fixture {
    var types = CanonicalTypes()
    let function: [CanonicalType]
    let other: [CanonicalType]

    init() {
      let array = SubType(.array(FieldType(storage: .i8, isMutable: true)))
      let open = SubType(.function(FuncType(parameters: [], results: [])), isFinal: false)
      let below = SubType(.function(FuncType(parameters: [], results: [])), supertypes: [0])
      function = types.add(module([[open], [below], [array]]))
      other = types.add(module([[array], [open], [SubType(.struct([]))]]))
    }
  }

  @Test func referencesMatchAcrossModules() {
    let fixture = Fixture()
    func matches(_ found: HeapType, _ expected: HeapType) -> Bool {
      fixture.types.matches(
        RefType(nullable: false, heap: found), in: fixture.function,
        RefType(nullable: true, heap: expected), in: fixture.other)
    }
    #expect(matches(.concrete(0), .concrete(1)))
    #expect(matches(.concrete(1), .concrete(1)))
    #expect(!matches(.concrete(2), .concrete(1)))
    #expect(matches(.concrete(2), .concrete(0)))
    #expect(matches(.concrete(2), .array))
    #expect(matches(.concrete(2), .any))
    #expect(!matches(.concrete(2), .struct))
    #expect(!matches(.concrete(0), .any))
    #expect(matches(.concrete(0), .func))
    #expect(matches(.noFunc, .concrete(1)))
    #expect(!matches(.none, .concrete(1)))
    #expect(matches(.none, .concrete(2)))
    #expect(!matches(.func, .concrete(1)))
    #expect(
      !fixture.types.matches(
        RefType(nullable: true, heap: .func), in: [], RefType(nullable: false, heap: .func), in: [])
    )
  }

  /// Pairs of abstract types where the first is below the second; no other pair is.
  private static let below: [HeapType: [HeapType]] = [
    .eq: [.any], .i31: [.any, .eq], .struct: [.any, .eq], .array: [.any, .eq],
    .none: [.any, .eq, .i31, .struct, .array], .noFunc: [.func], .noExtern: [.extern],
    .noExn: [.exn],
  ]

  @Test func abstractTypes() {
    let all: [HeapType] = [
      .any, .eq, .i31, .struct, .array, .none, .func, .noFunc, .extern, .noExtern, .exn, .noExn,
    ]
    for found in all {
      for expected in all {
        let isBelow = found == expected || Self.below[found]?.contains(expected) == true
        #expect(found.isBelow(expected) == isBelow, "\(found) \(expected)")
      }
    }
  }

  @Test func externalTypes() {
    let fixture = Fixture()
    func matches(_ found: ExternType, _ expected: ExternType) -> Bool {
      fixture.types.matches(found, in: fixture.function, expected, in: fixture.other)
    }
    #expect(matches(.function(1), .function(1)))
    #expect(!matches(.function(2), .function(1)))
    // Tags are compared, not ordered.
    #expect(matches(.tag(0), .tag(1)))
    #expect(!matches(.tag(1), .tag(1)))
    #expect(!matches(.tag(0), .function(1)))
    func global(_ index: TypeIndex, mutable: Bool) -> ExternType {
      .global(
        GlobalType(
          value: .ref(RefType(nullable: true, heap: .concrete(index))), isMutable: mutable))
    }
    #expect(matches(global(1, mutable: false), global(1, mutable: false)))
    #expect(!matches(global(1, mutable: true), global(1, mutable: true)))
    #expect(matches(global(0, mutable: true), global(1, mutable: true)))
    #expect(!matches(global(0, mutable: true), global(1, mutable: false)))
    func table(_ minimum: UInt64, _ maximum: UInt64?, _ type: AddressType = .i32) -> ExternType {
      .table(
        TableType(
          element: .funcRef, limits: Limits(minimum: minimum, maximum: maximum),
          addressType: type))
    }
    #expect(matches(table(2, 3), table(1, nil)))
    #expect(matches(table(2, 3), table(2, 3)))
    #expect(!matches(table(2, nil), table(2, 3)))
    #expect(!matches(table(2, 4), table(2, 3)))
    #expect(!matches(table(1, 3), table(2, 3)))
    #expect(!matches(table(1, 3, .i64), table(1, 3)))
    func memory(shared: Bool, page: UInt8) -> ExternType {
      .memory(
        MemoryType(
          limits: Limits(minimum: 1, maximum: 1), isShared: shared, pageSizeLog2: page))
    }
    #expect(matches(memory(shared: true, page: 16), memory(shared: true, page: 16)))
    #expect(!matches(memory(shared: true, page: 16), memory(shared: false, page: 16)))
    #expect(!matches(memory(shared: false, page: 0), memory(shared: false, page: 16)))
  }
}
