// Broken texts in any number, each to be had again by seed and index.

import Foundation

/// Texts of modules, and mutants made from them.
public struct TextMutationCorpus: Sendable {
  /// The texts that mutants are made from.
  public let texts: [[UInt8]]

  /// - Parameters:
  ///   - texts: at least one, none empty.
  public init(texts: [[UInt8]]) {
    precondition(!texts.isEmpty && texts.allSatisfy { !$0.isEmpty })
    self.texts = texts
  }

  /// Mutant `index` of the sequence `seed`: always the same from the same texts.
  public func mutant(seed: UInt64, index: Int) -> [UInt8] {
    var random = SplitMix64(seed: seed &+ UInt64(index) &* 0xd134_2543_de82_ef95)
    var text = texts[random.next(below: texts.count)]
    for _ in 0...random.next(below: 4) where !text.isEmpty { mutate(&text, &random) }
    return text
  }

  private func mutate(_ text: inout [UInt8], _ random: inout SplitMix64) {
    switch random.next(below: 20) {
    case 0, 1:
      text[random.next(below: text.count)] ^= 1 << UInt8(random.next(below: 8))
    case 2: text[random.next(below: text.count)] = UInt8(truncatingIfNeeded: random.next())
    case 3: text.removeSubrange(random.next(below: text.count)...)
    case 4:
      text.insert(
        contentsOf: Self.pieces[random.next(below: Self.pieces.count)].utf8,
        at: random.next(below: text.count))
    case 5: deepen(&text, &random)
    default: mutateTokens(&text, &random)
    }
  }

  /// What upsets a lexer.
  private static let pieces = [
    "(;", ";)", ";;", "\"", "(@", "(@custom \"", "(@name \"\\ff\")", "(@encoding (padded 4))",
    "(@encoding",
    "$", "$\"", "\\", "\u{0}", "\u{7f}", "é", "\u{202e}", "\r", "\t", "(", ")", "))))", "{", ",",
    "\"\\u{110000}\"", "\"\\u{d800}\"", "\"\\u{ffffffffffffffffffff}\"", "\"\\", "=", "offset=",
    "align=3",
  ]

  /// Numbers at and beyond the edges of their types, and what is nearly one.
  private static let numbers = [
    "0", "-0", "4294967295", "4294967296", "-2147483648", "-2147483649", "18446744073709551615",
    "18446744073709551616", "-9223372036854775809", "0x", "0x_1", "1__0", "1_",
    "0xffffffffffffffffffff",
    "1e", "1e999999999999999999", "-1e-999999999999999999", "0x1p", "0x1p-99999999999",
    "0x1.8p1023",
    "0x1p1024", "0x1.fffffffffffff8p1023", "3.4028235677973366e+38", "1e39", "nan:0x0",
    "nan:0x800000", "nan:0x1", "-nan:0xfffffffffffff", "inf", "-inf", "nan", "0x.8p0", ".5", "5.",
    "2.2250738585072011e-308", "9007199254740993", String(repeating: "9", count: 4_000),
    "0." + String(repeating: "0", count: 4_000) + "1", "0x" + String(repeating: "f", count: 4_000),
  ]

  private func mutateTokens(_ text: inout [UInt8], _ random: inout SplitMix64) {
    let tokens = TextTokens(text).tokens.filter { $0.kind != .space }
    guard !tokens.isEmpty else { return }
    let token = tokens[random.next(below: tokens.count)]
    let other = tokens[random.next(below: tokens.count)]
    func spaced(_ bytes: some Sequence<UInt8>) -> [UInt8] { [0x20] + Array(bytes) + [0x20] }
    switch random.next(below: 8) {
    case 0: text.removeSubrange(token.range)
    case 1: text.insert(contentsOf: spaced(text[token.range]), at: token.range.upperBound)
    case 2: text.replaceSubrange(token.range, with: spaced(text[other.range]))
    case 3:
      guard let number = tokens.filter({ isNumber(text[$0.range]) }).randomElement(using: &random)
      else { return }
      let new = Self.numbers[random.next(below: Self.numbers.count)]
      text.replaceSubrange(number.range, with: spaced(new.utf8))
    case 4:
      // A token of another text: most of all a keyword that does not belong here.
      let donor = texts[random.next(below: texts.count)]
      let words = TextTokens(donor).tokens.filter { $0.kind != .space && $0.kind != .comment }
      guard let word = words.randomElement(using: &random) else { return }
      text.replaceSubrange(token.range, with: spaced(donor[word.range]))
    case 5: swap(&text, token.range, other.range)
    default: mutateForm(&text, &random)
    }
  }

  private func isNumber(_ token: ArraySlice<UInt8>) -> Bool {
    let digits = token.drop { "+-".utf8.contains($0) }
    return digits.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
  }

  private func swap(_ text: inout [UInt8], _ one: Range<Int>, _ two: Range<Int>) {
    let (first, second) = one.lowerBound < two.lowerBound ? (one, two) : (two, one)
    guard !first.overlaps(second) else { return }
    let (head, tail) = (Array(text[first]), Array(text[second]))
    text.replaceSubrange(second, with: head)
    text.replaceSubrange(first, with: tail)
  }

  /// Removes, repeats or replaces a parenthesised form inside the module.
  private func mutateForm(_ text: inout [UInt8], _ random: inout SplitMix64) {
    guard let form = randomForm(of: text, &random) else { return }
    let donor = texts[random.next(below: texts.count)]
    switch random.next(below: 3) {
    case 0: text.removeSubrange(form)
    case 1: text.insert(contentsOf: Array(text[form]), at: form.upperBound)
    default:
      guard let other = randomForm(of: donor, &random) else { return }
      text.replaceSubrange(form, with: Array(donor[other]))
    }
  }

  private func randomForm(of text: [UInt8], _ random: inout SplitMix64) -> Range<Int>? {
    let tokens = TextTokens(text).tokens
    let opens = tokens.indices.filter { tokens[$0].kind == .open }
    guard let start = opens.randomElement(using: &random) else { return nil }
    var depth = 0
    for (kind, range) in tokens[start...] {
      if kind == .open { depth += 1 }
      if kind == .close { depth -= 1 }
      if depth == 0 { return tokens[start].range.lowerBound..<range.upperBound }
    }
    return nil
  }

  /// Puts a form into thousands of others, closed or not.
  private func deepen(_ text: inout [UInt8], _ random: inout SplitMix64) {
    guard let form = randomForm(of: text, &random) else { return }
    let depth = [10, 1_000, 100_000][random.next(below: 3)]
    let opening = [
      "(", "(block ", "(if (i32.const 0) (then ", "(i32.eqz ", "(func ", "(;", "(@a ", "(rec ",
    ]
    let head = opening[random.next(below: opening.count)]
    let closing = head.utf8.count { $0 == UInt8(ascii: "(") }
    if random.next(below: 4) > 0 {
      let tail = head == "(;" ? ";)" : ")"
      text.insert(
        contentsOf: String(repeating: tail, count: depth * closing).utf8, at: form.upperBound)
    }
    text.insert(contentsOf: String(repeating: head, count: depth).utf8, at: form.lowerBound)
  }
}
