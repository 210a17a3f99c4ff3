// Every text that the decoder and the validator report, once.
//
// A message begins with the wording of the specification's test suite, which is
// what tools and tests compare, and goes on with what was found. All are made out
// of line, so that the code that finds no error stays small.

extension WasmError {
  // MARK: Bytes (specification 5.2)

  @inline(never)
  static func unexpectedEnd(at offset: Int) -> WasmError {
    WasmError(.malformed, "unexpected end of section or function", at: offset)
  }

  @inline(never)
  static func lengthOutOfBounds(_ length: UInt32, available: Int, at offset: Int) -> WasmError {
    WasmError(
      .malformed, "length out of bounds: \(length) with \(available) bytes left", at: offset)
  }

  @inline(never)
  static func integerTooLong(bits: Int, at offset: Int) -> WasmError {
    WasmError(
      .malformed,
      "integer representation too long: \(bits) bits take up to \((bits + 6) / 7) bytes",
      at: offset)
  }

  @inline(never)
  static func integerTooLarge(bits: Int, at offset: Int) -> WasmError {
    WasmError(
      .malformed, "integer too large: unused bits of a \(bits)-bit integer are set", at: offset)
  }

  @inline(never)
  static func malformedUTF8(at offset: Int) -> WasmError {
    WasmError(.malformed, "malformed UTF-8 encoding", at: offset)
  }

  // MARK: Modules and sections (specification 5.5)

  @inline(never)
  static func missingMagic() -> WasmError {
    WasmError(.malformed, "magic header not detected: this is not a WebAssembly binary", at: 0)
  }

  @inline(never)
  static func unknownVersion(_ version: UInt32) -> WasmError {
    WasmError(.malformed, "unknown binary version \(version)", at: 4)
  }

  @inline(never)
  static func isComponent() -> WasmError {
    WasmError(.unsupported, "this is a component; Apus compiles core modules", at: 4)
  }

  @inline(never)
  static func malformedSectionID(_ id: UInt8, at offset: Int) -> WasmError {
    WasmError(.malformed, "malformed section id \(id)", at: offset)
  }

  @inline(never)
  static func sectionOutOfOrder(_ name: String, at offset: Int) -> WasmError {
    WasmError(
      .malformed, "unexpected content after last section: the \(name) section is repeated or late",
      at: offset)
  }

  @inline(never)
  static func sectionSizeMismatch(at offset: Int) -> WasmError {
    WasmError(.malformed, "section size mismatch", at: offset)
  }

  @inline(never)
  static func inconsistentCode(functions: Int, bodies: Int, at offset: Int) -> WasmError {
    WasmError(
      .malformed,
      "function and code section have inconsistent lengths: \(functions) and \(bodies)", at: offset)
  }

  @inline(never)
  static func inconsistentData(count: UInt32, segments: Int, at offset: Int) -> WasmError {
    WasmError(
      .malformed, "data count and data section have inconsistent lengths: \(count) and \(segments)",
      at: offset)
  }

  @inline(never)
  static func dataCountRequired(at offset: Int) -> WasmError {
    WasmError(.malformed, "data count section required", at: offset)
  }

  /// A byte that selects among alternatives, and selects none.
  @inline(never)
  static func malformed(_ what: String, _ byte: UInt64, at offset: Int) -> WasmError {
    WasmError(.malformed, "malformed \(what) 0x\(String(byte, radix: 16))", at: offset)
  }

  @inline(never)
  static func malformedLimitsFlags(
    _ flags: UInt8, needing feature: Feature?, at offset: Int
  ) -> WasmError {
    var message = "malformed limits flags 0x\(String(flags, radix: 16))"
    if let feature { message += ": needs the feature \(feature.rawValue), which is not enabled" }
    return WasmError(.malformed, message, at: offset)
  }

  @inline(never)
  static func malformedPageSize(_ log2: UInt32, at offset: Int) -> WasmError {
    WasmError(.malformed, "invalid custom page size 2^\(log2)", at: offset)
  }

  @inline(never)
  static func tooManyLocals(_ count: UInt64, at offset: Int) -> WasmError {
    count > UInt64(UInt32.max)
      ? WasmError(.malformed, "too many locals: \(count)", at: offset)
      : limit("locals", count, ImplementationLimits.locals, at: offset)
  }

  // MARK: Instructions (specification 5.4)

