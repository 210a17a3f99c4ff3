import TestSupport
import Testing

@testable import Wasm

/// Each feature by itself: a module that uses nothing else is valid with it alone, known to
/// use it, and refused without it by a message that names it.
@Suite struct FeatureTests {
  private struct Sample: Sendable, CustomTestStringConvertible {
    var feature: Feature
    var bytes: [UInt8]
    /// What the feature builds on.
    var others: [Feature] = []
    var phase = WasmError.Phase.unsupported

    var testDescription: String { feature.rawValue }
  }

  private static func sample(
    _ feature: Feature, on other: Feature? = nil, phase: WasmError.Phase = .unsupported,
    _ build: (inout ModuleBuilder) -> Void
  ) -> Sample {
    var builder = ModuleBuilder()
    build(&builder)
    return Sample(
      feature: feature, bytes: builder.build(), others: [other].compactMap { $0 }, phase: phase)
  }

  /// A sample of one instruction behind `unreachable`.
  private static func instruction(
    _ feature: Feature, on other: Feature? = nil, _ code: (inout CodeBuilder) -> Void
  ) -> Sample {
    var builder = ModuleBuilder()
    builder.memory(1)
    builder.function(builder.type([], [])) {
      $0("unreachable")
      code(&$0)
      $0("unreachable")
    }
    return Sample(feature: feature, bytes: builder.build(), others: [other].compactMap { $0 })
  }

  private static func local(_ feature: Feature, on other: Feature? = nil, _ type: ValueType)
    -> Sample
  {
    var builder = ModuleBuilder()
    builder.function(builder.type([], []), locals: [type]) { _ in }
    return Sample(feature: feature, bytes: builder.build(), others: [other].compactMap { $0 })
  }

  private static func ref(_ heap: HeapType, nullable: Bool = true) -> ValueType {
    .ref(RefType(nullable: nullable, heap: heap))
  }

