// Expressions: flat and folded instructions, blocks, labels.
//
// Nothing here recurses: what is open stands in `frames`, so that depth costs memory
// only. A folded instruction waits, encoded, in `pending` until its operands are written.
// Specification: 6.5 "Instructions".

/// What is open around the current token.
struct Frame {
  enum Kind: UInt8 {
    /// The expression itself.
    case root
    /// A folded instruction, whose operands are folded instructions.
    case operands
    /// `block`, `loop` or `try_table`, closed by `end` or by a parenthesis.
    case flatBlock, foldedBlock
    /// `if`, and what comes behind `else`.
    case flatIf, flatElse
    /// `(if`: its condition; behind `(then …)`; behind `(else …)`.
    case foldedCondition, foldedIf, foldedElse
    /// `try`, and what comes behind `catch` and `catch_all`.
    case flatTry, flatCatch, flatCatchAll
    /// `(try`: before `(do`; behind it; behind `(catch …)`, `(catch_all …)`,
    /// `(delegate …)`.
    case foldedTry, foldedDo, foldedCatch, foldedCatchAll, foldedDelegate
    /// `(then`, `(else`, `(do`, `(catch` or `(catch_all`, whose instructions follow.
    case part
  }

  var kind: Kind
  /// Where its instruction is written.
  var start = 0
  /// Where it begins in `pending`.
  var pendingStart = 0
  /// The symbol of its label.
  var symbol: Int?
  /// The name of its label, if an annotation gives one.
  var name: String?
  /// What that symbol named outside.
  var shadowed: UInt32?
  var hint: Bool?
}

/// What belongs to the function that is read.
struct BodyState {
  /// Whether it is a function, not a constant expression.
  var isFunction = false
  /// Where its encoding begins.
  var start = 0
  /// Number of labels in scope, that of the function included.
  var depth: UInt32 = 1
  /// Number of constructs that were begun.
  var constructs: UInt32 = 0
  var labelNames: [UInt32: String] = [:]
  var hints: [BranchHint] = []
}

extension TextParser {
  /// Reads instructions up to a closing parenthesis and writes them with their `end`.
  ///
  /// - Parameters:
  ///   - isSingle: read one folded instruction, no more.
  mutating func parseExpression(isSingle: Bool = false) throws(WasmError) {
    body.depth = 1
    let base = frames.count
    frames.append(Frame(kind: .root))
    if isSingle, current.kind != .leftParen { throw unexpected(current) }
    repeat {
      let kind = frames[frames.count - 1].kind
      switch current.kind {
      case .leftParen: try parseOpening(in: kind)
      case .keyword: try parseFlat(in: kind)
      case .rightParen where kind != .root: try parseClosing(of: kind)
      case .rightParen where !isSingle: break
      case .rightParen, .identifier, .quotedIdentifier, .string, .number, .annotationStart,
        .quotedAnnotationStart, .reserved, .end:
        throw unexpected(current)
      }
    } while isSingle ? frames.count > base + 1 : !isAtEnd(base)
    frames.removeLast()
    sourceMap.add(arena.count, current.start)
    arena.write(Self.endCode)
  }

  private func isAtEnd(_ base: Int) -> Bool {
    current.kind == .rightParen && frames.count == base + 1
  }

  private static let endCode = UInt8(truncatingIfNeeded: TextInstruction.end.code)

  // MARK: Flat instructions (specification 6.5.1 to 6.5.3)

  private mutating func parseFlat(in kind: Frame.Kind) throws(WasmError) {
    switch kind {
    case .operands, .foldedCondition, .foldedIf, .foldedElse, .foldedTry, .foldedDo,
      .foldedCatch, .foldedCatchAll, .foldedDelegate:
      throw unexpected(current)
    case .root, .flatBlock, .foldedBlock, .flatIf, .flatElse, .flatTry, .flatCatch,
      .flatCatchAll, .part:
      break
    }
    guard let instruction = current.entry?.pointee.instruction else { throw unexpected(current) }
    let hint = annotations.isEmpty ? nil : takeBranchHint()
    let start = current.start
    let mark = arena.count
    switch instruction.operation {
    case .block, .loop, .exception(.tryTable):
      try beginBlock(.flatBlock, instruction)
    case .if:
      try beginBlock(.flatIf, instruction)
    case .exception(.try):
      try beginBlock(.flatTry, instruction)
    case .else:
      guard kind == .flatIf else { throw unexpected(current) }
      try advance()
      try checkRepeatedLabel()
      emit(instruction, at: start)
      frames[frames.count - 1].kind = .flatElse
    case .end: try parseFlatEnd(kind)
    case .exception(.catch), .exception(.catchAll):
      guard kind == .flatTry || kind == .flatCatch else { throw unexpected(current) }
      let isLast = instruction.operation == .exception(.catchAll)
      try parsePlain(instruction)
      sourceMap.add(mark, start)
      frames[frames.count - 1].kind = isLast ? .flatCatchAll : .flatCatch
    case .exception(.delegate):
      guard kind == .flatTry else { throw unexpected(current) }
      // The label is looked up outside of the construct that ends here.
      popLabel(frames.removeLast())
      try parsePlain(instruction)
      sourceMap.add(mark, start)
    default:
      try parsePlain(instruction)
      sourceMap.add(mark, start)
    }
    if let hint { try add(hint, to: instruction.operation, mark, start) }
  }

