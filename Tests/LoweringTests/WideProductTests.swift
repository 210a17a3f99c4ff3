// Products of 128 bits that a module spells in halves of 32.

import TestSupport
import Testing
import Wasm

/// One line of a computation on integers of 64 bits: `name = left operation right`. The
/// operands are lines before it, the factors `x` and `y`, or numbers.
private struct Line {
  var name: Character
  var operation: String
  var left: String
  var right: String

  /// From `n = l op r`.
  init(_ text: Substring) {
    let words = text.split(separator: " ")
    (name, left, operation, right) = (
      words[0].first!, String(words[2]), String(words[3]), String(words[4])
    )
  }

  func value(_ values: [String: UInt64]) -> UInt64 {
    let left = values[left] ?? UInt64(left)!
    let right = values[right] ?? UInt64(right)!
    return switch operation {
    case "+": left &+ right
    case "*": left &* right
    case "&": left & right
    case "|": left | right
    case ">>": left &>> right
    case "<<": left &<< right
    default: fatalError("no operation \(operation)")
    }
  }

  private static let names = [
    "+": "add", "*": "mul", "&": "and", "|": "or", ">>": "shr_u", "<<": "shl",
  ]

  func code(_ locals: [String: Int]) -> String {
    let operands = [left, right].map { operand in
      locals[operand].map { "local.get \($0)" } ?? "i64.const \(operand)"
    }
    let local = locals[String(name)]!
    return "\(operands.joined(separator: " ")) i64.\(Self.names[operation]!) local.set \(local)"
  }
}

/// A computation of `h` and `l` from `x` and `y`.
private struct Computation {
  var lines: [Line]

  init(_ text: String) { lines = text.split(separator: "\n").map(Line.init) }

  /// What it yields for two factors.
  func value(_ x: UInt64, _ y: UInt64) -> [UInt64] {
    var values = ["x": x, "y": y]
    for line in lines { values[String(line.name)] = line.value(values) }
    return [values["h"]!, values["l"]!]
  }

  /// The body of a function of the factors.
  var code: String {
    var locals = ["x": 0, "y": 1]
    for line in lines { locals[String(line.name)] = locals.count }
    let text = lines.map { $0.code(locals) }.joined(separator: " ")
    return "\(text) local.get \(locals["h"]!) local.get \(locals["l"]!)"
  }

  /// The same with one operand or operation exchanged for another.
  func mutated(with generator: inout SplitMix64) -> Computation {
    var copy = self
    let index = lines.indices.randomElement(using: &generator)!
    let known = ["x", "y", "31", "33", "1"] + lines[..<index].map { String($0.name) }
    switch Int.random(in: 0..<3, using: &generator) {
    case 0: copy.lines[index].left = known.randomElement(using: &generator)!
    case 1: copy.lines[index].right = known.randomElement(using: &generator)!
    default: copy.lines[index].operation = ["+", "*", "&", "|"].randomElement(using: &generator)!
    }
    return copy
  }
}

struct WideProductTests {
  private static let halves = """
    a = x >> 32
    b = x & 4294967295
    c = y >> 32
    d = y & 4294967295
    p = b * d
    q = a * d
    r = b * c
    s = a * c

    """

  /// The carries go from one product of halves into the next.
  private static let ladder =
    halves + """
      e = p >> 32
      t = e + q
      f = t & 4294967295
      u = r + f
      g = t >> 32
      i = u >> 32
      j = s + g
      h = i + j
      k = p & 4294967295
      m = u << 32
      l = k | m
      """

  /// The other way round, and the lower half as a sum.
  private static let otherLadder =
    halves + """
      e = p >> 32
      t = r + e
      f = t & 4294967295
      u = f + q
      g = t >> 32
      i = u >> 32
      j = i + g
      h = j + s
      m = u << 32
      k = p & 4294967295
      l = m + k
      """

  /// All carries into the upper half at once, and the lower half from whole products.
  private static let columns =
    halves + """
      e = p >> 32
      f = q & 4294967295
      g = r & 4294967295
      i = e + f
      t = i + g
      u = t >> 32
      j = q >> 32
      k = r >> 32
      m = j + k
      n = m + u
      h = n + s
      o = t << 32
      v = p & 4294967295
      l = o | v
      """

  /// As `__multi3` does, with the products of upper words added.
  private static let product = ladder.replacing(
    "h = i + j",
    with: """
      n = i + j
      v = x * 5
      w = y * 7
      z = v + w
      h = z + n
      """)

  private static let all = [ladder, otherLadder, columns, product].map(Computation.init)

  private static let factors: [UInt64] = [
    0, 1, 2, 0xffff_ffff, 0x1_0000_0000, 0xffff_ffff_0000_0000, .max, .max - 1, 0x8000_0000,
    0x8000_0000_0000_0000, 0x1234_5678_9abc_def0, 0xfedc_ba98_0000_0001,
  ]

  /// Checks computations, each a function of its own.
  private func check(_ computations: [Computation], _ options: [String]) throws {
    var builder = ModuleBuilder()
    let type = builder.type([.i64, .i64], [.i64, .i64])
    for computation in computations {
      let locals = Array(repeating: ValueType.i64, count: computation.lines.count)
      _ = builder.function(type, locals: locals, text: computation.code)
    }
    let all = builder.type(
      [.i64, .i64], Array(repeating: .i64, count: 2 * computations.count))
    let calls = computations.indices.map { "local.get 0 local.get 1 call \($0)" }
    _ = builder.function(all, export: "f", text: calls.joined(separator: " "))
    let pairs = Self.factors.flatMap { x in Self.factors.map { (x, $0) } }
    let arguments = pairs.map { pair in
      [pair.0, pair.1].map { "\(Int64(bitPattern: $0))" }
    }
    let results = try results(builder.build(), options, arguments: arguments)
    for (pair, result) in zip(pairs, results) {
      let expected = computations.flatMap { $0.value(pair.0, pair.1) }
      #expect(result == expected.map { "\(Int64(bitPattern: $0))" }.joined(separator: " "))
    }
  }

  @Test(arguments: [["-O2"], ["-O1"], ["-O0"]])
  func `halves of a wide product are its halves`(options: [String]) throws {
    try check(Self.all, options)
  }

  @Test(arguments: Self.all.indices)
  func `a product in halves is one multiplication`(index: Int) throws {
    let computation = Self.all[index]
    let locals = Array(repeating: ValueType.i64, count: computation.lines.count)
    let text = try ApusCommand.assembly(
      module([.i64, .i64], [.i64, .i64], locals: locals, computation.code), ["--invoke", "f"])
    let wide = text.split(separator: "\n").count { $0.contains("mulx") || $0.contains("\tmulq") }
    #expect(wide == 1, "\(text)")
    #expect(!text.contains("shrq\t$32") && !text.contains("shlq\t$32"), "\(text)")
  }

  @Test func `the square of a word is one multiplication`() throws {
    let text = Self.ladder.replacing("y", with: "x")
    let computation = Computation(text)
    let locals = Array(repeating: ValueType.i64, count: computation.lines.count)
    let assembly = try ApusCommand.assembly(
      module([.i64, .i64], [.i64, .i64], locals: locals, computation.code), ["--invoke", "f"])
    #expect(!assembly.contains("shrq\t$32"), "\(assembly)")
    try check([computation], [])
  }

  @Test func `what only resembles a wide product stays what it is`() throws {
    var generator = SplitMix64(seed: 128)
    let mutants = (0..<400).map { index in
      Self.all[index % Self.all.count].mutated(with: &generator)
    }
    try check(mutants, ["-O2"])
  }
}
