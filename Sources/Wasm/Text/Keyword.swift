// The words of the text format: those of the grammar, and through the instruction table
// those of all instructions.
//
// Specification: 6.3.1 "Tokens".

/// A word of the grammar that is not an instruction.
enum Keyword: String, CaseIterable {
  case module, type, rec, sub, final, `func`, `struct`, array, field, mut, param, result, local
  case table, memory, global, tag, elem, data, export, `import`, start
  case offset, item, declare, shared, pagesize, ref, null
  case i8, i16, i32, i64, f32, f64, v128
  case any, eq, i31, extern, exn, nofunc, noextern, noexn
  case noneType = "none"
  case anyref, eqref, i31ref, structref, arrayref, nullref
  case funcref, nullfuncref, externref, nullexternref, exnref, nullexnref
  case i8x16, i16x8, i32x4, i64x2, f32x4, f64x2
  case then, `else`, `do`, delegate, `catch`
  case catchRef = "catch_ref"
  case catchAll = "catch_all"
  case catchAllRef = "catch_all_ref"
  /// Words of scripts that stand for numbers.
  case canonicalNaN = "nan:canonical"
  case arithmeticNaN = "nan:arithmetic"
}

/// What the parser needs of a row of the instruction table.
struct TextInstruction {
  var operation: Operation
  var immediates: Immediates
  var prefix: UInt8?
  var code: UInt32
  var features: FeatureSet
}

/// What a keyword may mean; some are both a word and an instruction.
struct KeywordEntry {
  var word: Keyword?
  var instruction: TextInstruction?

  /// A keyword that nothing knows.
  static let unknown = KeywordEntry()
}

/// The keywords by their spelling.
struct KeywordTable: Sendable {
  private let strings: ByteStringTable
  nonisolated(unsafe) private let entries: UnsafePointer<KeywordEntry>

  /// All keywords. They live as long as the process.
  static let shared = KeywordTable()

  private init() {
    var strings = ByteStringTable()
    var all: [KeywordEntry] = []
    func index(of word: String) -> Int {
      let index = Array(word.utf8).withUnsafeBufferPointer { strings.insert($0) }
      if index == all.count { all.append(KeywordEntry()) }
      return index
    }
    for word in Keyword.allCases { all[index(of: word.rawValue)].word = word }
    for row in InstructionTable.rows {
      let index = index(of: row.mnemonic)
      // Where two rows share a name, the parser chooses by the immediates.
      guard all[index].instruction == nil else { continue }
      all[index].instruction = TextInstruction(
        operation: row.operation, immediates: row.operation.immediates, prefix: row.prefix,
        code: row.code, features: row.feature.map { FeatureSet($0) } ?? [])
    }
    self.strings = strings
    let memory = UnsafeMutablePointer<KeywordEntry>.allocate(capacity: all.count)
    memory.initialize(from: all, count: all.count)
    entries = UnsafePointer(memory)
  }

  /// What `spelling` means.
  @inline(__always)
  func entry(_ spelling: UnsafeBufferPointer<UInt8>) -> UnsafePointer<KeywordEntry>? {
    strings.find(spelling).map { entries + $0 }
  }
}
