// Instructions that move lanes or single bits of vectors about.
//
// Specification: 4.4.3 "Vector Instructions", 4.3.2 "ibitselect".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  // MARK: Lanes

  /// - Parameters:
  ///   - low: the numbers of lanes 0 to 7, a byte each.
  func shuffle(low: UInt64, high: UInt64) {
    let mask = [low, high].flatMap { word in
      (0..<8).map { Int(word >> (8 * UInt64($0)) & 0xff) }
    }
    let second = pop(.i8x16)
    pushVector(builder.shuffle(pop(.i8x16), second, mask))
  }

  func splat(_ shape: LaneShape) {
    pushVector(builder.splat(narrowed(pop(), shape), lanes: Int(shape.lanes)))
  }

  func extractLane(_ shape: LaneShape, signed: Bool, _ lane: Int) {
    let value = builder.extractElement(pop(shape), lane)
    switch shape {
    case .i8x16, .i16x8:
      push(builder.cast(signed ? LLVMSExt : LLVMZExt, value, to: context.i32))
    case .i32x4, .i64x2, .f32x4, .f64x2: push(value)
    }
  }

  func replaceLane(_ shape: LaneShape, _ lane: Int) {
    let value = narrowed(pop(), shape)
    pushVector(builder.insertElement(pop(shape), value, lane))
  }

  /// A number as a lane: its low bits where lanes are narrower.
  private func narrowed(_ value: IRValue, _ shape: LaneShape) -> IRValue {
    switch shape {
    case .i8x16, .i16x8: builder.cast(LLVMTrunc, value, to: laneType(shape))
    case .i32x4, .i64x2, .f32x4, .f64x2: value
    }
  }

  /// Picks bytes by a vector of indices; an index from 16 on gives 0.
  func swizzle() {
    let indices = pop(.i8x16)
    let bytes = pop(.i8x16)
    if program.target.hasSSSE3 {
      // The instruction gives 0 where the top bit is set: make it so from 16 on.
      let type = vectorType(.i8x16)
      let capped = intrinsic("llvm.uadd.sat", indices, context.splat(type, 0x70))
      pushVector(plainIntrinsic("llvm.x86.ssse3.pshuf.b.128", bytes, capped))
    } else {
      pushVector(picked(bytes, indices))
    }
  }

  /// Picks bytes where the CPU has no instruction for it: one by one.
  func picked(_ bytes: IRValue, _ indices: IRValue) -> IRValue {
    let type = vectorType(.i8x16)
    let inside = builder.binary(LLVMAnd, indices, context.splat(type, 15))
    var result = context.poison(type)
    for lane in 0..<16 {
      let index = builder.extractElement(inside, lane)
      result = builder.insertElement(result, builder.extractElement(bytes, at: index), lane)
    }
    let isInside = builder.compare(.unsignedLess, indices, context.splat(type, 16))
    return builder.select(isInside, result, context.zero(type))
  }

  // MARK: Bits

  func bitwise(_ operation: VectorBitwiseOperator) {
    let right = pop()
    let left = pop()
    switch operation {
    case .and: push(builder.binary(LLVMAnd, left, right))
    case .andnot: push(builder.binary(LLVMAnd, left, complement(right)))
    case .or: push(builder.binary(LLVMOr, left, right))
    case .xor: push(builder.binary(LLVMXor, left, right))
    }
  }

  func bitselect() {
    let mask = pop()
    let otherwise = pop()
    push(bitselect(mask, pop(), otherwise))
  }

  /// The bits of `then` where `mask` has ones, else those of `otherwise`.
  func bitselect(_ mask: IRValue, _ then: IRValue, _ otherwise: IRValue) -> IRValue {
    builder.binary(
      LLVMOr, builder.binary(LLVMAnd, then, mask),
      builder.binary(LLVMAnd, otherwise, complement(mask)))
  }

  private func complement(_ vector: IRValue) -> IRValue {
    builder.binary(LLVMXor, vector, context.splat(vector.type, .max))
  }

  func anyTrue() {
    let bits = builder.bitcast(pop(), to: context.integer(128))
    pushBit(builder.compare(.notEqual, bits, context.zero(bits.type)))
  }

  func allTrue(_ shape: LaneShape) {
    let vector = pop(shape)
    let zeros = laneBits(builder.compare(.equal, vector, context.zero(vector.type)))
    pushBit(builder.compare(.equal, zeros, context.zero(zeros.type)))
  }

  func bitmask(_ shape: LaneShape) {
    let vector = pop(shape)
    let negative = builder.compare(.signedLess, vector, context.zero(vector.type))
    push(builder.zeroExtend(laneBits(negative), to: context.i32))
  }

  /// A vector of bits as an integer, lane 0 lowest.
  private func laneBits(_ bits: IRValue) -> IRValue {
    builder.cast(LLVMBitCast, bits, to: context.integer(bits.type.laneCount))
  }
}
