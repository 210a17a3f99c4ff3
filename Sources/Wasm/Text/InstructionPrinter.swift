// Prints instructions: one a line, indented by their nesting, or those of a constant
// expression on one line.
//
// Knows immediates by their kinds alone. Where an instruction refers to a construct by a
// number, a comment says how deep that construct is nested. Specification: 6.5 "Instructions".

/// Prints the instructions it is handed.
struct InstructionPrinter: InstructionConsumer {
  var text = TextBuffer()
  /// Number of instructions of the expression, the final `end` not included.
  private(set) var count = 0

  private let context: PrintedModule
  private let buffer: UnsafeRawBufferPointer
  private let mnemonics = Mnemonics.shared
  private var isOneLine = false
  private var locals = Identifiers()
  private var labels = Identifiers()
  /// The constructs that are open, by their numbers in the function.
  private var openConstructs: [UInt32] = []
  private var constructs: UInt32 = 0
  private var hints: ArraySlice<BranchHint> = []
  private var bodyStart = 0

  init(_ context: PrintedModule) {
    self.context = context
    buffer = context.module.bytes.buffer
  }

  /// Begins the body of `function`.
  mutating func begin(
    _ function: FuncIndex, bodyStart: Int, locals: Identifiers, labels: Identifiers
  ) {
    isOneLine = false
    self.locals = locals
    self.labels = labels
    hints = (context.module.branchHints[function] ?? [])[...]
    self.bodyStart = bodyStart
    beginAny()
  }

  /// Begins a constant expression.
  mutating func beginExpression() {
    isOneLine = true
    labels = Identifiers()
    beginAny()
  }

  private mutating func beginAny() {
    openConstructs.removeAll(keepingCapacity: true)
    constructs = 0
    count = 0
  }

  // MARK: Lines

  mutating func consume(_ instruction: borrowing Instruction) {
    let operation = instruction.operation
    let nesting = operation.nesting
    if nesting < 0 {
      // The last `end` is the parenthesis of what the expression stands in.
      guard openConstructs.popLast() != nil || operation != .end else { return }
    }
    if isOneLine {
      if count > 0 { text.append(UInt8(ascii: " ")) }
    } else {
      printHints(at: instruction.offset)
      let isPart = operation.beginsPart
      text.newLine(indentation: openConstructs.count + (isPart ? 1 : 2))
    }
    count += 1
    text.append(mnemonics.name(at: instruction.offset, in: buffer))
    if nesting > 0 { open() }
    printImmediates(of: instruction)
  }

  /// Counts a construct, and prints its label.
  private mutating func open() {
    openConstructs.append(constructs)
    context.appendDefinition(constructs, of: labels, to: &text)
    text.append(" (;@")
    text.append(decimal: UInt64(openConstructs.count))
    text.append(";)")
    constructs += 1
  }

  private mutating func printHints(at offset: Int) {
    while let hint = hints.first, Int(hint.offset) <= offset - bodyStart {
      hints.removeFirst()
      guard Int(hint.offset) == offset - bodyStart else { continue }
      text.newLine(indentation: openConstructs.count + 2)
      text.append("(@metadata.code.branch_hint \"\\0")
      text.append(hint.isLikely ? "1\")" : "0\")")
    }
  }

  // MARK: Immediates

  private mutating func printImmediates(of instruction: borrowing Instruction) {
    let identifiers = context.identifiers
    switch instruction.operation.immediates {
    case .none, .reserved: break
    case .blockType: print(instruction.blockType)
    case .label: print(label: instruction.index, of: openConstructs.count)
    case .labels:
      for label in instruction.labels { print(label: label, of: openConstructs.count) }
    case .function: print(instruction.index, identifiers.functions)
    case .callIndirect:
      print(optional: instruction.secondIndex, identifiers.tables)
      context.append(typeUse: instruction.index, to: &text)
    case .selectTypes: context.append(clause: "result", [instruction.selectType], to: &text)
    case .local: print(instruction.index, locals)
    case .global: print(instruction.index, identifiers.globals)
    case .heapType: printHeapType(of: instruction)
    case .table: print(optional: instruction.index, identifiers.tables)
    case .tableTable: print(pair: instruction, identifiers.tables)
    case .elementTable:
      print(optional: instruction.index, identifiers.tables)
      print(instruction.secondIndex, identifiers.elements)
    case .element: print(instruction.index, identifiers.elements)
    case .memArg: printMemArg(of: instruction)
    case .memory: print(optional: instruction.index, identifiers.memories)
    case .memoryMemory: print(pair: instruction, identifiers.memories)
    case .dataMemory:
      print(optional: instruction.index, identifiers.memories)
      print(instruction.secondIndex, identifiers.data)
    case .data: print(instruction.index, identifiers.data)
    case .i32, .i64: printInteger(instruction.bits)
    case .f32:
      text.append(UInt8(ascii: " "))
      text.append(float32: UInt32(truncatingIfNeeded: instruction.bits))
    case .f64:
      text.append(UInt8(ascii: " "))
      text.append(float64: instruction.bits)
    case .v128:
      text.append(UInt8(ascii: " "))
      text.append(vectorLow: instruction.bits, high: instruction.highBits)
    case .lane: printInteger(UInt64(instruction.index))
    case .lanes: print(lanes: instruction.bits, instruction.highBits)
    case .memArgLane:
      printMemArg(of: instruction)
      printInteger(UInt64(instruction.index))
    case .tag: print(instruction.index, identifiers.tags)
    case .tryTable: printTryTable(instruction)
    case .type: print(instruction.index, identifiers.types)
    case .typeField:
      print(instruction.index, identifiers.types)
      print(instruction.secondIndex, identifiers.fields[instruction.index] ?? Identifiers())
    case .typeCount:
      print(instruction.index, identifiers.types)
      printInteger(UInt64(instruction.secondIndex))
    case .typeData:
      print(instruction.index, identifiers.types)
      print(instruction.secondIndex, identifiers.data)
    case .typeElement:
      print(instruction.index, identifiers.types)
      print(instruction.secondIndex, identifiers.elements)
    case .typeType:
      print(instruction.index, identifiers.types)
      print(instruction.secondIndex, identifiers.types)
    case .castBranch:
      print(label: instruction.index, of: openConstructs.count)
      context.append(long: instruction.castSource, to: &text)
      context.append(long: instruction.castTarget, to: &text)
    }
  }

