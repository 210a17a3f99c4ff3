// Validates what signatures do not say of vector instructions: their lanes.
//
// Specification: 3.4.10 "Vector Instructions".

extension FunctionValidator {
  /// Checks that the lanes an instruction names are there.
  func checkLanes(
    _ instruction: borrowing Instruction, _ operation: VectorOperation
  ) throws(WasmError) {
    let limit = operation.laneLimit
    guard operation == .shuffle else {
      guard instruction.index < limit else { throw .invalidLane(instruction.index, at: offset) }
      return
    }
    for word in [instruction.bits, instruction.highBits] {
      for lane in 0..<UInt64(8) {
        let index = UInt8(truncatingIfNeeded: word >> (lane * 8))
        guard index < limit else { throw .invalidLane(UInt32(index), at: offset) }
      }
    }
  }
}
