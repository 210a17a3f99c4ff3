// Typed references: tests for null, casts of functions, and the branches on both.
//
// The type of a function is a number in its descriptor; a cast compares it. References to
// other things are not compiled. Specification: 4.4.3 "Reference Instructions", 4.4.8.

internal import CLLVM
internal import LLVM
internal import Wasm

extension FunctionLowering {
  func asNonNull() {
    let reference = pop()
    trap(.nullReference, if: isNull(reference))
    push(reference)
  }

  /// `br_on_null`: the label does not take the reference.
  func branchOnNull(to label: LabelIndex) {
    let reference = pop()
    branch(to: label, if: isNull(reference))
    push(reference)
  }

  /// `br_on_non_null`: only the label takes the reference.
  func branchOnNonNull(to label: LabelIndex) {
    let isThere = builder.compare(
      .equal, isNull(stack[stack.count - 1]), context.constant(context.i1, 0))
    branch(to: label, if: isThere)
    _ = pop()
  }

  func cast(to type: RefType) {
    let reference = pop()
    let fails = builder.compare(
      .equal, matches(reference, type), context.constant(context.i1, 0))
    trap(.castFailure, if: fails)
    push(reference)
  }

  /// `br_on_cast` and `br_on_cast_fail`: both ways keep the reference.
  func branchOnCast(to label: LabelIndex, _ type: RefType, ifMatching: Bool) {
    let bit = context.constant(context.i1, ifMatching ? 1 : 0)
    branch(
      to: label, if: builder.compare(.equal, matches(stack[stack.count - 1], type), bit))
  }

  /// Whether a function reference is of a type, as a bit.
  func matches(_ reference: IRValue, _ type: RefType) -> IRValue {
    switch type.heap {
    case .concrete(let index):
      let number = typeNumber(of: reference)
      let isOfType = isIn(program.types.numbers(index, in: position), number)
      guard type.nullable else { return isOfType }
      return builder.binary(
        LLVMOr, isOfType, builder.compare(.equal, number, context.constant(context.i64, 0)))
    case .func:
      if type.nullable { return context.constant(context.i1, 1) }
      return builder.compare(.notEqual, reference, program.runtime.nullFunction)
    case .noFunc:
      if !type.nullable { return context.constant(context.i1, 0) }
      return builder.compare(.equal, reference, program.runtime.nullFunction)
    case .any, .eq, .i31, .struct, .array, .none, .extern, .noExtern, .exn, .noExn:
      preconditionFailure("only functions are cast")
    }
  }
}