  /// Encodings, types and instructions of every feature.
  private static let samples: [Sample] =
    [
      sample(.mutableGlobal) {
        $0.import("m", "g", .global(GlobalType(value: .i32, isMutable: true)))
      },
      sample(.mutableGlobal) {
        $0.global(.i32, mutable: true) { $0("i32.const", 0) }
        $0.export("g", .global(0))
      },
      instruction(.signExtension) { $0("i32.extend8_s") },
      instruction(.saturatingConversion) { $0("i32.trunc_sat_f32_s") },
      sample(.multiValue) { $0.type([], [.i32, .i32]) },
      sample(.multiValue) {
        let type = $0.type([], [])
        $0.function(type) {
          $0("block", .type(0))
          $0("end")
        }
      },
      instruction(.bulkMemory) { $0("memory.fill") },
      sample(.bulkMemory) { $0.data(.passive, []) },
      sample(.bulkMemory) { $0.dataCount = 0 },
      sample(.bulkMemory) { $0.elements(.declarative, functions: []) },
      local(.referenceTypes, .funcRef), local(.referenceTypes, .externRef),
      sample(.referenceTypes) { $0.table(.externRef, Limits(minimum: 1)) },
      sample(.referenceTypes, phase: .invalid) {
        $0.table(.funcRef, Limits(minimum: 1))
        $0.table(.funcRef, Limits(minimum: 1))
      },
      sample(.extendedConst) {
        $0.global(.i32) {
          $0("i32.const", 1)
          $0("i32.const", 2)
          $0("i32.mul")
        }
      },
      instruction(.tailCall) { $0("return_call", 0) },
      local(.simd, .v128), instruction(.simd) { $0("v128.load") },
      instruction(.relaxedSIMD, on: .simd) { $0("i8x16.relaxed_swizzle") },
      sample(.multiMemory, phase: .invalid) {
        $0.memory(1)
        $0.memory(1)
      },
      sample(.memory64) {
        $0.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
      },
      sample(.memory64) {
        $0.table(TableType(element: .funcRef, limits: Limits(minimum: 1), addressType: .i64))
      },
      local(.functionReferences, on: .referenceTypes, ref(.concrete(0))),
      local(.functionReferences, on: .referenceTypes, ref(.func, nullable: false)),
      instruction(.functionReferences) { $0("ref.as_non_null") },
      instruction(.functionReferences) { $0("call_ref", 0) },
      sample(.functionReferences, on: .referenceTypes) {
        let type = TableType(element: .funcRef, limits: Limits(minimum: 1))
        $0.table(type) { $0.raw([0xd0, 0x70]) }
      },
      sample(.gc) { $0.type(SubType(.struct([]))) },
      sample(.gc) { $0.type(SubType(.array(FieldType(storage: .i8, isMutable: false)))) },
      sample(.gc) { $0.group([]) },
      sample(.gc) {
        $0.type(SubType(.function(FuncType(parameters: [], results: [])), isFinal: false))
      },
      local(.gc, on: .referenceTypes, ref(.any)), instruction(.gc) { $0("ref.i31") },
      instruction(.gc, on: .referenceTypes) { $0.refNull(.none) },
      sample(.gc) {
        $0.global(.i32) { $0("i32.const", 1) }
        $0.global(.i32) { $0("global.get", 0) }
      },
      sample(.exceptionHandling) { $0.tag($0.type([], [])) },
      sample(.exceptionHandling) { $0.import("m", "t", .tag($0.type([], []))) },
      local(.exceptionHandling, on: .referenceTypes, ref(.exn)),
      instruction(.exceptionHandling) { $0("throw_ref") },
      sample(.threads) {
        $0.memory(MemoryType(limits: Limits(minimum: 1, maximum: 1), isShared: true))
      },
      instruction(.threads) { $0("atomic.fence") },
      instruction(.threads) { $0("i32.atomic.load", 2, 0) },
      instruction(.wideArithmetic) { $0("i64.add128") },
      sample(.customPageSizes, phase: .malformed) {
        $0.memory(MemoryType(limits: Limits(minimum: 1), pageSizeLog2: 0))
      },
      instruction(.legacyExceptions) {
        $0("try", .empty)
        $0("catch_all")
        $0("end")
      },
    ]

  @Test(arguments: samples)
  private func alone(_ sample: Sample) throws {
    let others = FeatureSet(sample.others)
    let own = FeatureSet(sample.feature)
    let module = try ModuleValidator.validate(
      ModuleBytes(copying: sample.bytes), features: others.union(own))
    #expect(module.featuresUsed.contains(own))
    #expect(others.union(own).isSuperset(of: module.featuresUsed))
    let error = rejection(of: sample.bytes, features: FeatureSet.all.subtracting(own))
    #expect(error?.phase == sample.phase, "\(error?.description ?? "valid")")
    #expect(error?.message.contains("needs the feature \(sample.feature.rawValue)") == true)
  }

  @Test func everyFeatureHasASample() {
    // A hint is of no consequence where it is not known: nothing is refused.
    let sampled = FeatureSet(Self.samples.map(\.feature) + [.branchHinting])
    #expect(sampled == .all)
  }

