// Vector instructions: the dispatch over their shapes, and what all of them share.
//
// A v128 is one IR type on the operand stack, in variables and in calls: sixteen bytes. An
// instruction looks at it as lanes of its own shape; reinterpreting costs no machine code.
// Bytes, because LLVM moves a reinterpretation across a select if the number of lanes
// stays the same, and then no longer sees a minimum. No lane is ever left undefined.
// Specification: 2.4.2, 4.4.3 "Vector Instructions".

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  /// One case for each shape; the compiler lists what is missing.
  func vector(_ operation: VectorOperation, _ instruction: borrowing Instruction) {
    let lane = Int(instruction.index)
    switch operation {
    case .const:
      push(context.constant128(low: instruction.bits, high: instruction.highBits))

    case .load: push(read(context.v128, instruction.memArg))
    case .loadExtend(let width, let signed):
      loadExtend(width, signed: signed, instruction.memArg)
    case .loadSplat(let width): loadSplat(width, instruction.memArg)
    case .loadZero(let width): loadZero(width, instruction.memArg)
    case .store: write(pop(), instruction.memArg)
    case .loadLane(let width): loadLane(width, instruction.memArg, lane: lane)
    case .storeLane(let width): storeLane(width, instruction.memArg, lane: lane)

    case .shuffle: shuffle(low: instruction.bits, high: instruction.highBits)
    case .splat(let shape): splat(shape)
    case .extractLane(let shape, let signed): extractLane(shape, signed: signed, lane)
    case .replaceLane(let shape): replaceLane(shape, lane)

    case .not: push(builder.binary(LLVMXor, pop(), context.splat(context.v128, .max)))
    case .bitwise(let operation): bitwise(operation)
    case .bitselect: bitselect()
    case .anyTrue: anyTrue()
    case .allTrue(let shape): allTrue(shape)
    case .bitmask(let shape): bitmask(shape)

    case .unary(let shape, let operation): vectorUnary(operation, shape)
    case .binary(let shape, let operation): vectorBinary(operation, shape)
    case .ternary(let shape, let operation): vectorTernary(operation, shape)
    case .integerRelation(let shape, let relation): vectorRelation(relation, shape)
    case .floatRelation(let shape, let relation): vectorRelation(relation, shape)
    case .shift(let shape, let operation): vectorShift(operation, shape)
    }
  }

  // MARK: Views

  /// The IR type of a vector's lane.
  func laneType(_ shape: LaneShape) -> IRType {
    switch shape {
    case .i8x16: context.i8
    case .i16x8: context.i16
    case .i32x4: context.i32
    case .i64x2: context.i64
    case .f32x4: context.f32
    case .f64x2: context.f64
    }
  }

  /// The IR type of a v128 seen as lanes.
  func vectorType(_ shape: LaneShape) -> IRType {
    context.vector(laneType(shape), Int(shape.lanes))
  }

  /// Takes a v128 from the stack, seen as lanes.
  func pop(_ shape: LaneShape) -> IRValue { builder.bitcast(pop(), to: vectorType(shape)) }

  /// Puts a vector of 128 bits on the stack.
  func pushVector(_ value: IRValue) { push(builder.bitcast(value, to: context.v128)) }

  /// A mask with all bits of a lane set where `bits` has a one.
  func pushMask(_ bits: IRValue, _ shape: LaneShape) {
    let lane = context.integer(128 / Int(shape.lanes))
    pushVector(builder.cast(LLVMSExt, bits, to: context.vector(lane, Int(shape.lanes))))
  }

  /// A call of an intrinsic that is not overloaded, such as those of one architecture.
  func plainIntrinsic(_ name: String, _ arguments: IRValue...) -> IRValue {
    builder.call(program.module.intrinsic(name, []), arguments)
  }

  // MARK: Halves and pairs of lanes

  /// The lower or upper half of the lanes.
  func half(_ vector: IRValue, high: Bool) -> IRValue {
    let count = vector.type.laneCount / 2
    return builder.shuffle(vector, Array(high ? count..<2 * count : 0..<count))
  }

  /// Every lane extended to twice its width.
  func extended(_ vector: IRValue, signed: Bool) -> IRValue {
    let wide = context.integer(vector.type.element.integerWidth * 2)
    return builder.cast(
      signed ? LLVMSExt : LLVMZExt, vector, to: context.vector(wide, vector.type.laneCount))
  }

  /// The sum of each lane with an even number and the next.
  func pairSums(_ vector: IRValue) -> IRValue {
    let even = Array(stride(from: 0, to: vector.type.laneCount, by: 2))
    return builder.binary(
      LLVMAdd, builder.shuffle(vector, even), builder.shuffle(vector, even.map { $0 + 1 }))
  }

  /// A vector of half the width, zero above.
  func zeroExtended(_ vector: IRValue) -> IRValue {
    builder.shuffle(
      vector, context.zero(vector.type), Array(0..<2 * vector.type.laneCount))
  }
}