  @inline(never)
  static func illegalOpcode(prefix: UInt8?, _ code: UInt32, at offset: Int) -> WasmError {
    var text = prefix.map { String($0, radix: 16) + " " } ?? ""
    if code < 0x10 { text += "0" }
    return WasmError(.malformed, "illegal opcode \(text)\(String(code, radix: 16))", at: offset)
  }

  @inline(never)
  static func endExpected(at offset: Int) -> WasmError {
    WasmError(.malformed, "END opcode expected", at: offset)
  }

  @inline(never)
  static func zeroByteExpected(at offset: Int) -> WasmError {
    WasmError(.malformed, "zero byte expected", at: offset)
  }

  @inline(never)
  static func malformedMemoryFlags(_ flags: UInt32, at offset: Int) -> WasmError {
    WasmError(.malformed, "malformed memop flags 0x\(String(flags, radix: 16))", at: offset)
  }

  // MARK: Features and limits

  /// `what` belongs to a feature that is off or not implemented.
  @inline(never)
  static func featureNeeded(_ feature: Feature, by what: String, at offset: Int) -> WasmError {
    WasmError(
      .unsupported,
      "\(what) needs the feature \(feature.rawValue), which is not enabled "
        + "(--enable \(feature.rawValue))", at: offset)
  }

  /// A second one in an index space of which earlier versions allow one only.
  @inline(never)
  static func several(_ spaces: String, needing feature: Feature, at offset: Int) -> WasmError {
    WasmError(
      .invalid,
      "multiple \(spaces): more than one needs the feature \(feature.rawValue), "
        + "which is not enabled (--enable \(feature.rawValue))", at: offset)
  }

  @inline(never)
  static func limit(
    _ what: String, _ count: UInt64, _ limit: Int, at offset: Int
  ) -> WasmError {
    WasmError(.limit, "too many \(what): \(count), the limit is \(limit)", at: offset)
  }

  @inline(never)
  static func sizeLimit(_ what: String, _ size: Int, _ limit: Int, at offset: Int) -> WasmError {
    WasmError(.limit, "\(what) too large: \(size) bytes, the limit is \(limit)", at: offset)
  }

  // MARK: Indices (specification 3)

  /// An index beyond its index space; `space` as in `function` or `data segment`.
  @inline(never)
  static func unknown(_ space: String, _ index: UInt32, at offset: Int) -> WasmError {
    WasmError(.invalid, "unknown \(space) \(index)", at: offset)
  }

  // MARK: Types (specification 3.2)

