// Finds the modules in text form in scripts of the official test suite.

import Foundation
import TestSupport

@testable import Wasm

/// A module as text, and what the script says of it.
struct ScriptedText {
  var text: ModuleBytes
  /// Line in the script.
  var line: Int
  /// `assert_malformed` and its kin with the message; `nil`: it is valid.
  var rejection: (keyword: String, message: String)?
}

/// The modules in text form of a script, quoted ones included.
func scriptedTexts(in file: URL) throws -> [ScriptedText] {
  let script = ModuleBytes(copying: [UInt8](try Data(contentsOf: file)))
  var scanner = ScriptScanner(Lexer(script))
  return try scanner.texts()
}

/// Looks for modules at the top of a script and in its assertions.
private struct ScriptScanner {
  var lexer: Lexer
  var token: Token

  init(_ lexer: Lexer) {
    self.lexer = lexer
    token = Token(.end, 0, 0)
  }

  mutating func texts() throws -> [ScriptedText] {
    var found: [ScriptedText] = []
    try advance()
    while token.kind == .leftParen {
      let start = token.start
      try advance()
      let head = lexer.spelling(token)
      if head == "module" {
        if let text = try module(from: start) { found.append(text) }
        continue
      }
      try advance()
      let moduleStart = token.start
      if head.hasPrefix("assert_"), token.kind == .leftParen {
        try advance()
        if lexer.spells(token, "module") {
          if var text = try module(from: moduleStart) {
            let message = token.kind == .string ? try lexer.name(token) : ""
            text.rejection = (head, message)
            found.append(text)
          }
        } else {
          try skipToClosing()
          try advance()
        }
      }
      try skipToClosing()
      try advance()
    }
    return found
  }

  private mutating func advance() throws { token = try lexer.next() }

  /// Passes over everything up to the parenthesis that closes what is open.
  private mutating func skipToClosing() throws {
    var depth = 0
    while depth > 0 || token.kind != .rightParen {
      if token.kind == .leftParen { depth += 1 }
      if token.kind == .rightParen { depth -= 1 }
      if token.kind == .end { return }
      try advance()
    }
  }

  /// The module that begins at `start`, where `module` is current; `nil` for binaries.
  private mutating func module(from start: Int) throws -> ScriptedText? {
    let line = TextPosition(of: start, in: lexer.text.buffer).line
    try advance()
    var definition: Range<Int>?
    if lexer.spells(token, "definition") {
      definition = token.range
      try advance()
    }
    let isInstance = lexer.spells(token, "instance")
    if token.isIdentifier { try advance() }
    let isQuoted = lexer.spells(token, "quote")
    let isBinary = lexer.spells(token, "binary")
    var bytes: [UInt8] = []
    if isQuoted {
      try advance()
      while token.kind == .string {
        try lexer.appendString(token, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        try advance()
      }
    } else {
      try skipToClosing()
      bytes = Array(lexer.text.buffer[start..<token.end])
      for offset in definition ?? 0..<0 { bytes[offset - start] = UInt8(ascii: " ") }
    }
    try advance()
    if isBinary || isInstance { return nil }
    return ScriptedText(text: ModuleBytes(copying: bytes), line: line)
  }
}
