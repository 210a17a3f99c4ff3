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

  /// The first or only index immediate: label, function, local, global, table,
  /// memory, element or data segment; the type of `call_indirect`; the table or
  /// memory written to of `table.copy`, `table.init`, `memory.copy`; the segment of
  /// `table.init` and `memory.init` is `secondIndex`.
  public var index: UInt32 = 0
  /// The second index immediate: the table of `call_indirect`, the table or memory
  /// read from, the segment.
  public var secondIndex: UInt32 = 0
  /// The bits of a constant (the low half of a v128; i32 sign-extended).
  public var bits: UInt64 = 0
  /// The high half of a v128 constant or of shuffle lanes.
  public var highBits: UInt64 = 0
  public var memArg = MemArg(align: 0, offset: 0)
  public var blockType = BlockType.empty
  public var heapType = HeapType.func
  /// The labels of `br_table`, the default last.
  public var labels = LabelVector()
  /// The type of a typed `select`.
  public var selectType = ValueType.i32

  /// What the operation's type is, so that the validator need not ask for it.
  let signature: PackedSignature

  public init(_ operation: Operation, at offset: Int) {
    self.operation = operation
    self.offset = offset
    signature = PackedSignature(operation)
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

/// Takes the instructions of an expression in order, `end` included.
public protocol InstructionConsumer {
  /// Called once for each instruction.
  ///
  /// - Throws: what makes the expression unacceptable; decoding stops there.
  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError)
}
