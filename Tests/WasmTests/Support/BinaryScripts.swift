// Finds the modules in binary form in scripts of the official test suite.
//
// Reads no more of the text format than parentheses, strings and comments.

import Foundation
import TestSupport

/// A module in binary form, and what the script says of it.
struct ScriptedBinary {
  var bytes: [UInt8]
  /// Line in the script.
  var line: Int
  /// `assert_malformed` or `assert_invalid` with its message; `nil`: it is valid.
  var rejection: (keyword: String, message: String)?
}

/// A parenthesised form, a string or a word.
private indirect enum Form {
  case list([Form], line: Int)
  case string([UInt8])
  case word(String)
}

/// The binary modules of a script.
func scriptedBinaries(in file: URL) throws -> [ScriptedBinary] {
  var scanner = FormScanner(bytes: [UInt8](try Data(contentsOf: file)))
  return scanner.forms().compactMap { form in
    guard case .list(let items, let line) = form, case .word(let head)? = items.first else {
      return nil
    }
    if head == "module" {
      return binary(items).map { ScriptedBinary(bytes: $0, line: line) }
    }
    guard head == "assert_malformed" || head == "assert_invalid", items.count == 3,
      case .list(let module, _) = items[1], case .string(let message) = items[2],
      let bytes = binary(module)
    else { return nil }
    return ScriptedBinary(
      bytes: bytes, line: line, rejection: (head, String(decoding: message, as: UTF8.self)))
  }
}

/// The bytes of `(module definition? $name? binary "…"*)`.
private func binary(_ items: [Form]) -> [UInt8]? {
  var isBinary = false
  var bytes: [UInt8] = []
  for item in items.dropFirst() {
    switch item {
    case .word("binary"): isBinary = true
    case .word("definition"): break
    case .word(let word) where word.hasPrefix("$"): break
    case .string(let part): bytes += part
    case .word, .list: return nil
    }
  }
  return isBinary ? bytes : nil
}

private struct FormScanner {
  let bytes: [UInt8]
  var position = 0
  var line = 1

  init(bytes: [UInt8]) { self.bytes = bytes }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if byte == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  /// The forms up to a closing parenthesis or the end.
  mutating func forms() -> [Form] {
    var forms: [Form] = []
    while let byte {
      switch byte {
      case UInt8(ascii: ")"):
        return forms
      case UInt8(ascii: "\""):
        forms.append(.string(string()))
      case UInt8(ascii: ";"):
        while let byte = self.byte, byte != UInt8(ascii: "\n") { advance() }
      case UInt8(ascii: "(") where bytes[position...].starts(with: "(;".utf8):
        skipBlockComment()
      case UInt8(ascii: "("):
        let start = line
        advance()
        let items = self.forms()
        advance()
        forms.append(.list(items, line: start))
      case ...0x20:
        advance()
      default:
        forms.append(.word(word()))
      }
    }
    return forms
  }

  private mutating func skipBlockComment() {
    var depth = 0
    repeat {
      if bytes[position...].starts(with: "(;".utf8) {
        depth += 1
        position += 2
      } else if bytes[position...].starts(with: ";)".utf8) {
        depth -= 1
        position += 2
      } else {
        advance()
      }
    } while depth > 0 && position < bytes.count
  }

  private mutating func word() -> String {
    let start = position
    while let byte, byte > 0x20, !"()\";".utf8.contains(byte) { advance() }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func string() -> [UInt8] {
    var content: [UInt8] = []
    advance()
    while let byte, byte != UInt8(ascii: "\"") {
      advance()
      guard byte == UInt8(ascii: "\\"), let escape = self.byte else {
        content.append(byte)
        continue
      }
      advance()
      switch escape {
      case UInt8(ascii: "n"): content.append(10)
      case UInt8(ascii: "r"): content.append(13)
      case UInt8(ascii: "t"): content.append(9)
      case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): content.append(escape)
      default:
        let digits = [escape, self.byte ?? 0]
        content.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0)
        advance()
      }
    }
    advance()
    return content
  }
}
