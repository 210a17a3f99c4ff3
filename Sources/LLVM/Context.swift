// An LLVM context: where types, constants and metadata live.
//
// The wrappers of this folder are thin: they give C pointers a type and Swift names,
// and hold only what the lowering uses.

public import CLLVM

/// A type of LLVM IR.
public struct IRType: Hashable {
  public let ref: LLVMTypeRef

  public init(_ ref: LLVMTypeRef) { self.ref = ref }

  /// Whether it is an integer.
  public var isInteger: Bool { LLVMGetTypeKind(ref) == LLVMIntegerTypeKind }
  /// Width in bits of an integer type.
  public var integerWidth: Int { Int(LLVMGetIntTypeWidth(ref)) }
  /// Width in bits of an integer, float or vector type.
  public var bitWidth: Int {
    switch LLVMGetTypeKind(ref) {
    case LLVMIntegerTypeKind: integerWidth
    case LLVMFloatTypeKind: 32
    case LLVMDoubleTypeKind: 64
    case LLVMVectorTypeKind: element.bitWidth * laneCount
    default: preconditionFailure("the type is no number and no vector")
    }
  }
  /// Whether it is a structure, and how many fields that has.
  public var isStructure: Bool { LLVMGetTypeKind(ref) == LLVMStructTypeKind }
  public var fieldCount: Int { Int(LLVMCountStructElementTypes(ref)) }
}

/// A value of LLVM IR: constant, argument, instruction, global or function.
public struct IRValue: Hashable {
  public let ref: LLVMValueRef

  public init(_ ref: LLVMValueRef) { self.ref = ref }

  /// The value's type.
  public var type: IRType { IRType(LLVMTypeOf(ref)) }
  /// Whether it is a constant.
  public var isConstant: Bool { LLVMIsConstant(ref) != 0 }
  /// The value of an integer constant of at most 64 bits, zero-extended.
  public var constantInteger: UInt64? {
    LLVMIsAConstantInt(ref) == nil ? nil : LLVMConstIntGetZExtValue(ref)
  }
}

/// A basic block.
public struct BasicBlock: Hashable {
  public let ref: LLVMBasicBlockRef

  public init(_ ref: LLVMBasicBlockRef) { self.ref = ref }

  /// Removes an empty block that nothing branches to.
  public func delete() { LLVMDeleteBasicBlock(ref) }
  /// Whether the block ends in a branch, return or unreachable.
  public var isTerminated: Bool { LLVMGetBasicBlockTerminator(ref) != nil }
  /// The branch, return or unreachable that ends the block.
  public var terminator: IRValue {
    guard let terminator = LLVMGetBasicBlockTerminator(ref) else {
      preconditionFailure("the block has no terminator")
    }
    return IRValue(terminator)
  }
  /// Moves the block behind `other` in the function's layout.
  public func move(after other: BasicBlock) { LLVMMoveBasicBlockAfter(ref, other.ref) }
}

/// A function type, kept apart because calls need it.
public struct IRFunctionType: Hashable {
  public let ref: LLVMTypeRef

  public init(parameters: [IRType], result: IRType) {
    var refs: [LLVMTypeRef?] = parameters.map(\.ref)
    ref = LLVMFunctionType(result.ref, &refs, UInt32(refs.count), 0)
  }
}

/// An attribute of a function or call.
public struct Attribute {
  let ref: LLVMAttributeRef
}

/// Owns an LLVM context; everything made in it dies with it.
public final class Context {
  public let ref: LLVMContextRef
  public let void: IRType
  public let i1: IRType
  public let i8: IRType
  public let i16: IRType
  public let i32: IRType
  public let i64: IRType
  public let f32: IRType
  public let f64: IRType
  public let pointer: IRType
  /// 128 bits in a vector register.
  public let v128: IRType

  public init() {
    // LLVM aborts before it returns null here.
    guard let context = LLVMContextCreate() else { preconditionFailure("LLVM has no context") }
    ref = context
    void = IRType(LLVMVoidTypeInContext(context))
    i1 = IRType(LLVMInt1TypeInContext(context))
    i8 = IRType(LLVMInt8TypeInContext(context))
    i16 = IRType(LLVMInt16TypeInContext(context))
    i32 = IRType(LLVMInt32TypeInContext(context))
    i64 = IRType(LLVMInt64TypeInContext(context))
    f32 = IRType(LLVMFloatTypeInContext(context))
    f64 = IRType(LLVMDoubleTypeInContext(context))
    pointer = IRType(LLVMPointerTypeInContext(context, 0))
    v128 = IRType(LLVMVectorType(i8.ref, 16))
    LLVMContextSetDiscardValueNames(context, 1)
  }

  deinit { LLVMContextDispose(ref) }

  // MARK: Types

  /// The integer type of `bits` bits.
  public func integer(_ bits: Int) -> IRType { IRType(LLVMIntTypeInContext(ref, UInt32(bits))) }

  /// A literal structure type.
  public func structure(_ fields: [IRType]) -> IRType {
    var refs: [LLVMTypeRef?] = fields.map(\.ref)
    return IRType(LLVMStructTypeInContext(ref, &refs, UInt32(refs.count), 0))
  }

