// Calls whose arguments and results are in memory, one slot each: how the runtime calls
// what it knows no type of.

internal import LLVM
internal import Wasm

extension ProgramLowering {
  /// Calls `code` with arguments read from `slots`, and writes its results there.
  ///
  /// A slot is zero beyond its value. A reference is the word that stands for it, and 0
  /// if it is null, whatever its type.
  func callThroughSlots(
    _ code: IRValue, _ signature: Signature, slots: IRValue, slotType: IRType,
    _ builder: borrowing Builder
  ) {
    func slot(_ index: Int, _ builder: borrowing Builder) -> IRValue {
      builder.element(slotType, slots, [context.constant(context.i64, UInt64(index))])
    }
    var arguments: [IRValue] = []
    for (index, type) in signature.type.parameters.enumerated() {
      let value = builder.load(types.lower(type), slot(index, builder))
      arguments.append(
        replace(context.zero(context.pointer), by: null(of: type), in: value, builder))
    }
    var buffer: IRValue?
    if case .indirect(let type) = signature.results {
      let memory = builder.alloca(type)
      arguments.insert(memory, at: 0)
      buffer = memory
    }
    let result = builder.call(signature.ir, code, arguments)
    result.setCallConvention(callingConvention)
    for (index, type) in signature.type.results.enumerated() {
      let value: IRValue
      switch signature.results {
      case .none: continue
      case .single: value = result
      case .pair: value = builder.extract(result, index)
      case .indirect(let structure):
        guard let buffer else { continue }
        value = builder.load(
          signature.resultTypes[index], builder.field(structure, buffer, index))
      }
      store(value, type, in: slot(index, builder), slotType, builder)
    }
  }

  /// Writes a value to a slot.
  func store(
    _ value: IRValue, _ type: ValueType, in slot: IRValue, _ slotType: IRType,
    _ builder: borrowing Builder
  ) {
    builder.store(context.zero(slotType), slot)
    builder.store(
      replace(null(of: type), by: context.zero(context.pointer), in: value, builder), slot)
  }

  /// The null of a reference type where that is not the word 0.
  private func null(of type: ValueType) -> IRValue? {
    guard case .ref(let reference) = type, reference.heap.isFunction else { return nil }
    return runtime.nullFunction
  }

  /// `value`, or `replacement` where it is `original`; `value` if either is missing.
  private func replace(
    _ original: IRValue?, by replacement: IRValue?, in value: IRValue,
    _ builder: borrowing Builder
  ) -> IRValue {
    guard let original, let replacement else { return value }
    return builder.select(builder.compare(.equal, value, original), replacement, value)
  }
}