  @inline(never)
  static func notFunctionType(_ index: TypeIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "unknown type: type \(index) is not a function type", at: offset)
  }

  @inline(never)
  static func minimumExceedsMaximum(at offset: Int) -> WasmError {
    WasmError(.invalid, "size minimum must not be greater than maximum", at: offset)
  }

  @inline(never)
  static func memoryTooLarge(_ limit: String, at offset: Int) -> WasmError {
    WasmError(.invalid, "memory size must be at most \(limit)", at: offset)
  }

  @inline(never)
  static func tableTooLarge(at offset: Int) -> WasmError {
    WasmError(.invalid, "table size must be at most 2^32-1", at: offset)
  }

  @inline(never)
  static func notASubtype(
    _ index: TypeIndex, of supertype: TypeIndex, at offset: Int
  ) -> WasmError {
    WasmError(
      .invalid, "sub type \(index) does not match super type \(supertype), or that is final",
      at: offset)
  }

  @inline(never)
  static func severalSupertypes(_ index: TypeIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "sub type \(index) has more than one super type", at: offset)
  }

  @inline(never)
  static func tagWithResults(_ type: TypeIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "non-empty tag result type: type \(type)", at: offset)
  }

  @inline(never)
  static func sharedWithoutMaximum(at offset: Int) -> WasmError {
    WasmError(.invalid, "shared memory must have maximum", at: offset)
  }

  @inline(never)
  static func invalidPageSize(_ log2: UInt8, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "invalid custom page size 2^\(log2): it may be 1 or 65536 bytes", at: offset)
  }

  // MARK: Modules (specification 3.5)

  @inline(never)
  static func duplicateExport(_ name: String, at offset: Int) -> WasmError {
    WasmError(.invalid, "duplicate export name \(quoted(name, limit: 80))", at: offset)
  }

  @inline(never)
  static func startFunctionType(_ index: FuncIndex, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "start function \(index) must have no parameters and no results", at: offset)
  }

  @inline(never)
  static func constantExpressionRequired(_ found: String, at offset: Int) -> WasmError {
    WasmError(.invalid, "constant expression required, found \(found)", at: offset)
  }

  // MARK: Instructions (specification 3.4)

  @inline(never)
  static func typeMismatch(
    _ instruction: String, expects expected: String, found: String, at offset: Int
  ) -> WasmError {
    WasmError(
      .invalid, "type mismatch: \(instruction) expects \(expected), found \(found)", at: offset)
  }

  /// The operands on top of the stack, `found`, are not what an instruction requires.
  @inline(never)
  static func stackMismatch(
    _ instruction: String, requires expected: String, found: String, at offset: Int
  ) -> WasmError {
    WasmError(
      .invalid,
      "type mismatch: instruction requires \(expected) but stack has \(found), in \(instruction)",
      at: offset)
  }

  @inline(never)
  static func valuesRemain(
    _ found: String, requires results: [String], atEndOf construct: String, at offset: Int
  ) -> WasmError {
    WasmError(
      .invalid,
      "type mismatch: block requires [\(results.joined(separator: " "))] but stack has \(found), "
        + "at the end of \(construct)", at: offset)
  }

  @inline(never)
  static func elseMissing(at offset: Int) -> WasmError {
    WasmError(
      .invalid, "type mismatch: an if without else must yield what it takes", at: offset)
  }

  @inline(never)
  static func labelArityMismatch(expected: Int, found: Int, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "type mismatch: the labels of br_table take \(expected) and \(found) values",
      at: offset)
  }

  @inline(never)
  static func resultsMismatch(_ instruction: String, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "type mismatch: \(instruction) must yield the caller's results", at: offset)
  }

  @inline(never)
  static func invalidResultArity(_ count: UInt32, at offset: Int) -> WasmError {
    WasmError(.invalid, "invalid result arity: select takes one type, found \(count)", at: offset)
  }

  @inline(never)
  static func immutableGlobal(_ index: GlobalIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "immutable global \(index)", at: offset)
  }

  @inline(never)
  static func uninitializedLocal(_ index: LocalIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "uninitialized local \(index)", at: offset)
  }

  /// `what` is a field or an array, and is not mutable.
  @inline(never)
  static func immutable(_ what: String, _ index: UInt32, at offset: Int) -> WasmError {
    WasmError(.invalid, "immutable \(what) \(index)", at: offset)
  }

  @inline(never)
  static func otherKind(of index: TypeIndex, than kind: String, at offset: Int) -> WasmError {
    WasmError(.invalid, "unknown type: type \(index) is not \(kind) type", at: offset)
  }

  @inline(never)
  static func arrayOfReferences(_ type: String, at offset: Int) -> WasmError {
    WasmError(.invalid, "array type is not numeric or vector: its elements are \(type)", at: offset)
  }

  @inline(never)
  static func arraysDoNotMatch(_ source: String, into target: String, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "array types do not match: elements are copied from \(source) to \(target)",
      at: offset)
  }

  @inline(never)
  static func invalidRethrowLabel(_ label: LabelIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "invalid rethrow label \(label): it is not a catch", at: offset)
  }

  @inline(never)
  static func invalidBranchHint(at offset: Int) -> WasmError {
    WasmError(
      .invalid, "@\(BranchHint.sectionName) annotation: invalid target, neither if nor br_if",
      at: offset)
  }

  @inline(never)
  static func alignmentNotNatural(_ align: UInt32, natural: UInt8, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "alignment must be equal to natural: 2^\(align), natural is 2^\(natural)",
      at: offset)
  }

  @inline(never)
  static func alignmentTooLarge(_ align: UInt32, natural: UInt8, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "alignment must not be larger than natural: 2^\(align), natural is 2^\(natural)",
      at: offset)
  }

  @inline(never)
  static func offsetOutOfRange(_ value: UInt64, at offset: Int) -> WasmError {
    WasmError(
      .invalid, "offset out of range: \(value) in a memory of 32-bit addresses", at: offset)
  }

  @inline(never)
  static func invalidLane(_ lane: UInt32, at offset: Int) -> WasmError {
    WasmError(.invalid, "invalid lane index \(lane)", at: offset)
  }

  @inline(never)
  static func undeclaredReference(_ index: FuncIndex, at offset: Int) -> WasmError {
    WasmError(.invalid, "undeclared function reference \(index)", at: offset)
  }
}