  private mutating func parseFlatEnd(_ kind: Frame.Kind) throws(WasmError) {
    switch kind {
    case .flatBlock, .flatIf, .flatElse, .flatTry, .flatCatch, .flatCatchAll: break
    case .root, .operands, .foldedBlock, .foldedCondition, .foldedIf, .foldedElse, .foldedTry,
      .foldedDo, .foldedCatch, .foldedCatchAll, .foldedDelegate, .part:
      throw unexpected(current)
    }
    let start = current.start
    try advance()
    try checkRepeatedLabel()
    emit(.end, at: start)
    popLabel(frames.removeLast())
  }

  /// The identifier behind `end` or `else` must be that of the construct.
  private mutating func checkRepeatedLabel() throws(WasmError) {
    guard let token = try takeIdentifier() else { return }
    guard try symbol(token) == frames[frames.count - 1].symbol else {
      throw .mismatchingLabel(lexer.spelling(token), at: token.start)
    }
  }

  // MARK: Folded instructions (specification 6.5.12)

  private mutating func parseOpening(in kind: Frame.Kind) throws(WasmError) {
    switch kind {
    case .root, .operands, .flatBlock, .foldedBlock, .flatIf, .flatElse, .flatTry, .flatCatch,
      .flatCatchAll, .part:
      try parseFolded()
    case .foldedCondition:
      guard try takeOpening(.then) else { return try parseFolded() }
      beginFoldedIf()
      frames.append(Frame(kind: .part))
    case .foldedIf:
      guard opens(.else) else { throw unexpected(ahead) }
      try beginPart(.foldedElse, .else)
    case .foldedTry:
      guard try takeOpening(.do) else { throw unexpected(ahead) }
      frames[frames.count - 1].kind = .foldedDo
      frames.append(Frame(kind: .part))
    case .foldedDo where opens(.delegate):
      try parseFoldedDelegate()
    case .foldedDo, .foldedCatch:
      if opens(.catch) {
        try beginPart(.foldedCatch, .catch)
      } else if opens(.catchAll) {
        try beginPart(.foldedCatchAll, .catchAll)
      } else {
        throw unexpected(ahead)
      }
    case .foldedElse, .foldedCatchAll, .foldedDelegate:
      throw unexpected(ahead)
    }
  }

  private mutating func parseFolded() throws(WasmError) {
    let hint = annotations.isEmpty ? nil : takeBranchHint()
    try advance()
    guard let instruction = current.entry?.pointee.instruction else { throw unexpected(current) }
    let start = current.start
    let mark = arena.count
    switch instruction.operation {
    case .block, .loop, .exception(.tryTable):
      try beginBlock(.foldedBlock, instruction)
    case .exception(.try):
      try beginBlock(.foldedTry, instruction)
    case .if:
      try require(instruction, at: start)
      try advance()
      var frame = Frame(
        kind: .foldedCondition, start: start, pendingStart: pending.count, hint: hint)
      try takeLabelName(of: &frame)
      pending.write(UInt8(truncatingIfNeeded: instruction.code))
      pending.write(try parseBlockType())
      frames.append(frame)
      return
    case .else, .end, .exception(.catch), .exception(.catchAll), .exception(.delegate):
      throw unexpected(current)
    default:
      try parsePlain(instruction)
      guard current.kind == .rightParen else {
        if hint != nil, instruction.operation != .brIf { throw .hintTarget(at: start) }
        frames.append(
          Frame(kind: .operands, start: start, pendingStart: pending.count, hint: hint))
        pending.write(contentsOf: arena.bytes[mark...])
        arena.cut(to: mark)
        return
      }
      sourceMap.add(mark, start)
      try advance()
    }
    if let hint { try add(hint, to: instruction.operation, mark, start) }
  }

  private mutating func parseClosing(of kind: Frame.Kind) throws(WasmError) {
    switch kind {
    case .operands:
      let frame = frames.removeLast()
      release(frame)
    case .part, .foldedDelegate:
      frames.removeLast()
    case .foldedBlock, .foldedIf, .foldedElse, .foldedDo, .foldedCatch, .foldedCatchAll:
      emit(.end, at: current.start)
      popLabel(frames.removeLast())
    case .root, .flatBlock, .flatIf, .flatElse, .foldedCondition, .flatTry, .flatCatch,
      .flatCatchAll, .foldedTry:
      throw unexpected(current)
    }
    try advance()
  }

  /// Writes an instruction whose operands are written.
  private mutating func release(_ frame: Frame) {
    sourceMap.add(arena.count, frame.start)
    if let isLikely = frame.hint { addHint(isLikely, at: arena.count) }
    arena.write(contentsOf: pending.bytes[frame.pendingStart...])
    pending.cut(to: frame.pendingStart)
  }

  private mutating func beginFoldedIf() {
    var frame = frames.removeLast()
    release(frame)
    frame.kind = .foldedIf
    pushLabel(&frame)
    frames.append(frame)
  }

