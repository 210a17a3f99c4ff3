// One decoded instruction, as it is handed to its consumer.
//
// Lives on the stack of the decoder for the length of one call: nothing is
// allocated per instruction. Specification: 5.4 "Instructions".

/// The type of a block (specification 2.4.8).
public enum BlockType: Hashable, Sendable {
  case empty
  case value(ValueType)
  case type(TypeIndex)
}

/// Where a memory instruction accesses (specification 2.4.7).
public struct MemArg: Hashable, Sendable {
  /// Binary logarithm of the alignment in bytes: a hint.
  public var align: UInt32
  /// Added to the address operand.
  public var offset: UInt64
  public var memory: MemIndex

  public init(align: UInt32, offset: UInt64, memory: MemIndex = 0) {
    self.align = align
    self.offset = offset
    self.memory = memory
  }
}

/// An instruction with its immediates. Which of the immediates hold something
/// follows from the operation; the others are zero.
public struct Instruction {
  public let operation: Operation
  /// Absolute offset of the opcode, in bytes.
  public var offset: Int

  /// The first or only index immediate: label, function, local, global, table, memory,
  /// tag, type, element or data segment; the lane of a vector instruction. Of
  /// instructions that write and read, what is written to: the table or memory of
  /// `table.copy`, `table.init`, `memory.copy` and `memory.init`, the type of
  /// `array.copy`. The type of `call_indirect` and of every instruction on structures
  /// and arrays.
  public var index: UInt32 = 0
  /// The second index immediate: the table of `call_indirect`; the table, memory or type
  /// of array read from; the segment of `table.init`, `memory.init`, `array.new_data`,
  /// `array.new_elem`, `array.init_data`, `array.init_elem`; the field of `struct.get` and
  /// `struct.set`; the number of operands of `array.new_fixed`.
  public var secondIndex: UInt32 = 0
  /// The bits of a constant (the low half of a v128; i32 sign-extended). Of
  /// `br_on_cast` and `br_on_cast_fail` see `castSource`.
  public var bits: UInt64 = 0
  /// The high half of a v128 constant or of shuffle lanes. Of casts see `castTarget`.
  public var highBits: UInt64 = 0
  public var memArg = MemArg(align: 0, offset: 0)
  /// The type of `block`, `loop`, `if`, `try` and `try_table`.
  public var blockType = BlockType.empty
  /// The heap type of `ref.null`.
  public var heapType = HeapType.func
  /// The type of a typed `select`.
  public var selectType = ValueType.i32

  /// Where the labels or catch clauses stand, and how many there are.
  private var vector = UnsafeRawBufferPointer(start: nil, count: 0)
  private var vectorCount = 0

  /// What the operation's type is, so that the validator need not ask for it.
  let signature: PackedSignature

  public init(_ operation: Operation, at offset: Int) {
    self.init(operation, PackedSignature(operation), at: offset)
  }

  @inline(__always)
  init(_ operation: Operation, _ signature: PackedSignature, at offset: Int) {
    self.operation = operation
    self.signature = signature
    self.offset = offset
  }

  /// The labels of `br_table`, the default last.
  public var labels: LabelVector {
    get { LabelVector(checked: vector, count: vectorCount) }
    set {
      vector = newValue.bytes
      vectorCount = newValue.count
    }
  }

  /// The catch clauses of `try_table`, in order.
  public var catches: CatchVector {
    get { CatchVector(checked: vector, count: vectorCount) }
    set {
      vector = newValue.bytes
      vectorCount = newValue.count
    }
  }

  /// What `br_on_cast` and `br_on_cast_fail` take.
  public var castSource: RefType {
    get { OperandType(raw: bits).refType ?? .funcRef }
    set { bits = OperandType(newValue).raw }
  }

  /// What `ref.test`, `ref.cast`, `br_on_cast` and `br_on_cast_fail` cast to.
  public var castTarget: RefType {
    get { OperandType(raw: highBits).refType ?? .funcRef }
    set { highBits = OperandType(newValue).raw }
  }
}

/// The labels of a `br_table`, read from the module's bytes as they are iterated.
/// Valid while the module's bytes are.
public struct LabelVector: Sequence {
  @usableFromInline var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
  /// Number of labels, the default included; zero for other instructions.
  public var count = 0

  @inlinable
  public init() {}

  /// - Parameters:
  ///   - bytes: `count` LEB128 integers that were checked before.
  @inlinable
  public init(checked bytes: UnsafeRawBufferPointer, count: Int) {
    self.bytes = bytes
    self.count = count
  }

  @inlinable
  public func makeIterator() -> Iterator { Iterator(bytes: bytes, remaining: count) }

  public struct Iterator: IteratorProtocol {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var position = 0
    @usableFromInline var remaining: Int

    @inlinable
    init(bytes: UnsafeRawBufferPointer, remaining: Int) {
      self.bytes = bytes
      self.remaining = remaining
    }

    @inlinable
    public mutating func next() -> LabelIndex? {
      guard remaining > 0 else { return nil }
      remaining -= 1
      var value: UInt32 = 0
      var shift: UInt32 = 0
      while true {
        let byte = bytes[position]
        position += 1
        value |= UInt32(truncatingIfNeeded: byte & 0x7f) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
    }
  }
}

/// The catch clauses of a `try_table`, read from the module's bytes as they are iterated.
/// Valid while the module's bytes are.
public struct CatchVector: Sequence {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  /// Number of clauses; zero for other instructions.
  public let count: Int

  /// - Parameters:
  ///   - bytes: `count` clauses in their encoding, which was checked before.
  @inlinable
  public init(checked bytes: UnsafeRawBufferPointer, count: Int) {
    self.bytes = bytes
    self.count = count
  }

  @inlinable
  public func makeIterator() -> Iterator { Iterator(bytes: bytes, remaining: count) }

  public struct Iterator: IteratorProtocol {
    @usableFromInline var bytes: UnsafeRawBufferPointer
    @usableFromInline var remaining: Int

    @inlinable
    init(bytes: UnsafeRawBufferPointer, remaining: Int) {
      self.bytes = bytes
      self.remaining = remaining
    }

    @inlinable
    public mutating func next() -> CatchClause? {
      guard remaining > 0, let kind = CatchKind(rawValue: bytes[0]) else { return nil }
      remaining -= 1
      let indices = UnsafeRawBufferPointer(rebasing: bytes[1...])
      var integers = LabelVector.Iterator(bytes: indices, remaining: 2)
      let tag = kind.hasTag ? integers.next() ?? 0 : 0
      let label = integers.next() ?? 0
      bytes = UnsafeRawBufferPointer(rebasing: indices[integers.position...])
      return CatchClause(kind: kind, tag: tag, label: label)
    }
  }
}

/// Takes the instructions of an expression in order, `end` included.
public protocol InstructionConsumer {
  /// Called once for each instruction.
  ///
  /// - Throws: what makes the expression unacceptable; decoding stops there.
  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError)
}