  @Test func standardIsVersion3AndThreads() {
    #expect(FeatureSet.wasm3.isSubset(of: .standard))
    #expect(
      FeatureSet.all.subtracting(.standard).features == [
        .wideArithmetic, .customPageSizes, .legacyExceptions,
      ])
  }

  // MARK: Branch hints

  private func hints(
    _ contents: [UInt8], features: FeatureSet = .standard
  ) throws -> [FuncIndex: [BranchHint]] {
    var builder = ModuleBuilder()
    let type = builder.type([.i32], [])
    builder.import("m", "f", .function(type))
    builder.function(type) {
      $0("local.get", 0)
      $0("if", .empty)
      $0("local.get", 0)
      $0("br_if", 0)
      $0("end")
    }
    builder.custom("metadata.code.branch_hint", contents, after: 7)
    let module = try ModuleValidator.validate(
      ModuleBytes(copying: builder.build()), features: features)
    return module.branchHints
  }

  /// Offset 3 is the `if`, offset 7 the `br_if`.
  @Test func branchHints() throws {
    let both = [BranchHint(offset: 3, isLikely: true), BranchHint(offset: 7, isLikely: false)]
    #expect(try hints([1, 1, 2, 3, 1, 1, 7, 1, 0]) == [1: both])
    #expect(try hints([0]) == [:])
    #expect(try hints([1, 1, 2, 3, 1, 1, 7, 1, 0], features: .wasm3) == [:])
    // Of no branch, or of no function that has a body.
    #expect(try hints([1, 1, 2, 1, 1, 1, 3, 1, 1]) == [1: [both[0]]])
    #expect(try hints([1, 1, 1, 1, 1, 1]) == [:])
    #expect(try hints([1, 0, 1, 3, 1, 1]) == [:])
    #expect(try hints([1, 9, 1, 3, 1, 1]) == [:])
  }

  /// A hint is never a reason to refuse a module.
  @Test func brokenBranchHints() throws {
    let broken: [[UInt8]] = [
      [], [1], [1, 1, 1, 3, 1, 2], [1, 1, 1, 3, 2, 1, 1], [1, 1, 2, 7, 1, 0, 3, 1, 1],
      [2, 1, 0, 1, 1, 3, 1, 1], [1, 1, 1, 3, 1, 1, 0], [0xff, 0xff, 0xff, 0xff, 0x0f],
      [1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]
    for contents in broken { #expect(try hints(contents) == [:], "\(contents)") }
  }

  // MARK: Memories

  @Test func memoryTypes() {
    func memory(_ type: MemoryType) -> [UInt8] {
      var builder = ModuleBuilder()
      builder.memory(type)
      return builder.build()
    }
    func limits(_ minimum: UInt64, _ maximum: UInt64? = nil) -> Limits {
      Limits(minimum: minimum, maximum: maximum)
    }
    expectRejected(
      .invalid, "shared memory must have maximum",
      memory(MemoryType(limits: limits(1), isShared: true)))
    for (size, address, log2): (UInt64, AddressType, UInt8) in [
      (1 << 16, .i32, 16), (0xffff_ffff, .i32, 0), (1 << 48, .i64, 16), (.max, .i64, 0),
    ] {
      func type(_ limits: Limits) -> [UInt8] {
        memory(MemoryType(limits: limits, addressType: address, pageSizeLog2: log2))
      }
      expectValid(type(limits(size)), features: .all)
      expectValid(type(limits(0, size)), features: .all)
      guard size < .max else { continue }
      expectRejected(
        .invalid, "memory size must be at most", type(limits(size + 1)), features: .all)
      expectRejected(
        .invalid, "memory size must be at most", type(limits(0, size + 1)), features: .all)
    }
    for log2: UInt8 in [1, 8, 15, 17, 63] {
      expectRejected(
        .invalid, "invalid custom page size 2^\(log2)",
        memory(MemoryType(limits: limits(0), pageSizeLog2: log2)), features: .all)
    }
  }

  /// A count must fit both memories.
  @Test func copiesBetweenMemoriesOfBothKinds() {
    for (to, from, count): (Int64, Int64, ValueType) in [
      (0, 0, .i64), (1, 1, .i32), (0, 1, .i32), (1, 0, .i32),
    ] {
      func copy(_ count: ValueType) -> [UInt8] {
        var builder = ModuleBuilder()
        let types = [ValueType.i64, .i32]
        let type = builder.type([types[Int(to)], types[Int(from)], count], [])
        builder.function(type) {
          for index: Int64 in 0..<3 { $0("local.get", index) }
          $0("memory.copy", to, from)
        }
        builder.memory(MemoryType(limits: Limits(minimum: 1), addressType: .i64))
        builder.memory(1)
        return builder.build()
      }
      expectValid(copy(count))
      expectRejected(.invalid, "type mismatch", copy(count == .i32 ? .i64 : .i32))
    }
  }
}