  /// Begins a further part of the construct on top, such as `(else`.
  private mutating func beginPart(
    _ kind: Frame.Kind, _ instruction: TextInstruction
  ) throws(WasmError) {
    try advance()
    let mark = arena.count
    let start = current.start
    try parsePlain(instruction)
    sourceMap.add(mark, start)
    frames[frames.count - 1].kind = kind
    frames.append(Frame(kind: .part))
  }

  /// `(delegate label)`: the label is looked up outside of the `try`, which it ends.
  private mutating func parseFoldedDelegate() throws(WasmError) {
    popLabel(frames.removeLast())
    try advance()
    let mark = arena.count
    let start = current.start
    try parsePlain(.delegate)
    sourceMap.add(mark, start)
    try expectClosing()
    frames.append(Frame(kind: .foldedDelegate))
  }

  // MARK: Blocks and labels (specification 6.5.2)

  /// Writes the opcode of a construct with its block type, and opens it.
  private mutating func beginBlock(
    _ kind: Frame.Kind, _ instruction: TextInstruction
  ) throws(WasmError) {
    try require(instruction, at: current.start)
    emit(instruction, at: current.start)
    try advance()
    var frame = Frame(kind: kind)
    try takeLabelName(of: &frame)
    arena.write(try parseBlockType())
    if instruction.immediates == .tryTable { try parseCatchClauses() }
    pushLabel(&frame)
    frames.append(frame)
  }

  /// Reads the name of a construct's label. The construct's number is known once what
  /// comes before it is written; the name is noted then.
  private mutating func takeLabelName(of frame: inout Frame) throws(WasmError) {
    if let token = try takeIdentifier() {
      let symbol = try symbol(token)
      if labelNames[symbol] == nil { labelNames[symbol] = try lexer.identifier(token) }
      frame.symbol = symbol
    }
    frame.name = try takeNameAnnotation()
  }

  private mutating func pushLabel(_ frame: inout Frame) {
    if let symbol = frame.symbol {
      frame.shadowed = labels[symbol]
      labels[symbol] = body.depth
    }
    if let name = frame.name ?? frame.symbol.flatMap({ labelNames[$0] }) {
      body.labelNames[body.constructs] = name
    }
    body.constructs += 1
    body.depth += 1
  }

  private mutating func popLabel(_ frame: Frame) {
    body.depth -= 1
    if let symbol = frame.symbol { labels[symbol] = frame.shadowed }
  }

  /// A label by number or by name.
  mutating func takeLabel() throws(WasmError) -> LabelIndex {
    guard current.token.isIdentifier else { return try takeU32() }
    guard let depth = labels[try symbol(current.token)] else {
      throw unknown("label", current.token)
    }
    try advance()
    return body.depth - 1 - depth
  }

  // MARK: Writing

  private mutating func emit(_ instruction: TextInstruction, at start: Int) {
    sourceMap.add(arena.count, start)
    arena.write(opcodeOf: instruction)
  }

  private mutating func add(
    _ isLikely: Bool, to operation: Operation, _ mark: Int, _ start: Int
  ) throws(WasmError) {
    guard operation == .if || operation == .brIf else { throw .hintTarget(at: start) }
    addHint(isLikely, at: mark)
  }

  private mutating func addHint(_ isLikely: Bool, at offset: Int) {
    guard body.isFunction, features.contains(.branchHinting) else { return }
    body.hints.append(
      BranchHint(offset: UInt32(truncatingIfNeeded: offset - body.start), isLikely: isLikely))
    module.featuresUsed.formUnion(FeatureSet(.branchHinting))
  }
}

extension TextInstruction {
  init(_ row: InstructionTable.Row) {
    operation = row.operation
    immediates = row.operation.immediates
    prefix = row.prefix
    code = row.code
    features = row.feature.map { FeatureSet($0) } ?? []
  }

  /// The instruction of an operation that the parser itself asks for.
  private static func instruction(_ operation: Operation) -> TextInstruction {
    guard let row = InstructionTable.rows.first(where: { $0.operation == operation }) else {
      preconditionFailure("the instruction table has no \(operation)")
    }
    return TextInstruction(row)
  }

  static let end = instruction(.end)
  static let `else` = instruction(.else)
  static let i32Const = instruction(.integerConst(.i32))
  static let i64Const = instruction(.integerConst(.i64))
  static let refFunc = instruction(.refFunc)
  static let selectTyped = instruction(.selectTyped)
  static let `catch` = instruction(.exception(.catch))
  static let catchAll = instruction(.exception(.catchAll))
  static let delegate = instruction(.exception(.delegate))
  /// `ref.test` and `ref.cast` to types that hold null.
  static let testNullable = instruction(.aggregate(.test(nullable: true)))
  static let castNullable = instruction(.aggregate(.cast(nullable: true)))
}

extension ByteWriter {
  @inline(__always)
  mutating func write(opcodeOf instruction: TextInstruction) {
    if let prefix = instruction.prefix {
      write(prefix)
      writeU32(instruction.code)
    } else {
      write(UInt8(truncatingIfNeeded: instruction.code))
    }
  }
}