  /// An array type.
  public func array(_ element: IRType, _ count: Int) -> IRType {
    IRType(LLVMArrayType2(element.ref, UInt64(count)))
  }

  // MARK: Constants

  /// The integer `value` of `type`, truncated to its width.
  public func constant(_ type: IRType, _ value: UInt64) -> IRValue {
    IRValue(LLVMConstInt(type.ref, value, 0))
  }

  /// The zero, null or all-zero aggregate of `type`.
  public func zero(_ type: IRType) -> IRValue { IRValue(LLVMConstNull(type.ref)) }

  /// A value of `type` that nothing may depend on.
  public func poison(_ type: IRType) -> IRValue { IRValue(LLVMGetPoison(type.ref)) }

  /// The 32-bit float with this bit pattern, NaN payloads included.
  public func float32(bits: UInt32) -> IRValue {
    IRValue(LLVMConstBitCast(constant(i32, UInt64(bits)).ref, f32.ref))
  }

  /// The 64-bit float with this bit pattern, NaN payloads included.
  public func float64(bits: UInt64) -> IRValue {
    IRValue(LLVMConstBitCast(constant(i64, bits).ref, f64.ref))
  }

  /// A structure constant of a literal type.
  public func structure(_ fields: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = fields.map(\.ref)
    return IRValue(LLVMConstStructInContext(ref, &refs, UInt32(refs.count), 0))
  }

  /// An array constant.
  public func array(_ element: IRType, _ values: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = values.map(\.ref)
    return IRValue(LLVMConstArray2(element.ref, &refs, UInt64(refs.count)))
  }

  /// An array of bytes.
  public func bytes(_ bytes: UnsafeRawBufferPointer) -> IRValue {
    let pointer = bytes.bindMemory(to: CChar.self).baseAddress
    return withUnsafePointer(to: CChar(0)) { empty in
      IRValue(LLVMConstStringInContext2(ref, pointer ?? empty, bytes.count, 1))
    }
  }

  /// An array of bytes.
  public func bytes(_ bytes: [UInt8]) -> IRValue { bytes.withUnsafeBytes { self.bytes($0) } }

  // MARK: Metadata and attributes

  /// A metadata string.
  public func metadata(_ text: String) -> LLVMMetadataRef {
    LLVMMDStringInContext2(ref, text, text.utf8.count)
  }

  /// A metadata tuple.
  public func metadata(_ operands: [LLVMMetadataRef?]) -> LLVMMetadataRef {
    var operands = operands
    return LLVMMDNodeInContext2(ref, &operands, operands.count)
  }

  /// An attribute of a function, such as `noreturn`, with an optional value.
  public func attribute(_ name: String, _ value: UInt64 = 0) -> Attribute {
    let kind = LLVMGetEnumAttributeKindForName(name, name.utf8.count)
    precondition(kind != 0, "LLVM knows no attribute \(name)")
    return Attribute(ref: LLVMCreateEnumAttribute(ref, kind, value))
  }

  /// The value of `memory` for a function that reads what its arguments point to, and does
  /// not access memory otherwise.
  public static let readsArguments: UInt64 = 1

  /// The value of `memory` for a function that accesses only what nothing else does.
  public static let accessesNothingKnown: UInt64 = 12

  /// A target-dependent attribute, such as `"probe-stack"="inline-asm"`.
  public func attribute(_ name: String, _ value: String) -> Attribute {
    Attribute(
      ref: LLVMCreateStringAttribute(
        ref, name, UInt32(name.utf8.count), value, UInt32(value.utf8.count)))
  }
}

extension IRValue {
  /// The bits of a floating-point constant.
  public var constantFloatBits: UInt64? {
    guard LLVMIsAConstantFP(ref) != nil, let context = LLVMGetTypeContext(LLVMTypeOf(ref)) else {
      return nil
    }
    let isDouble = LLVMGetTypeKind(LLVMTypeOf(ref)) == LLVMDoubleTypeKind
    let integer = isDouble ? LLVMInt64TypeInContext(context) : LLVMInt32TypeInContext(context)
    return IRValue(LLVMConstBitCast(ref, integer)).constantInteger
  }

  /// This pointer constant as an integer constant of `type`.
  public func pointerToInteger(_ type: IRType) -> IRValue {
    IRValue(LLVMConstPtrToInt(ref, type.ref))
  }

  /// This integer constant as a pointer constant.
  public func integerToPointer(_ type: IRType) -> IRValue {
    IRValue(LLVMConstIntToPtr(ref, type.ref))
  }

  /// The difference of two integer constants.
  public func constantSubtracting(_ other: IRValue) -> IRValue {
    IRValue(LLVMConstSub(ref, other.ref))
  }

  /// The low bits of an integer constant.
  public func constantTruncated(to type: IRType) -> IRValue {
    IRValue(LLVMConstTrunc(ref, type.ref))
  }

  /// The address of an element of a constant aggregate that stands at this address.
  public func constantElement(of type: IRType, _ indices: [IRValue]) -> IRValue {
    var refs: [LLVMValueRef?] = indices.map(\.ref)
    return IRValue(LLVMConstInBoundsGEP2(type.ref, ref, &refs, UInt32(refs.count)))
  }
}
