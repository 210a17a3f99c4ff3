// Typed function references: calls through them, null, casts, subtypes in tables.

import TestSupport
import Testing
import Wasm

struct ReferenceTests {
  private let all = ["--features", "all"]
  private let number = ValueType.ref(RefType(nullable: false, heap: .concrete(0)))
  private let nullableNumber = ValueType.ref(RefType(nullable: true, heap: .concrete(0)))

  /// Type 0 is `() -> i32`; functions 1 and 2 are of it and return 11 and 22; type 1 is
  /// that of `f`, function 0, which takes an i32.
  private func module(
    locals: [ValueType] = [], results: [ValueType] = [.i32], _ text: String,
    _ extend: (inout ModuleBuilder) -> Void = { _ in }
  ) -> [UInt8] {
    var builder = ModuleBuilder()
    let type = builder.type([], [.i32])
    let main = builder.type([.i32], results)
    builder.function(main, locals: locals, export: "f", text: text)
    builder.function(type, text: "i32.const 11")
    builder.function(type, text: "i32.const 22")
    extend(&builder)
    builder.elements(.declarative, functions: [0, 1, 2])
    return builder.build()
  }

  @Test func `a reference is called, and null traps`() throws {
    let bytes = module(
      locals: [nullableNumber],
      """
      local.get 0 if ref.func 2 local.set 1 end
      local.get 1 call_ref 0 ref.func 1 call_ref 0 i32.add
      """)
    for options in modes {
      #expect(
        try results(bytes, all + options, arguments: [["1"], ["0"]])
          == ["33", "null function reference"], "\(options)")
    }
  }

  @Test func `a call through null whose result is dropped traps before what follows`() throws {
    for text in [
      "ref.null 0 call_ref 0 drop unreachable", "local.get 1 call_ref 0 drop unreachable",
    ] {
      let bytes = module(locals: [nullableNumber], results: [], text)
      for options in modes {
        #expect(
          try results(bytes, all + options, arguments: [["1"]]) == ["null function reference"])
      }
    }
  }

  @Test func `the trap of a null reference names its caller`() throws {
    let bytes = module(results: [], "ref.null 0 call_ref 0 drop")
    let result = try ApusCommand.compile(bytes, all + ["--invoke", "f", "-O0"]).run(["1"])
    #expect(result.errors.hasPrefix("error: null function reference\n  #0 f\n"), "\(result)")
  }

  @Test func `branches on null carry the reference or leave it`() throws {
    let bytes = module(
      locals: [nullableNumber], results: [.i32, .i32],
      """
      local.get 0 if ref.func 2 local.set 1 end
      block:i32
        block local.get 1 br_on_null 0 call_ref 0 br 1 end
        i32.const -1
      end
      block:i32
        block:\(2) local.get 1 br_on_non_null 0 i32.const -2 br 1 end
        call_ref 0
      end
      """
    ) { builder in builder.type([], [number]) }
    for options in modes {
      #expect(
        try results(bytes, all + options, arguments: [["1"], ["0"]]) == ["22 22", "-1 -2"],
        "\(options)")
    }
  }

  @Test func `ref.as_non_null traps on a null of any kind`() throws {
    for text in [
      "ref.null 0 ref.as_non_null drop", "ref.null func ref.as_non_null drop",
      "ref.null extern ref.as_non_null drop", "ref.null any ref.as_non_null drop",
      "local.get 1 ref.as_non_null drop",
    ] {
      let bytes = module(locals: [nullableNumber], results: [], text)
      for options in [[], ["-O0"]] {
        #expect(try results(bytes, all + options, arguments: [["1"]]) == ["null reference"])
      }
    }
  }

  @Test func `tables, globals and segments hold typed references`() throws {
    let table = TableType(
      element: RefType(nullable: false, heap: .concrete(0)), limits: Limits(minimum: 3))
    let bytes = module(
      """
      local.get 0 call_indirect 0 0
      local.get 0 table.get 0 call_ref 0 i32.add
      global.get 1 call_ref 0 i32.add
      i32.const 0 i32.const 0 i32.const 1 table.init 0 0
      i32.const 0 call_indirect 0 0 i32.add
      """
    ) { builder in
      builder.global(number) { $0("ref.func", 2) }
      builder.global(number) { $0("global.get", 0) }
      builder.table(table) { $0("ref.func", 2) }
      builder.elements(
        .passive, table.element, expressions: [{ $0("ref.func", 1) }, { $0("global.get", 0) }])
      builder.elements(
        .active(0, offset: 1), table.element, expressions: [{ $0("ref.func", 1) }])
    }
    for options in modes {
      #expect(
        try results(bytes, all + options, arguments: [["0"], ["1"], ["2"], ["3"]])
          == ["77", "55", "77", "undefined element"], "\(options)")
    }
  }

  /// Type 2 `t` may have subtypes, 3 and 4 are below it, 5 below 4; 6 is like 2 and final.
  /// Functions 3 to 7 are of types 2 to 6 and return 2 to 6; table 0 holds them.
  private func family(_ text: String) -> [UInt8] {
    module(results: [.i32], text) { builder in
      let top = builder.type([], [.i32], isFinal: false, below: nil)
      builder.type([], [.i32], isFinal: true, below: top)
      let middle = builder.type([], [.i32], isFinal: false, below: top)
      builder.type([], [.i32], isFinal: true, below: middle)
      builder.type([], [.i32], isFinal: true, below: nil)
      for type in 2...6 { builder.function(TypeIndex(type), text: "i32.const \(type)") }
      builder.table(.funcRef, Limits(minimum: 6, maximum: 6))
      builder.elements(.active(0, offset: 0), functions: [3, 4, 5, 6, 7])
    }
  }

  @Test func `C21: an indirect call accepts subtypes`() throws {
    let mismatch = "indirect call type mismatch"
    let expected: [(type: Int, results: [String])] = [
      (2, ["2", "3", "4", "5", mismatch, "uninitialized element"]),
      (3, [mismatch, "3", mismatch, mismatch, mismatch, "uninitialized element"]),
      (4, [mismatch, mismatch, "4", "5", mismatch, "uninitialized element"]),
      (5, [mismatch, mismatch, mismatch, "5", mismatch, "uninitialized element"]),
      (6, [mismatch, mismatch, mismatch, mismatch, "6", "uninitialized element"]),
      (0, [mismatch, mismatch, mismatch, mismatch, "6", "uninitialized element"]),
    ]
    for (type, values) in expected {
      for change in ["", "i32.const 5 ref.null func table.set 0 "] {
        let bytes = family("\(change)local.get 0 call_indirect \(type) 0")
        for options in [[], ["-O0"]] {
          #expect(
            try results(bytes, all + options, arguments: (0...5).map { ["\($0)"] }) == values,
            "type \(type), \(change)")
        }
      }
    }
  }

  @Test func `functions are cast to the types they have`() throws {
    let arguments = (0...5).map { ["\($0)"] }
    let failure = "cast failure"
    let cases: [(String, [String])] = [
      ("local.get 0 table.get 0 ref.test 2", ["1", "1", "1", "1", "0", "0"]),
      ("local.get 0 table.get 0 ref.test 4", ["0", "0", "1", "1", "0", "0"]),
      ("local.get 0 table.get 0 ref.test:null 3", ["0", "1", "0", "0", "0", "1"]),
      ("local.get 0 table.get 0 ref.test func", ["1", "1", "1", "1", "1", "0"]),
      ("local.get 0 table.get 0 ref.test:null func", ["1", "1", "1", "1", "1", "1"]),
      ("local.get 0 table.get 0 ref.test nofunc", ["0", "0", "0", "0", "0", "0"]),
      ("local.get 0 table.get 0 ref.test:null nofunc", ["0", "0", "0", "0", "0", "1"]),
      (
        "local.get 0 table.get 0 ref.cast 4 call_ref 4",
        [failure, failure, "4", "5", failure, failure]
      ),
      (
        "local.get 0 table.get 0 ref.cast:null 4 call_ref 4",
        [failure, failure, "4", "5", failure, "null function reference"]
      ),
      (
        """
        block:\(7) local.get 0 table.get 0 br_on_cast 1 0 func 4 drop i32.const -1 return end
        call_ref 4
        """, ["-1", "-1", "4", "5", "-1", "-1"]
      ),
      (
        """
        block:\(8) local.get 0 table.get 0 br_on_cast_fail 3 0 func 4
        ref.is_null return end
        drop i32.const -1
        """, ["-1", "-1", "0", "0", "-1", "1"]
      ),
    ]
    for (text, expected) in cases {
      let bytes = module(results: [.i32], text) { builder in
        let top = builder.type([], [.i32], isFinal: false, below: nil)
        builder.type([], [.i32], isFinal: true, below: top)
        let middle = builder.type([], [.i32], isFinal: false, below: top)
        builder.type([], [.i32], isFinal: true, below: middle)
        builder.type([], [.i32], isFinal: true, below: nil)
        builder.type([], [.ref(RefType(nullable: false, heap: .concrete(4)))])
        builder.type([], [.funcRef])
        for type in 2...6 { builder.function(TypeIndex(type), text: "i32.const \(type)") }
        builder.table(.funcRef, Limits(minimum: 6, maximum: 6))
        builder.elements(.active(0, offset: 0), functions: [3, 4, 5, 6, 7])
      }
      for options in [[], ["-O0"]] {
        #expect(
          try results(bytes, all + options, arguments: arguments) == expected, "\(text) \(options)")
      }
    }
  }

  @Test func `types of objects compile, their instructions do not`() throws {
    var builder = ModuleBuilder()
    let number = builder.type([], [.i32])
    builder.type(
      [.ref(RefType(nullable: true, heap: .any)), .ref(RefType(nullable: true, heap: .eq))], [])
    builder.function(
      number, locals: [.ref(RefType(nullable: true, heap: .any))], export: "f",
      text: "local.get 0 ref.null any call 1 i32.const 5")
    builder.function(
      builder.type(
        [
          .ref(RefType(nullable: true, heap: .any)), .ref(RefType(nullable: true, heap: .any)),
        ], []), text: "")
    #expect(try results(builder.build(), all) == ["5"])

    builder.function(number, text: "i32.const 1 ref.i31 i31.get_s")
    let failure = #expect(throws: CompileFailure.self) {
      try ApusCommand.compile(builder.build(), all)
    }
    #expect(
      failure?.result.errors.contains("not supported yet: garbage-collected objects (ref.i31)")
        == true, "\(String(describing: failure))")
  }
}
