import TestSupport
import Testing
import Wasm

/// The rules over whole modules.
@Suite struct ModuleValidatorTests {
  /// Builds a module that has function type 0, `[] -> []`, and what `build` adds.
  private func bytes(_ build: (inout ModuleBuilder) -> Void) -> [UInt8] {
    var builder = ModuleBuilder()
    builder.type([], [])
    build(&builder)
    return builder.build()
  }

  @Test func functionTypesMustExist() {
    expectRejected(.invalid, "unknown type 3", bytes { $0.function(3) { _ in } })
    expectRejected(
      .invalid, "unknown type 3", bytes { $0.import("m", "f", .function(3)) })
  }

  @Test("M15 limits: minimum, maximum, address space")
  func limits() {
    expectValid(bytes { $0.memory(65536, 65536) })
    expectRejected(
      .invalid, "memory size must be at most 65536 pages (4GiB)", bytes { $0.memory(65537) })
    expectRejected(
      .invalid, "memory size must be at most 65536 pages (4GiB)", bytes { $0.memory(0, 65537) })
    expectRejected(.invalid, "memory size must be at most", bytes { $0.memory(1 << 40) })
    expectRejected(
      .invalid, "size minimum must not be greater than maximum", bytes { $0.memory(2, 1) })
    expectRejected(
      .invalid, "size minimum must not be greater than maximum",
      bytes { $0.table(.funcRef, Limits(minimum: 2, maximum: 1)) })
    expectRejected(
      .invalid, "table size", bytes { $0.table(.funcRef, Limits(minimum: 1 << 32)) })
    expectRejected(
      .invalid, "table size", bytes { $0.table(.funcRef, Limits(minimum: 0, maximum: 1 << 32)) })
    expectValid(bytes { $0.table(.funcRef, Limits(minimum: 0, maximum: 0xffff_ffff)) })
    // Valid; that it cannot be made is for its instantiation to find.
    expectValid(bytes { $0.table(.funcRef, Limits(minimum: 0xffff_ffff)) })
    for type: ExternType in [
      .memory(MemoryType(limits: Limits(minimum: 2, maximum: 1))),
      .table(TableType(element: .funcRef, limits: Limits(minimum: 2, maximum: 1))),
    ] {
      expectRejected(
        .invalid, "size minimum must not be greater than maximum",
        bytes { $0.import("m", "x", type) })
    }
  }

  @Test func severalMemories() {
    let two = bytes {
      $0.memory(1)
      $0.memory(1)
    }
    expectValid(two)
    expectRejected(
      .invalid, "multiple memories", two, features: .wasm2)
  }

  @Test func globals() {
    expectValid(
      bytes {
        $0.import("m", "g", .global(GlobalType(value: .i32, isMutable: false)))
        $0.global(.i32) { $0("global.get", 0) }
        // Valid since 3.0: a global of the module's own that stands before.
        $0.global(.i32) { $0("global.get", 1) }
      })
    expectRejected(
      .invalid, "unknown global 0", bytes { $0.global(.i32) { $0("global.get", 0) } })
    expectRejected(
      .invalid, "unknown global 1",
      bytes {
        $0.global(.i32) { $0("global.get", 1) }
        $0.global(.i32) { $0("i32.const", 1) }
      })
    expectRejected(
      .invalid, "constant expression required, found global.get of a mutable global",
      bytes {
        $0.import("m", "g", .global(GlobalType(value: .i32, isMutable: true)))
        $0.global(.i32) { $0("global.get", 0) }
      })
    expectRejected(
      .invalid, "type mismatch: instruction requires [i32] but stack has [i64], in end",
      bytes { $0.global(.i32) { $0("i64.const", 0) } })
    expectRejected(
      .invalid, "type mismatch: instruction requires [i32] but stack has [], in end",
      bytes { $0.global(.i32) { _ in } })
    expectRejected(
      .invalid, "type mismatch: block requires",
      bytes {
        $0.global(.i32) {
          $0("i32.const", 0)
          $0("i32.const", 0)
        }
      })
  }

  @Test func constantExpressions() {
    let bad: [(String, (inout CodeBuilder) -> Void)] = [
      ("nop", { $0("nop") }), ("i32.eqz", { $0("i32.eqz") }),
      ("i32.div_s", { $0("i32.div_s") }), ("call", { $0("call", 0) }),
      ("memory.size", { $0("memory.size") }), ("local.get", { $0("local.get", 0) }),
      ("f32.neg", { $0("f32.neg") }), ("unreachable", { $0("unreachable") }),
      ("i64.extend_i32_s", { $0("i64.extend_i32_s") }), ("select", { $0("select") }),
      (
        "block",
        {
          $0("block", .empty)
          $0("end")
        }
      ),
    ]
    for (name, code) in bad {
      expectRejected(
        .invalid, "constant expression required, found \(name)", bytes { $0.global(.i32, code) })
    }
    let sum: (inout ModuleBuilder) -> Void = {
      $0.global(.i64) {
        $0("i64.const", 1)
        $0("i64.const", 1)
        $0("i64.sub")
      }
    }
    expectValid(bytes(sum))
    expectRejected(
      .unsupported, "i64.sub needs the feature extended-const", bytes(sum),
      features: .standard.subtracting(FeatureSet(.extendedConst)))
  }

