// Validates control instructions and keeps the stack of frames.
//
// The frames are a flat array: nesting costs memory in proportion, and no recursion.
// Specification: 3.4.3 "Control Instructions", appendix "Validation Algorithm".

/// The type of a block in one word.
struct BlockSignature: Equatable {
  private let raw: UInt64

  private static let typeTag: UInt64 = 0xff

  /// No parameters, no results.
  static let empty = BlockSignature(raw: 0)

  private init(raw: UInt64) { self.raw = raw }

  /// No parameters, one result.
  static func value(_ type: OperandType) -> BlockSignature { BlockSignature(raw: type.raw) }

  /// Those of function type `index`.
  static func type(_ index: TypeIndex) -> BlockSignature {
    BlockSignature(raw: typeTag | UInt64(index) << 32)
  }

  var isEmpty: Bool { raw == 0 }

  var typeIndex: Int? { raw & 0xff == Self.typeTag ? Int(raw >> 32) : nil }

  /// The one result of a block that is neither empty nor of a function type.
  var result: OperandType { OperandType(raw: raw) }
}

/// An open construct.
struct ControlFrame: BitwiseCopyable {
  enum Kind: UInt8 {
    case function, block, loop, `if`, `else`
    /// A legacy `try`, behind its first `catch`, and behind its `catch_all`.
    case `try`, `catch`, catchAll
  }

  var signature: BlockSignature
  /// Number of operands below it.
  var height: UInt32
  /// Number of locals that were written to first before it.
  var initialized: UInt32
  var kind: Kind
  var isUnreachable: Bool
}

extension FunctionValidator {
  // MARK: Frames

  mutating func pushFrame(_ kind: ControlFrame.Kind, _ signature: BlockSignature) {
    if controlCount == controls.capacity {
      controls.grow(to: controlCount + 1, keeping: controlCount)
    }
    if controlCount > 0 { controls.base[controlCount - 1].isUnreachable = isUnreachable }
    controls.base[controlCount] = ControlFrame(
      signature: signature, height: UInt32(height), initialized: UInt32(initializedCount),
      kind: kind, isUnreachable: false)
    controlCount += 1
    frameHeight = height
    isUnreachable = false
  }

  /// Checks that the innermost frame ends with its results on the stack and nothing
  /// else, and takes them off.
  mutating func popResults(_ results: TypeList, of construct: String) throws(WasmError) {
    try popOperands(results)
    guard height == frameHeight else {
      throw .valuesRemain(
        description(of: height - frameHeight + results.count),
        requires: (0..<results.count).map { results[$0].name }, atEndOf: construct, at: offset)
    }
  }

  /// The rest of the innermost construct cannot be reached: it may pop what it likes.
  mutating func markUnreachable() {
    height = frameHeight
    isUnreachable = true
  }

  @inline(__always)
  func parameters(_ signature: BlockSignature) -> TypeList {
    guard let index = signature.typeIndex else { return .empty }
    return types[index].parameters
  }

  @inline(__always)
  func results(_ signature: BlockSignature) -> TypeList {
    if signature.isEmpty { return .empty }
    guard let index = signature.typeIndex else { return TypeList(signature.result) }
    return types[index].results
  }

  /// What a branch to `label` takes: of a loop its parameters, else the results.
  @inline(__always)
  func labelTypes(_ label: LabelIndex) throws(WasmError) -> TypeList {
    guard label < controlCount else { throw .unknown("label", label, at: offset) }
    let frame = controls.base[controlCount - 1 - Int(label)]
    return frame.kind == .loop ? parameters(frame.signature) : results(frame.signature)
  }

  // MARK: Blocks

  mutating func block(_ kind: ControlFrame.Kind, _ type: BlockType) throws(WasmError) {
    let signature: BlockSignature
    switch type {
    case .empty: signature = .empty
    case .value(let type): signature = .value(try checkedType(OperandType(type)))
    case .type(let index):
      try checkFunctionType(index)
      signature = .type(index)
    }
    if kind == .if { try popOperand(.i32) }
    let parameters = parameters(signature)
    try popOperands(parameters)
    pushFrame(kind, signature)
    try pushOperands(parameters)
  }

  mutating func elseBranch() throws(WasmError) {
    let frame = controls.base[controlCount - 1]
    guard frame.kind == .if else { throw .endExpected(at: offset) }
    try popResults(results(frame.signature), of: "the first branch of if")
    beginPart(.else)
    try pushOperands(parameters(frame.signature))
  }

