// How types of WebAssembly look in LLVM IR, functions above all.
//
// Equal function types have the same signature object, whatever modules they come from.
// Specification: 2.3 "Types".

internal import LLVM
internal import Program
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
  /// With what references point to reduced to the kind of thing it is.
  let type: FuncType
  let ir: IRFunctionType
  let results: ResultConvention
  /// The types of the results, in order.
  let resultTypes: [IRType]
  /// Numbers of the type and those below it, as `TypeNumbers` gives them; the first is
  /// the type's own. Empty for functions of the lowering, which no reference leads to.
  let numbers: Range<UInt64>

  /// Whether parameter 0 in IR is the pointer to the results.
  var hasResultPointer: Bool { if case .indirect = results { true } else { false } }

  /// Whether the IR function returns nothing: there are no results, or they are written.
  var returnsVoid: Bool {
    switch results {
    case .none, .indirect: true
    case .single, .pair: false
    }
  }

  fileprivate init(
    _ type: FuncType, numbers: Range<UInt64>, types: TypeLowering, context: Context
  ) {
    self.type = type
    self.numbers = numbers
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

/// Lowers the types of a program.
final class TypeLowering {
  private let context: Context
  private let canonical: CanonicalTypes
  private let numbers: TypeNumbers
  /// For each instance, the types that its type indices stand for.
  private let instances: [[CanonicalType]]
  // Look up only.
  private var signatures: [CanonicalType: Signature] = [:]

  init(_ program: Program, context: Context) {
    self.context = context
    var canonical = CanonicalTypes()
    instances = program.instances.map { canonical.add($0.module) }
    self.canonical = canonical
    numbers = TypeNumbers(canonical)
  }

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

  /// The signature of type `index` of an instance.
  func signature(_ index: TypeIndex, in instance: Instance, _ position: Int) -> Signature {
    let type = instances[position][Int(index)]
    if let known = signatures[type] { return known }
    guard let function = instance.module.functionType(at: index) else {
      preconditionFailure("type \(index) is used as one of a function")
    }
    let signature = Signature(
      FuncType(
        parameters: function.parameters.map { reduce($0, in: position) },
        results: function.results.map { reduce($0, in: position) }),
      numbers: numbers[type], types: self, context: context)
    signatures[type] = signature
    return signature
  }

  /// The signature of a function that the lowering makes.
  func signature(_ type: FuncType) -> Signature {
    Signature(type, numbers: 0..<0, types: self, context: context)
  }

  /// The numbers of type `index` of an instance, and of all types below it.
  func numbers(_ index: TypeIndex, in position: Int) -> Range<UInt64> {
    numbers[instances[position][Int(index)]]
  }

  /// Whether references to `heap`, as an instance writes it, lead to functions.
  func isFunction(_ heap: HeapType, in position: Int) -> Bool {
    reduce(heap, in: position).isFunction
  }

  /// A type without indices: a defined type becomes the abstract one of its kind.
  func reduce(_ type: ValueType, in position: Int) -> ValueType {
    guard case .ref(let reference) = type else { return type }
    return .ref(
      RefType(nullable: reference.nullable, heap: reduce(reference.heap, in: position)))
  }

  private func reduce(_ heap: HeapType, in position: Int) -> HeapType {
    guard case .concrete(let index) = heap else { return heap }
    return canonical.kind(of: instances[position][Int(index)]).heapType
  }
}

extension HeapType {
  /// Whether references to it are pointers to function descriptors.
  var isFunction: Bool {
    switch self {
    case .func, .noFunc: true
    case .any, .eq, .i31, .struct, .array, .none, .extern, .noExtern, .exn, .noExn: false
    case .concrete: preconditionFailure("a type index means something in its module only")
    }
  }
}
