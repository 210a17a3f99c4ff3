// Every text that is reported about the text format, once.
//
// As with the binary format, a message begins with the wording of the specification's
// test suite. All offsets are those of the text.

extension WasmError {
  /// An error at byte `offset` of a text.
  init(inText phase: Phase, _ message: String, at offset: Int) {
    self.init(phase, message, at: offset)
    isInText = true
  }

  // MARK: Characters and tokens (specification 6.3)

  @inline(never)
  static func malformedUTF8(inTextAt offset: Int) -> WasmError {
    WasmError(inText: .malformed, "malformed UTF-8 encoding", at: offset)
  }

  @inline(never)
  static func illegalCharacter(_ byte: UInt8, at offset: Int) -> WasmError {
    let found = byte < 0x80 ? " 0x\(String(byte, radix: 16))" : " beyond ASCII"
    return WasmError(inText: .malformed, "illegal character\(found)", at: offset)
  }

  @inline(never)
  static func illegalEscape(at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "illegal escape", at: offset)
  }

  /// `what` as in `string` or `comment`.
  @inline(never)
  static func unclosed(_ what: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "unclosed \(what)", at: offset)
  }

  @inline(never)
  static func emptyIdentifier(at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "empty identifier", at: offset)
  }

  @inline(never)
  static func emptyAnnotation(at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "empty annotation id", at: offset)
  }
}
