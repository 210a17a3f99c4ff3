// Values and patterns of scripts: constants of every type, references, and what results
// must be.
//
// Numbers are those of the text format.

extension WastFormParser {
  /// `(i32.const 1)` and its like, as an argument.
  mutating func value() throws(WasmError) -> WastValue {
    let start = token.start
    let pattern = try pattern()
    guard let value = pattern.value else {
      throw WasmError(inText: .malformed, "unexpected token, a pattern as argument", at: start)
    }
    return value
  }

  /// Patterns up to the end of the form.
  mutating func patterns() throws(WasmError) -> [WastPattern] {
    var patterns: [WastPattern] = []
    while token.kind == .leftParen { patterns.append(try pattern()) }
    return patterns
  }

  private mutating func pattern() throws(WasmError) -> WastPattern {
    try parenthesized { (parser) throws(WasmError) in try parser.patternBody() }
  }

  private mutating func patternBody() throws(WasmError) -> WastPattern {
    let word = token.kind == .keyword ? lexer.spelling(token) : ""
    let start = token
    try advance()
    switch word {
    case "i32.const":
      return .i32(UInt32(truncatingIfNeeded: try integer(width: 32)))
    case "i64.const": return .i64(try integer(width: 64))
    case "f32.const": return .f32(try lane(float: true, width: 32))
    case "f64.const": return .f64(try lane(float: true, width: 64))
    case "v128.const": return try vector()
    case "either": return .either(try patterns())
    case "ref.null": return .null(try optionalHeapType())
    case "ref.extern":
      return token.kind == .number ? .extern(try integer(width: 64)) : .reference(.extern)
    case "ref.host":
      return .host(token.kind == .number ? try integer(width: 64) : nil)
    case "ref.func":
      // An index says nothing that could be compared.
      if token.kind == .number { try advance() }
      return .reference(.func)
    default:
      guard word.hasPrefix("ref."), let heap = HeapType(scriptName: word.dropFirst(4)) else {
        token = start
        throw unexpected()
      }
      return .reference(heap)
    }
  }

  private mutating func optionalHeapType() throws(WasmError) -> HeapType? {
    guard token.kind == .keyword else { return nil }
    guard let heap = HeapType(scriptName: lexer.spelling(token)[...]) else { throw unexpected() }
    try advance()
    return heap
  }

  /// What follows `v128.const`.
  private mutating func vector() throws(WasmError) -> WastPattern {
    let shapes: [(name: StaticString, isFloat: Bool, width: Int)] = [
      ("i8x16", false, 8), ("i16x8", false, 16), ("i32x4", false, 32), ("i64x2", false, 64),
      ("f32x4", true, 32), ("f64x2", true, 64),
    ]
    guard let shape = shapes.first(where: { isKeyword($0.name) }) else { throw unexpected() }
    try advance()
    var lanes: [WastLane] = []
    for _ in 0..<128 / shape.width {
      lanes.append(try lane(float: shape.isFloat, width: shape.width))
    }
    return .v128(laneWidth: shape.width, lanes)
  }

  private mutating func lane(float: Bool, width: Int) throws(WasmError) -> WastLane {
    guard float else { return .bits(try integer(width: width)) }
    if isKeyword("nan:canonical") {
      try advance()
      return .canonicalNaN
    }
    if isKeyword("nan:arithmetic") {
      try advance()
      return .arithmeticNaN
    }
    return .bits(try self.float(width: width))
  }

  /// An integer of `width` bits, signed or not.
  private mutating func integer(width: Int) throws(WasmError) -> UInt64 {
    let bits = try number { $0.integer(bits: UInt64(width)) }
    return width == 64 ? bits : bits & (1 << UInt64(width) - 1)
  }

  /// The bits of a float.
  private mutating func float(width: Int) throws(WasmError) -> UInt64 {
    try number { width == 32 ? $0.f32.map { UInt64($0) } : $0.f64 }
  }

  /// The number that is the next token, by the one of its values that is asked for.
  private mutating func number(
    _ value: (NumberLiteral) -> UInt64?
  ) throws(WasmError) -> UInt64 {
    guard token.kind == .number || token.kind == .keyword else { throw unexpected() }
    let literal = NumberLiteral(
      UnsafeBufferPointer(start: lexer.bytes + token.start, count: token.range.count))
    guard let literal else { throw unexpected() }
    guard let value = value(literal) else { throw .constantOutOfRange("", at: token.start) }
    try advance()
    return value
  }
}

extension WastPattern {
  /// The one value that it stands for, if it is one.
  fileprivate var value: WastValue? {
    switch self {
    case .i32(let bits): return .i32(bits)
    case .i64(let bits): return .i64(bits)
    case .f32(.bits(let bits)): return .f32(UInt32(truncatingIfNeeded: bits))
    case .f64(.bits(let bits)): return .f64(bits)
    case .v128(let width, let lanes):
      var words: [UInt64] = [0, 0]
      for (index, lane) in lanes.enumerated() {
        guard case .bits(let bits) = lane else { return nil }
        let place = index * width
        words[place / 64] |= bits << UInt64(place % 64)
      }
      return .v128(low: words[0], high: words[1])
    case .null(let heap): return heap.map { .null($0) }
    case .extern(let number): return .extern(number)
    case .host(let number): return number.map { .host($0) }
    case .f32, .f64, .reference, .either: return nil
    }
  }
}

extension HeapType {
  /// The abstract heap type that is written so.
  fileprivate init?(scriptName name: Substring) {
    switch name {
    case "any": self = .any
    case "eq": self = .eq
    case "i31": self = .i31
    case "struct": self = .struct
    case "array": self = .array
    case "none": self = .none
    case "func": self = .func
    case "nofunc": self = .noFunc
    case "extern": self = .extern
    case "noextern": self = .noExtern
    case "exn": self = .exn
    case "noexn": self = .noExn
    default: return nil
    }
  }
}