  @inline(__always)
  private mutating func print(_ index: UInt32, _ space: Identifiers) {
    context.append(index, of: space, to: &text)
  }

  @inline(__always)
  private mutating func print(optional index: UInt32, _ space: Identifiers) {
    context.append(optional: index, of: space, to: &text)
  }

  /// What is written to and what is read from; nothing where both are 0.
  private mutating func print(pair instruction: borrowing Instruction, _ space: Identifiers) {
    if instruction.index == 0, instruction.secondIndex == 0 { return }
    print(instruction.index, space)
    print(instruction.secondIndex, space)
  }

  private mutating func printInteger(_ bits: UInt64) {
    text.append(UInt8(ascii: " "))
    text.append(decimal: Int64(bitPattern: bits))
  }

  private mutating func print(lanes low: UInt64, _ high: UInt64) {
    for half in [low, high] {
      for lane in 0..<UInt64(8) { printInteger(half >> (8 * lane) & 0xff) }
    }
  }

  /// What differs from the default: the memory, the offset, the alignment.
  private mutating func printMemArg(of instruction: borrowing Instruction) {
    let memArg = instruction.memArg
    print(optional: memArg.memory, context.identifiers.memories)
    if memArg.offset != 0 {
      text.append(" offset=")
      text.append(decimal: memArg.offset)
    }
    if memArg.align != UInt32(instruction.operation.accessWidthLog2 ?? 0) {
      text.append(" align=")
      text.append(decimal: UInt64(1) << UInt64(memArg.align))
    }
  }

  // MARK: Types and labels

  private mutating func print(_ type: BlockType) {
    switch type {
    case .empty: break
    case .value(let type): context.append(clause: "result", [type], to: &text)
    case .type(let index): context.append(typeUse: index, to: &text)
    }
  }

  private mutating func printHeapType(of instruction: borrowing Instruction) {
    if case .aggregate = instruction.operation {
      context.append(long: instruction.castTarget, to: &text)
    } else {
      context.append(instruction.heapType, to: &text)
    }
  }

  /// - Parameters:
  ///   - depth: how many constructs are open where the label is looked up.
  private mutating func print(label: LabelIndex, of depth: Int) {
    text.append(UInt8(ascii: " "))
    let position = depth - 1 - Int(label)
    if position >= 0, let identifier = labels[openConstructs[position]] {
      return text.append(identifier)
    }
    text.append(decimal: label)
    guard position >= -1 else { return }
    text.append(" (;@")
    text.append(decimal: UInt64(position + 1))
    text.append(";)")
  }

  /// The labels of catch clauses are those that surround the construct.
  private mutating func printTryTable(_ instruction: borrowing Instruction) {
    print(instruction.blockType)
    for clause in instruction.catches {
      text.append(" (")
      switch clause.kind {
      case .tag: text.append("catch")
      case .tagRef: text.append("catch_ref")
      case .all: text.append("catch_all")
      case .allRef: text.append("catch_all_ref")
      }
      if clause.kind.hasTag { print(clause.tag, context.identifiers.tags) }
      print(label: clause.label, of: openConstructs.count - 1)
      text.append(")")
    }
  }
}

extension Operation {
  /// Whether the operation stands on the level of the construct it belongs to.
  fileprivate var beginsPart: Bool {
    switch self {
    case .else, .exception(.catch), .exception(.catchAll): true
    case .unreachable, .nop, .block, .loop, .if, .end, .br, .brIf, .brTable, .return, .call,
      .callIndirect, .returnCall, .returnCallIndirect, .drop, .select, .selectTyped, .localGet,
      .localSet, .localTee, .globalGet, .globalSet, .refNull, .refIsNull, .refFunc, .tableGet,
      .tableSet, .tableSize, .tableGrow, .tableFill, .tableCopy, .tableInit, .elemDrop, .load,
      .store, .memorySize, .memoryGrow, .memoryFill, .memoryCopy, .memoryInit, .dataDrop,
      .integerConst, .floatConst, .integerTest, .integerUnary, .integerBinary,
      .integerRelation, .integerExtend, .floatUnary, .floatBinary, .floatRelation, .conversion,
      .vector, .atomic, .exception, .typedReference, .aggregate, .wide:
      false
    }
  }
}
