// Validates memory instructions.
//
// Loads and stores are typed by their signature; what stands here is which memory
// they access, and how. Specification: 3.4.8 "Memory Instructions".

extension FunctionValidator {
  /// The address type of a memory.
  @inline(__always)
  func memory(_ index: MemIndex) throws(WasmError) -> OperandType {
    guard index < memories.count else { throw .unknown("memory", index, at: offset) }
    return memories[Int(index)]
  }

  /// Checks an access and returns the type of its address.
  @inline(__always)
  func checkAccess(
    _ argument: MemArg, _ signature: PackedSignature
  ) throws(WasmError) -> OperandType {
    let address = try memory(argument.memory)
    guard argument.align <= UInt32(signature.widthLog2) else {
      throw .alignmentTooLarge(argument.align, natural: signature.widthLog2, at: offset)
    }
    if argument.offset > UInt64(UInt32.max), address == .i32 {
      throw .offsetOutOfRange(argument.offset, at: offset)
    }
    return address
  }

  /// Checks an atomic access, whose alignment is no hint.
  func checkAtomicAccess(
    _ argument: MemArg, _ signature: PackedSignature
  ) throws(WasmError) -> OperandType {
    let address = try checkAccess(argument, signature)
    guard argument.align == UInt32(signature.widthLog2) else {
      throw .alignmentNotNatural(argument.align, natural: signature.widthLog2, at: offset)
    }
    return address
  }

  func checkData(_ index: DataIndex) throws(WasmError) {
    guard index < context.dataCount else { throw .unknown("data segment", index, at: offset) }
  }

  mutating func memoryGrow(_ index: MemIndex) throws(WasmError) {
    let address = try memory(index)
    try popOperand(address)
    try pushOperand(address)
  }

  mutating func memoryFill(_ index: MemIndex) throws(WasmError) {
    let address = try memory(index)
    try popOperand(address)
    try popOperand(.i32)
    try popOperand(address)
  }

  mutating func memoryCopy(
    to destination: MemIndex, from source: MemIndex
  ) throws(WasmError) {
    let to = try memory(destination)
    let from = try memory(source)
    // The count must fit both address types.
    try popOperand(to == .i64 ? from : to)
    try popOperand(from)
    try popOperand(to)
  }

  mutating func memoryInit(_ index: MemIndex, segment: DataIndex) throws(WasmError) {
    let address = try memory(index)
    try checkData(segment)
    try popOperand(.i32)
    try popOperand(.i32)
    try popOperand(address)
  }
}
