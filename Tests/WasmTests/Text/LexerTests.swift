// Tokens, white space, comments, annotations, strings.

import TestSupport
import Testing
@testable import Wasm

/// Why `text` cannot be cut into tokens; `nil` if it can.
private func lexicalError(_ text: [UInt8]) -> String? {
  var lexer = Lexer(ModuleBytes(copying: text))
  do {
    while try lexer.next().kind != .end {}
    return nil
  } catch {
    #expect(error.isInText && error.phase == .malformed)
    return error.message
  }
}

private func tokens(_ text: String, showsAnnotations: Bool = false) throws -> [String] {
  var lexer = Lexer(ModuleBytes(copying: Array(text.utf8)), showsAnnotations: showsAnnotations)
  var result: [String] = []
  while true {
    let token = try lexer.next()
    if token.kind == .end { return result }
    result.append("\(token.kind) \(lexer.spelling(token))")
  }
}

@Suite struct LexerTests {
  @Test func kinds() throws {
    let text = #"(module $m $"a b" i32.const -0x1_f "s\n" nan:0x1 offset=8)"#
    #expect(
      try tokens(text) == [
        "leftParen (", "keyword module", "identifier $m", #"quotedIdentifier $"a b""#,
        "keyword i32.const", "number -0x1_f", #"string "s\n""#, "keyword nan:0x1",
        "keyword offset=8", "rightParen )",
      ])
  }

  @Test func whatTouchesIsOneToken() throws {
    for text in [
      "0$l", "0drop", #""a"b"#, #"$"l"0"#, #""a""b""#, #"a"b""#, "a,b", "x;y", "Q", "{", #"0"a""#,
    ] {
      let found = try tokens(text)
      #expect(found.count == 1, "\(text): \(found)")
      if !["0$l", "0drop"].contains(text) { #expect(found == ["reserved \(text)"]) }
    }
    #expect(try tokens("$l$l") == ["identifier $l$l"])
    #expect(try tokens(#"(a)"b"(c;d"#.replacing(";", with: " ")).count == 7)
  }

  @Test func comments() throws {
    for text in [
      "a;;b\n", "a(;b;)", "a ;; b\rc ;; (", "(;(;(; ;) ;);)a", "(;;)a(;;;)", "a;;Würste (;\u{0}",
      "(;\"(;\";);)\na",
    ] {
      let words = try tokens(text)
      #expect(words.first == "keyword a" && words.count == (text.contains("c ") ? 2 : 1), "\(text)")
    }
    #expect(lexicalError(Array("(; (; ;)".utf8)) == "unclosed comment")
    #expect(lexicalError([0x3b, 0x3b, 0xff]) == "malformed UTF-8 encoding")
    #expect(lexicalError(Array("(;".utf8) + [0xc0, 0x80]) == "malformed UTF-8 encoding")
  }

  @Test func annotationsAreSkippedOrShown() throws {
    let text = #"a(@x y "z)" (b ; , (@) ({) ;; )"# + "\n" + #"))(@"name" "n")(@custom)b"#
    #expect(try tokens(text) == ["keyword a", "keyword b"])
    #expect(
      try tokens(text, showsAnnotations: true) == [
        "keyword a", #"quotedAnnotationStart (@"name""#, #"string "n""#, "rightParen )",
        "annotationStart (@custom", "rightParen )", "keyword b",
      ])
    for (text, message) in [
      ("(@)", "empty annotation id"), ("(@ x)", "empty annotation id"),
      ("(@\"\")", "empty annotation id"), ("(@\"\n\")", "empty annotation id"),
      (#"(@"\ef")"#, "malformed UTF-8 encoding"), ("(@x (", "unclosed annotation"),
      ("(@x (@y )", "unclosed annotation"), ("(@x \"", "unclosed string"),
      ("(@x \u{1})", "illegal character"), ("(@x ß)", "illegal character"),
    ] {
      #expect(lexicalError(Array(text.utf8))?.hasPrefix(message) == true, "\(text)")
    }
  }

  @Test func stringsAreDecoded() throws {
    func decoded(_ text: String) throws -> [UInt8] {
      var lexer = Lexer(ModuleBytes(copying: Array(text.utf8)))
      return try lexer.string(lexer.next())
    }
    #expect(
      try decoded(#""a\t\n\r\"\'\\\00\fF\u{1_F600}""#)
        == Array("a\t\n\r\"'\\\0".utf8) + [0xff] + Array("😀".utf8))
    #expect(try decoded(#""Wurst ß""#) == Array("Wurst ß".utf8))
    for text in [
      #""\u{110000}""#, #""\u{d800}""#, #""\u{}""#, #""\u{1_}""#, #""\u{1""#, #""\x""#, #""\0""#,
      #""\u1""#, "\"\\",
    ] {
      #expect(lexicalError(Array(text.utf8)) == "illegal escape", "\(text)")
    }
    for text in ["\"", "\"a\n\"", "\"a"] {
      #expect(lexicalError(Array(text.utf8)) == "unclosed string")
    }
    #expect(lexicalError(Array("\"\u{7f}\"".utf8))?.hasPrefix("illegal character") == true)
  }

  @Test func identifiersAreCompared() throws {
    var lexer = Lexer(ModuleBytes(copying: Array(#"$fh $"fh" $"\41\u{42}" $"ß""#.utf8)))
    var names: [String] = []
    for _ in 0..<4 { names.append(try lexer.identifier(lexer.next())) }
    #expect(names == ["fh", "fh", "AB", "ß"])
    for text in ["$", "$ \"a\"", "$\"\"", "$\"a\nb\"", "$\"a\tb\"", "$(@a)"] {
      #expect(lexicalError(Array(text.utf8)) == "empty identifier", "\(text)")
    }
    #expect(lexicalError(Array(#"$"\ef""#.utf8)) == "malformed UTF-8 encoding")
  }

  /// Every sequence of up to two bytes, and of four, is what `String` says it is.
  @Test func encodingIsChecked() {
    for first in UInt8.min...UInt8.max {
      for second in [UInt8](0x7e...0x81) + [0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0] {
        for tail in [[], [0x80], [0x80, 0xbf], [0xbf, 0xc0]] as [[UInt8]] {
          let bytes = [first, second] + tail
          let isValid = String(validating: bytes, as: UTF8.self) != nil
          #expect((lexicalError(Array("(;".utf8) + bytes + Array(";)".utf8)) == nil) == isValid)
        }
      }
    }
  }

  /// Depth and length cost neither stack nor more than linear time.
  @Test func deepNesting() throws {
    let depth = 1_000_000
    let text =
      String(repeating: "(;", count: depth) + String(repeating: ";)", count: depth)
      + "(@x" + String(repeating: "(", count: depth) + String(repeating: ")", count: depth) + ")a"
    #expect(try tokens(text) == ["keyword a"])
  }

  @Test func speed() throws {
    let line = "    (local.set $index (i32.add (local.get $index) (i32.const 0x10))) ;; next\n"
    let bytes = ModuleBytes(copying: Array(String(repeating: line, count: 100_000).utf8))
    var count = 0
    let time = try ContinuousClock().measure {
      var lexer = Lexer(bytes)
      while try lexer.next().kind != .end { count += 1 }
    }
    #expect(count == 1_500_000)
    let rate = Double(bytes.buffer.count) / 1e6 / (time / .seconds(1))
    print("lexer: \(Int(rate)) MB/s")
    #expect(rate > 50)
  }
}