  /// Begins the next part of the innermost construct, which the last one ended in front of.
  mutating func beginPart(_ kind: ControlFrame.Kind) {
    forgetLocals(beyond: controls.base[controlCount - 1].initialized)
    controls.base[controlCount - 1].kind = kind
    isUnreachable = false
  }

  mutating func end() throws(WasmError) {
    let frame = controls.base[controlCount - 1]
    let results = results(frame.signature)
    try popResults(results, of: frame.kind == .function ? "the function" : "a block")
    if frame.kind == .if, !context.matches(parameters(frame.signature), results) {
      throw .elseMissing(at: offset)
    }
    popFrame(frame)
    try pushOperands(results)
  }

  @inline(__always)
  mutating func popFrame(_ frame: ControlFrame) {
    forgetLocals(beyond: frame.initialized)
    controlCount -= 1
    if controlCount > 0 {
      let outer = controls.base[controlCount - 1]
      frameHeight = Int(outer.height)
      isUnreachable = outer.isUnreachable
    }
  }

  // MARK: Branches

  mutating func br(_ label: LabelIndex) throws(WasmError) {
    try popOperands(try labelTypes(label))
    markUnreachable()
  }

  mutating func brIf(_ label: LabelIndex) throws(WasmError) {
    try popOperand(.i32)
    let types = try labelTypes(label)
    try popOperands(types)
    try pushOperands(types)
  }

  /// All labels must take the same number of values, and each those on the stack.
  ///
  /// Labels that take equal types are checked once per instruction, so that a table
  /// of many labels with many values each does not cost their product.
  mutating func brTable(_ labels: LabelVector) throws(WasmError) {
    try popOperand(.i32)
    branchTableCount &+= 1
    let marks = context.listMarks
    var arity: Int?
    for label in labels {
      let types = try labelTypes(label)
      if let arity, arity != types.count {
        throw .labelArityMismatch(expected: arity, found: types.count, at: offset)
      }
      arity = types.count
      if types.id != 0 {
        if marks[Int(types.id)] == branchTableCount { continue }
        marks[Int(types.id)] = branchTableCount
      }
      try checkOperands(types)
    }
    markUnreachable()
  }

  mutating func returnFromFunction() throws(WasmError) {
    try popOperands(results(controls.base[0].signature))
    markUnreachable()
  }

  // MARK: Calls

  @inline(__always)
  private func functionType(_ index: FuncIndex) throws(WasmError) -> FlatFuncType {
    guard index < context.functions.count else { throw .unknown("function", index, at: offset) }
    return types[Int(context.functions[Int(index)])]
  }

  /// The type that is called through a table, whose index is taken off the stack.
  private mutating func indirectType(
    _ type: TypeIndex, table index: TableIndex
  ) throws(WasmError) -> FlatFuncType {
    let table = try table(index)
    guard context.matches(table.element, .funcRef) else {
      throw mismatch(expected: "a table of funcref", found: "one of \(table.element.name)")
    }
    try checkFunctionType(type)
    try popOperand(table.address)
    return types[Int(type)]
  }

  mutating func call(_ index: FuncIndex) throws(WasmError) {
    let type = try functionType(index)
    try popOperands(type.parameters)
    try pushOperands(type.results)
  }

  mutating func callIndirect(_ type: TypeIndex, table: TableIndex) throws(WasmError) {
    let type = try indirectType(type, table: table)
    try popOperands(type.parameters)
    try pushOperands(type.results)
  }

  mutating func returnCall(_ index: FuncIndex) throws(WasmError) {
    try tailCall(try functionType(index))
  }

  mutating func returnCallIndirect(_ type: TypeIndex, table: TableIndex) throws(WasmError) {
    try tailCall(try indirectType(type, table: table))
  }

  /// Checks that type `index` is a function type.
  @inline(__always)
  func checkFunctionType(_ index: TypeIndex) throws(WasmError) {
    guard index < types.count else { throw .unknown("type", index, at: offset) }
    guard context.composites[Int(index)].kind == .function else {
      throw .notFunctionType(index, at: offset)
    }
  }

  mutating func tailCall(_ type: FlatFuncType) throws(WasmError) {
    guard context.matches(type.results, results(controls.base[0].signature)) else {
      throw .resultsMismatch(mnemonic, at: offset)
    }
    try popOperands(type.parameters)
    markUnreachable()
  }
}
