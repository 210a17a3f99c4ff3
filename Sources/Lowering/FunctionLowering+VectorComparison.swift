// Comparisons of lanes: all bits of a lane set where they hold.
//
// Specification: 4.3.2 "Integer Operations", 4.3.3 "Floating-Point Operations".

internal import LLVM
internal import Wasm

extension FunctionLowering {
  func vectorRelation(_ relation: IntegerRelation, _ shape: LaneShape) {
    let right = pop(shape)
    pushMask(builder.compare(predicate(relation), pop(shape), right), shape)
  }

  func vectorRelation(_ relation: FloatRelation, _ shape: LaneShape) {
    let right = pop(shape)
    pushMask(builder.compareFloats(predicate(relation), pop(shape), right), shape)
  }
}