  @Test("M10 names of exports are unique")
  func exports() {
    expectRejected(
      .invalid, "duplicate export name \"a\"",
      bytes {
        $0.function(0, export: "a") { _ in }
        $0.memory(1)
        $0.export("a", .memory(0))
      })
    // Two names to WebAssembly, one text to Unicode.
    expectValid(
      bytes {
        $0.function(0, export: "\u{e9}") { _ in }
        $0.export("e\u{301}", .function(0))
      })
    expectRejected(.invalid, "unknown function 1", bytes { $0.export("a", .function(1)) })
    expectRejected(.invalid, "unknown table 0", bytes { $0.export("a", .table(0)) })
    expectRejected(.invalid, "unknown memory 0", bytes { $0.export("a", .memory(0)) })
    expectRejected(.invalid, "unknown global 0", bytes { $0.export("a", .global(0)) })
  }

  @Test func start() {
    expectValid(bytes { $0.start = $0.function(0) { _ in } })
    expectRejected(.invalid, "unknown function 0", bytes { $0.start = 0 })
    expectRejected(
      .invalid, "start function",
      bytes {
        let type = $0.type([.i32], [])
        $0.start = $0.function(type) { _ in }
      })
    expectRejected(
      .invalid, "start function",
      bytes {
        let type = $0.type([], [.i32])
        $0.start = $0.function(type) { $0("i32.const", 0) }
      })
  }

  @Test func elementSegments() {
    expectRejected(
      .invalid, "unknown table 0",
      bytes {
        $0.function(0) { _ in }
        $0.elements(.active(offset: 0), functions: [0])
      })
    expectRejected(
      .invalid, "unknown function 7", bytes { $0.elements(.passive, functions: [7]) })
    expectRejected(
      .invalid, "type mismatch: an element segment",
      bytes {
        $0.table(.externRef, Limits(minimum: 1))
        $0.elements(.active(offset: 0), functions: [])
      })
    expectRejected(
      .invalid, "type mismatch: instruction requires [externref] but stack has",
      bytes { $0.elements(.passive, .externRef, expressions: [{ $0.refNull(.func) }]) })
    expectRejected(
      .invalid, "unknown function 3",
      bytes { $0.elements(.passive, .funcRef, expressions: [{ $0("ref.func", 3) }]) })
  }

  @Test func dataSegments() {
    expectRejected(
      .invalid, "unknown memory 0", bytes { $0.data(.active(offset: 0), [1]) })
    expectRejected(
      .invalid, "unknown memory 1",
      bytes {
        $0.memory(1)
        $0.data(.active(1, offset: 0), [1])
      })
    expectRejected(
      .invalid, "type mismatch: instruction requires [i32] but stack has",
      bytes {
        $0.memory(1)
        $0.data(at: { $0("i64.const", 0) }, [1])
      })
    // M16: where it goes is looked at when the module is instantiated.
    expectValid(
      bytes {
        $0.memory(0)
        $0.data(.active(offset: 1000), [1])
      }, "M16")
  }

  @Test func declaredFunctions() {
    let declarations: [(inout ModuleBuilder) -> Void] = [
      { $0.export("f", .function(0)) },
      { $0.elements(.declarative, functions: [0]) },
      { $0.elements(.passive, .funcRef, expressions: [{ $0("ref.func", 0) }]) },
      { $0.global(.funcRef) { $0("ref.func", 0) } },
    ]
    let body: (inout CodeBuilder) -> Void = {
      $0("ref.func", 0)
      $0("drop")
    }
    for declare in declarations {
      expectValid(
        bytes {
          $0.function(0, body)
          declare(&$0)
        })
    }
    expectRejected(
      .invalid, "undeclared function reference 0",
      bytes {
        $0.function(0, body)
        $0.start = 0
      })
  }

  @Test func errorsSayWhere() {
    let error = rejection(of: module { $0("i32.add") })
    #expect(error?.section == "code")
    #expect(error?.function == 2)
    #expect(error?.offset ?? 0 > 8)
    #expect(rejection(of: bytes { $0.export("a", .memory(0)) })?.section == "export")
  }

  @Test func featuresUsed() throws {
    func used(_ name: String) throws -> Set<Feature> {
      let sample = try #require(SampleModules.all.first { $0.name == name })
      let module = ModuleBytes(copying: sample.bytes)
      let validated = try ModuleValidator.validate(module).featuresUsed
      let decoded = try ModuleDecoder.decode(module).featuresUsed
      #expect(validated.isSuperset(of: decoded))
      return Set(validated.features)
    }
    #expect(try used("control") == [])
    #expect(try used("multiValue") == [.multiValue])
    #expect(try used("bulkMemory") == [.bulkMemory])
    #expect(try used("tailCalls") == [.tailCall])
    #expect(try used("extendedConst") == [.extendedConst])
    #expect(try used("conversions") == [.saturatingConversion, .signExtension])
    #expect(try used("references").contains(.referenceTypes))
    #expect(try used("globals").contains(.mutableGlobal))
  }

  /// Whatever of the features is off, a module that was found to use it is refused.
  @Test func disabledFeatures() throws {
    for (name, bytes) in SampleModules.all {
      let used = try ModuleValidator.validate(ModuleBytes(copying: bytes)).featuresUsed
      for feature in FeatureSet.standard.features {
        let features = FeatureSet.standard.subtracting(FeatureSet(feature))
        let error = rejection(of: bytes, features: features)
        #expect((error != nil) == used.contains(feature), "\(name) \(feature)")
        #expect(error?.message.contains("--enable \(feature.rawValue)") != false, "\(name)")
      }
    }
  }
}
