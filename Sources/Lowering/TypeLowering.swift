// How types of WebAssembly look in LLVM IR, functions above all.
//
// Two functions of the same type have the same signature object, whatever module
// they come from; its number is what `call_indirect` compares.
// Specification: 2.3 "Types", 3.3 "Matching".

internal import LLVM
internal import Wasm

/// How a function hands its results back.
enum ResultConvention {
  case none
  case single(IRType)
  /// Two results, as a structure in two registers.
  case pair(IRType)
  /// More: written through a pointer the caller passes first. A tail call passes
  /// its own on, which a result on the caller's stack would not allow.
  case indirect(IRType)
}

/// A function type as lowered.
final class Signature {
  let type: FuncType
  let ir: IRFunctionType
  let results: ResultConvention
  /// The types of the results, in order.
  let resultTypes: [IRType]
  /// Number of the type in the program, from 1.
  let number: UInt64

  /// Whether parameter 0 in IR is the pointer to the results.
  var hasResultPointer: Bool { if case .indirect = results { true } else { false } }

  /// Whether the IR function returns nothing: there are no results, or they are written.
  var returnsVoid: Bool {
    switch results {
    case .none, .indirect: true
    case .single, .pair: false
    }
  }

  fileprivate init(_ type: FuncType, number: UInt64, types: TypeLowering, context: Context) {
    self.type = type
    self.number = number
    resultTypes = type.results.map { types.lower($0) }
    var parameters = type.parameters.map { types.lower($0) }
    switch resultTypes.count {
    case 0:
      results = .none
      ir = IRFunctionType(parameters: parameters, result: context.void)
    case 1:
      results = .single(resultTypes[0])
      ir = IRFunctionType(parameters: parameters, result: resultTypes[0])
    case 2:
      let pair = context.structure(resultTypes)
      results = .pair(pair)
      ir = IRFunctionType(parameters: parameters, result: pair)
    default:
      results = .indirect(context.structure(resultTypes))
      parameters.insert(context.pointer, at: 0)
      ir = IRFunctionType(parameters: parameters, result: context.void)
    }
  }
}

/// Lowers types; owns the program's numbering of function types.
final class TypeLowering {
  private let context: Context
  private var signatures: [FuncType: Signature] = [:]

  init(context: Context) { self.context = context }

  /// The IR type of a value. References are pointers.
  func lower(_ type: ValueType) -> IRType {
    switch type {
    case .i32: context.i32
    case .i64: context.i64
    case .f32: context.f32
    case .f64: context.f64
    case .v128: context.v128
    case .ref: context.pointer
    }
  }

  /// The signature of a function type; numbered at first use.
  func signature(_ type: FuncType) -> Signature {
    if let known = signatures[type] { return known }
    let signature = Signature(
      type, number: UInt64(signatures.count + 1), types: self, context: context)
    signatures[type] = signature
    return signature
  }
}
