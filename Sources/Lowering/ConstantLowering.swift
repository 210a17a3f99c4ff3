// Constant expressions as LLVM constants: in a linked program every one is known.
//
// Specification: 3.3.13 "Constant Expressions".

internal import CLLVM
internal import LLVM
internal import Wasm

/// Evaluates one constant expression.
struct ConstantLowering: InstructionConsumer {
  private let context: Context
  /// The value of a global, which the expression may only name if it is immutable.
  private let global: (GlobalIndex) -> IRValue
  /// The funcref of a function.
  private let reference: (FuncIndex) -> IRValue
  private let null: (HeapType) -> IRValue
  private var stack: [IRValue] = []

  /// - Parameters:
  ///   - null: the null reference of a heap type.
  init(
    context: Context, null: @escaping (HeapType) -> IRValue,
    global: @escaping (GlobalIndex) -> IRValue,
    reference: @escaping (FuncIndex) -> IRValue
  ) {
    self.context = context
    self.null = null
    self.global = global
    self.reference = reference
  }

  /// The expression's value, once all its instructions were consumed.
  var value: IRValue {
    guard let value = stack.last else { preconditionFailure("a constant expression has no value") }
    return value
  }

  mutating func consume(_ instruction: borrowing Instruction) throws(WasmError) {
    switch instruction.operation {
    case .integerConst(.i32): stack.append(context.constant(context.i32, instruction.bits))
    case .integerConst(.i64): stack.append(context.constant(context.i64, instruction.bits))
    case .floatConst(.f32):
      stack.append(context.float32(bits: UInt32(truncatingIfNeeded: instruction.bits)))
    case .floatConst(.f64): stack.append(context.float64(bits: instruction.bits))
    case .vector(.const):
      stack.append(context.constant128(low: instruction.bits, high: instruction.highBits))
    case .integerBinary(_, .add): binary { LLVMConstAdd($0, $1) }
    case .integerBinary(_, .sub): binary { LLVMConstSub($0, $1) }
    case .integerBinary(_, .mul): binary { LLVMConstMul($0, $1) }
    case .globalGet: stack.append(global(instruction.index))
    case .refFunc: stack.append(reference(instruction.index))
    case .refNull: stack.append(null(instruction.heapType))
    case .end: break
    default: preconditionFailure("the instruction is none of a valid constant expression")
    }
  }

  private mutating func binary(_ operation: (LLVMValueRef, LLVMValueRef) -> LLVMValueRef?) {
    let right = stack.removeLast()
    let left = stack.removeLast()
    guard let result = operation(left.ref, right.ref) else {
      preconditionFailure("LLVM did not fold a constant")
    }
    stack.append(IRValue(result))
  }
}
