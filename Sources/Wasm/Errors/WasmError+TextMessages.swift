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

  // MARK: Grammar (specification 6.4 to 6.6)

  /// The same error, with an offset of the text.
  static func inText(_ error: WasmError) -> WasmError {
    var error = error
    error.isInText = true
    return error
  }

  /// - Parameter found: the token; `nil` at the end of the text.
  @inline(never)
  static func unexpectedToken(_ found: String?, at offset: Int) -> WasmError {
    let message = found.map { "unexpected token \($0)" } ?? "unexpected token: the text ends here"
    return WasmError(inText: .malformed, message, at: offset)
  }

  @inline(never)
  static func unknownOperator(_ found: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "unknown operator \(found)", at: offset)
  }

  /// `prefix` as in `i32 `, or empty.
  @inline(never)
  static func constantOutOfRange(_ prefix: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "\(prefix)constant out of range", at: offset)
  }

  /// An identifier that names nothing; `what` as in `label`.
  @inline(never)
  static func unknownName(_ what: String, _ name: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "unknown \(what) \(name)", at: offset)
  }

  @inline(never)
  static func unknownType(_ index: TypeIndex, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "unknown type \(index)", at: offset)
  }

  @inline(never)
  static func duplicate(_ what: String, _ name: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "duplicate \(what) \(name)", at: offset)
  }

  /// `kind` as in `function`.
  @inline(never)
  static func importAfter(_ kind: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "import after \(kind): imports come first", at: offset)
  }

  @inline(never)
  static func multipleStarts(at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "multiple start sections", at: offset)
  }

  @inline(never)
  static func inlineFunctionType(at offset: Int) -> WasmError {
    WasmError(
      inText: .malformed, "inline function type differs from the type that is named", at: offset)
  }

  @inline(never)
  static func mismatchingLabel(_ name: String, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "mismatching label \(name)", at: offset)
  }

  @inline(never)
  static func alignmentNotPowerOfTwo(_ align: UInt64, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "alignment must be a power of two, not \(align)", at: offset)
  }

  @inline(never)
  static func invalidPageSize(_ size: UInt32, at offset: Int) -> WasmError {
    WasmError(
      inText: .malformed, "invalid custom page size \(size): not a power of two", at: offset)
  }

  @inline(never)
  static func wrongLaneCount(_ count: Int, expected: Int, at offset: Int) -> WasmError {
    WasmError(
      inText: .malformed, "wrong number of lane literals: \(count), expected \(expected)",
      at: offset)
  }

  @inline(never)
  static func invalidLaneLength(_ count: Int, at offset: Int) -> WasmError {
    WasmError(
      inText: .malformed, "invalid lane length: \(count) lanes, expected 16", at: offset)
  }

  // MARK: Annotations

  @inline(never)
  static func annotation(_ kind: Annotation, _ problem: String, _ offset: Int) -> WasmError {
    WasmError(inText: .malformed, "@\(kind.rawValue) annotation: \(problem)", at: offset)
  }

  @inline(never)
  static func misplacedAnnotation(_ kind: Annotation, at offset: Int) -> WasmError {
    WasmError(inText: .malformed, "misplaced @\(kind.rawValue) annotation", at: offset)
  }

  @inline(never)
  static func hintTarget(at offset: Int) -> WasmError {
    WasmError(
      inText: .invalid,
      "@\(Annotation.branchHint.rawValue) annotation: invalid target, only if and br_if have hints",
      at: offset)
  }
}
