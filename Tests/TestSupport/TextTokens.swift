// Cuts texts into tokens, as roughly as mutations and the search for modules need it.

import Foundation

/// The tokens of a text, as ranges of its bytes.
struct TextTokens {
  /// What a token is, told by its first bytes.
  enum Kind { case open, close, string, comment, space, word }

  private(set) var tokens: [(kind: Kind, range: Range<Int>)] = []

  init(_ text: [UInt8]) {
    var position = 0
    while position < text.count {
      let start = position
      let kind = Self.pass(text, &position)
      tokens.append((kind, start..<position))
    }
  }

  /// Passes over one token. Whatever is broken ends with the text at the latest.
  private static func pass(_ text: [UInt8], _ position: inout Int) -> Kind {
    let byte = text[position]
    let next = position + 1 < text.count ? text[position + 1] : 0
    switch (byte, next) {
    case (UInt8(ascii: ";"), UInt8(ascii: ";")):
      passWhile(text, &position) { $0 != UInt8(ascii: "\n") }
      return .comment
    case (UInt8(ascii: "("), UInt8(ascii: ";")):
      passBlockComment(text, &position)
      return .comment
    case (UInt8(ascii: "("), _):
      position += 1
      return .open
    case (UInt8(ascii: ")"), _):
      position += 1
      return .close
    case (UInt8(ascii: "\""), _):
      position += 1
      while position < text.count, text[position] != UInt8(ascii: "\"") {
        position += text[position] == UInt8(ascii: "\\") ? 2 : 1
      }
      position = min(position + 1, text.count)
      return .string
    case (...0x20, _):
      passWhile(text, &position) { $0 <= 0x20 }
      return .space
    default:
      position += 1
      passWhile(text, &position) { $0 > 0x20 && !"()\";".utf8.contains($0) }
      return .word
    }
  }

  private static func passWhile(
    _ text: [UInt8], _ position: inout Int, _ condition: (UInt8) -> Bool
  ) {
    while position < text.count, condition(text[position]) { position += 1 }
  }

  private static func passBlockComment(_ text: [UInt8], _ position: inout Int) {
    var depth = 0
    repeat {
      let pair = text[position..<min(position + 2, text.count)]
      if pair.elementsEqual("(;".utf8) {
        depth += 1
        position += 2
      } else if pair.elementsEqual(";)".utf8) {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < text.count
  }

  /// The parenthesised forms that stand in no other, as ranges of bytes.
  var forms: [Range<Int>] {
    var forms: [Range<Int>] = []
    var depth = 0
    var start = 0
    for (kind, range) in tokens {
      switch kind {
      case .open:
        if depth == 0 { start = range.lowerBound }
        depth += 1
      case .close:
        depth = max(0, depth - 1)
        if depth == 0 { forms.append(start..<range.upperBound) }
      case .string, .comment, .space, .word: break
      }
    }
    return forms
  }
}

extension SharedFiles {
  /// The modules that scripts of the official suite write out as text, in the order of the
  /// files and of their lines.
  public static func suiteModules(in folder: String = "spec-testsuite") -> [[UInt8]] {
    files(in: folder, suffix: ".wast").flatMap { file -> [[UInt8]] in
      guard let data = try? Data(contentsOf: file) else { return [] }
      let text = [UInt8](data)
      return TextTokens(text).forms.map { Array(text[$0]) }.filter(isPlainModule)
    }
  }

  /// Whether a form is `(module …)` and holds neither a binary nor a quotation.
  private static func isPlainModule(_ form: [UInt8]) -> Bool {
    let words = TextTokens(Array(form.prefix(200))).tokens.lazy.filter { $0.kind == .word }
      .map { String(decoding: form[$0.range], as: UTF8.self) }
    guard words.first == "module" else { return false }
    return !words.dropFirst().prefix(2).contains {
      ["binary", "quote", "definition", "instance"].contains($0)
    }
  }
}
