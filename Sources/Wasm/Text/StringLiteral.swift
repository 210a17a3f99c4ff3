// What strings and identifiers of a text stand for.
//
// Knows escapes, nothing of where a string stands. Specification: 6.3.4 "Strings",
// 6.3.5 "Identifiers".

extension Lexer {
  /// An escape: how long it is, and the bytes it stands for.
  struct Escape {
    var length: Int
    /// A byte, or the scalar value that `\u{…}` names.
    var value: UInt32
    var isScalar: Bool
  }

  /// The escape at `offset`, where a backslash stands.
  func escape(at offset: Int) throws(WasmError) -> Escape {
    let next = byte(at: offset + 1)
    switch next {
    case UInt8(ascii: "t"): return Escape(length: 2, value: 9, isScalar: false)
    case UInt8(ascii: "n"): return Escape(length: 2, value: 10, isScalar: false)
    case UInt8(ascii: "r"): return Escape(length: 2, value: 13, isScalar: false)
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\"):
      return Escape(length: 2, value: UInt32(next), isScalar: false)
    case UInt8(ascii: "u"): return try scalarEscape(at: offset)
    default:
      guard let high = hexDigit(next), let low = hexDigit(byte(at: offset + 2)) else {
        throw .illegalEscape(at: offset)
      }
      return Escape(length: 3, value: UInt32(high << 4 | low), isScalar: false)
    }
  }

  /// `\u{…}`: hexadecimal digits, with an underscore between any two.
  private func scalarEscape(at start: Int) throws(WasmError) -> Escape {
    guard byte(at: start + 2) == UInt8(ascii: "{") else { throw .illegalEscape(at: start) }
    var offset = start + 3
    var value: UInt32 = 0
    var mayEnd = false
    while true {
      let byte = byte(at: offset)
      offset += 1
      if let digit = hexDigit(byte) {
        value = value << 4 | UInt32(digit)
        guard value < 0x11_0000 else { throw .illegalEscape(at: start) }
        mayEnd = true
      } else if mayEnd, byte == UInt8(ascii: "_") {
        mayEnd = false
      } else if mayEnd, byte == UInt8(ascii: "}"), !(0xd800..<0xe000).contains(value) {
        return Escape(length: offset - start, value: value, isScalar: true)
      } else {
        throw .illegalEscape(at: start)
      }
    }
  }

  /// Appends the bytes that the string `token` stands for.
  public func appendString(_ token: Token, to output: inout [UInt8]) throws(WasmError) {
    try appendContents(token.start + 1..<token.end - 1, to: &output)
  }

  private func appendContents(
    _ range: Range<Int>, to output: inout [UInt8]
  ) throws(WasmError) {
    var offset = range.lowerBound
    while offset < range.upperBound {
      var plainEnd = offset
      while plainEnd < range.upperBound, bytes[plainEnd] != UInt8(ascii: "\\") { plainEnd += 1 }
      output.append(
        contentsOf: UnsafeBufferPointer(start: bytes + offset, count: plainEnd - offset))
      offset = plainEnd
      guard offset < range.upperBound else { return }
      let escape = try escape(at: offset)
      offset += escape.length
      if escape.isScalar, let scalar = Unicode.Scalar(escape.value) {
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      } else {
        output.append(UInt8(truncatingIfNeeded: escape.value))
      }
    }
  }

  /// The bytes that the string `token` stands for.
  public func string(_ token: Token) throws(WasmError) -> [UInt8] {
    var output: [UInt8] = []
    try appendString(token, to: &output)
    return output
  }

  /// What the string `token` stands for, as a name.
  public func name(_ token: Token) throws(WasmError) -> String {
    guard let name = String(validating: try string(token), as: UTF8.self) else {
      throw .malformedUTF8(inTextAt: token.start)
    }
    return name
  }

  /// The name of an identifier, without the `$`.
  public func identifier(_ token: Token) throws(WasmError) -> String {
    token.kind == .quotedIdentifier
      ? try name(Token(.string, token.start + 1, token.end))
      : spelling(Token(token.kind, token.start + 1, token.end))
  }

  /// The name behind `(@`.
  func annotationName(_ token: Token) throws(WasmError) -> String {
    token.kind == .quotedAnnotationStart
      ? try name(Token(.string, token.start + 2, token.end))
      : spelling(Token(token.kind, token.start + 2, token.end))
  }

  /// The token as it is written.
  public func spelling(_ token: Token) -> String {
    String(
      decoding: UnsafeBufferPointer(start: bytes + token.start, count: token.range.count),
      as: UTF8.self)
  }

  /// Whether the token is written as `word`.
  public func spells(_ token: Token, _ word: StaticString) -> Bool {
    guard token.range.count == word.utf8CodeUnitCount else { return false }
    for index in 0..<token.range.count
    where bytes[token.start + index] != word.utf8Start[index] {
      return false
    }
    return true
  }
}

/// The value of a hexadecimal digit.
@inline(__always)
func hexDigit(_ byte: UInt8) -> UInt8? {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
  default: nil
  }
}
