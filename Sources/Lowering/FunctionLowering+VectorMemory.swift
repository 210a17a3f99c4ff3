// Vector instructions that access memory with more than a plain load or store.
//
// Each reads or writes exactly the bytes the instruction names, as one access of
// `+MemoryAccess`; pointers are made only there. Specification: 4.4.7.

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  /// Reads 64 bits as lanes and widens them.
  func loadExtend(_ width: AccessWidth, signed: Bool, _ access: MemArg) {
    let lanes = 64 / Int(width.rawValue)
    let narrow = read(context.vector(integer(width), lanes), access)
    pushVector(extended(narrow, signed: signed))
  }

  func loadSplat(_ width: AccessWidth, _ access: MemArg) {
    pushVector(builder.splat(read(integer(width), access), lanes: laneCount(width)))
  }

  func loadZero(_ width: AccessWidth, _ access: MemArg) {
    let value = read(integer(width), access)
    pushVector(builder.insertElement(context.zero(vectorType(width)), value, 0))
  }

  func loadLane(_ width: AccessWidth, _ access: MemArg, lane: Int) {
    let vector = builder.bitcast(pop(), to: vectorType(width))
    pushVector(builder.insertElement(vector, read(integer(width), access), lane))
  }

  func storeLane(_ width: AccessWidth, _ access: MemArg, lane: Int) {
    let vector = builder.bitcast(pop(), to: vectorType(width))
    write(builder.extractElement(vector, lane), access)
  }

  private func integer(_ width: AccessWidth) -> IRType { context.integer(Int(width.rawValue)) }

  private func laneCount(_ width: AccessWidth) -> Int { 128 / Int(width.rawValue) }

  private func vectorType(_ width: AccessWidth) -> IRType {
    context.vector(integer(width), laneCount(width))
  }
}
