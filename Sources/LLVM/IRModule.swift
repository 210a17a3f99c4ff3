// An LLVM module: functions and global variables.

public import CLLVM

/// Owns an LLVM module.
public final class IRModule {
  public let ref: LLVMModuleRef
  public let context: Context

  public init(name: String, context: Context) {
    guard let module = LLVMModuleCreateWithNameInContext(name, context.ref) else {
      preconditionFailure("LLVM has no module")
    }
    ref = module
    self.context = context
  }

  deinit { LLVMDisposeModule(ref) }

  /// Declares a function.
  public func declareFunction(_ name: String, _ type: IRFunctionType) -> IRFunction {
    IRFunction(LLVMAddFunction(ref, name, type.ref), type)
  }

  /// The function `name`, if there is one.
  public func function(_ name: String) -> IRValue? {
    LLVMGetNamedFunction(ref, name).map { IRValue($0) }
  }

  /// The function `name` that has a body, if there is one.
  public func definedFunction(_ name: String) -> IRValue? {
    guard let function = LLVMGetNamedFunction(ref, name), LLVMIsDeclaration(function) == 0 else {
      return nil
    }
    return IRValue(function)
  }

  /// Every function, declarations included, in order.
  public var functions: [IRValue] {
    var list: [IRValue] = []
    var next = LLVMGetFirstFunction(ref)
    while let function = next {
      list.append(IRValue(function))
      next = LLVMGetNextFunction(function)
    }
    return list
  }

  /// Adds a global variable that only this module sees.
  ///
  /// - Parameters:
  ///   - isConstant: it never changes and may be placed in read-only memory.
  ///   - isThreadLocal: each thread has its own; the executable is linked statically.
  public func addGlobal(
    _ name: String, initializer: IRValue, isConstant: Bool = false, alignment: Int? = nil,
    isThreadLocal: Bool = false
  ) -> IRValue {
    let global = LLVMAddGlobal(ref, initializer.type.ref, name)
    LLVMSetInitializer(global, initializer.ref)
    LLVMSetLinkage(global, isConstant ? LLVMPrivateLinkage : LLVMInternalLinkage)
    if isConstant { LLVMSetUnnamedAddress(global, LLVMNoUnnamedAddr) }
    LLVMSetGlobalConstant(global, isConstant ? 1 : 0)
    if let alignment { LLVMSetAlignment(global, UInt32(alignment)) }
    if isThreadLocal { LLVMSetThreadLocalMode(global, LLVMLocalExecTLSModel) }
    return IRValue(global!)
  }

  /// Adds a constant that other objects of the executable refer to by `name`.
  public func addSharedConstant(_ name: String, initializer: IRValue) -> IRValue {
    let global = LLVMAddGlobal(ref, initializer.type.ref, name)
    LLVMSetInitializer(global, initializer.ref)
    LLVMSetVisibility(global, LLVMHiddenVisibility)
    LLVMSetGlobalConstant(global, 1)
    return IRValue(global!)
  }

  /// Replaces what a global variable starts as, by a value of the same type.
  public func setInitializer(of global: IRValue, _ value: IRValue) {
    LLVMSetInitializer(global.ref, value.ref)
  }

  /// Replaces fields of the structure that a global variable starts as.
  public func replaceFields(of global: IRValue, _ fields: [Int: IRValue]) {
    guard let initializer = LLVMGetInitializer(global.ref) else { return }
    let count = Int(LLVMGetNumOperands(initializer))
    let values = (0..<count).map { index in
      fields[index] ?? IRValue(LLVMGetOperand(initializer, UInt32(index)))
    }
    LLVMSetInitializer(global.ref, context.structure(values).ref)
  }

  /// Declares a global variable that is defined elsewhere in the executable.
  public func declareGlobal(_ name: String, _ type: IRType) -> IRValue {
    let global = LLVMAddGlobal(ref, type.ref, name)
    LLVMSetVisibility(global, LLVMHiddenVisibility)
    return IRValue(global!)
  }

  /// The address of an intrinsic, overloaded on `types`, with its type.
  public func intrinsic(_ name: String, _ types: [IRType]) -> IRFunction {
    let id = LLVMLookupIntrinsicID(name, name.utf8.count)
    precondition(id != 0, "LLVM knows no intrinsic \(name)")
    var refs: [LLVMTypeRef?] = types.map(\.ref)
    let function = LLVMGetIntrinsicDeclaration(ref, id, &refs, refs.count)
    let type = LLVMIntrinsicGetType(context.ref, id, &refs, refs.count)
    return IRFunction(function!, IRFunctionType(type!))
  }

  /// What breaks LLVM's rules in this module, if anything: a bug of the lowering.
  public func verificationFailure() -> String? {
    var message: UnsafeMutablePointer<CChar>?
    defer { LLVMDisposeMessage(message) }
    guard LLVMVerifyModule(ref, LLVMReturnStatusAction, &message) != 0 else { return nil }
    return message.map { String(cString: $0) } ?? "unknown"
  }

  /// The module in LLVM's textual form.
  public var text: [UInt8] {
    guard let text = LLVMPrintModuleToString(ref) else { return [] }
    defer { LLVMDisposeMessage(text) }
    return Array(String(cString: text).utf8)
  }

  /// The module as bitcode.
  public var bitcode: [UInt8] {
    guard let buffer = LLVMWriteBitcodeToMemoryBuffer(ref) else { return [] }
    defer { LLVMDisposeMemoryBuffer(buffer) }
    return bytes(of: buffer)
  }
}

/// Copies what LLVM wrote.
func bytes(of buffer: LLVMMemoryBufferRef) -> [UInt8] {
  let bytes = UnsafeRawBufferPointer(
    start: LLVMGetBufferStart(buffer), count: LLVMGetBufferSize(buffer))
  return Array(bytes)
}

extension IRFunctionType {
  init(_ ref: LLVMTypeRef) { self.ref = ref }
}

/// A function and its type.
public struct IRFunction: Hashable {
  public let ref: LLVMValueRef
  public let type: IRFunctionType

  public init(_ ref: LLVMValueRef, _ type: IRFunctionType) {
    self.ref = ref
    self.type = type
  }

  /// The function's address.
  public var value: IRValue { IRValue(ref) }

  /// Parameter `index`, inside the function.
  public func parameter(_ index: Int) -> IRValue { IRValue(LLVMGetParam(ref, UInt32(index))) }

  /// Adds an attribute to the function itself.
  public func add(_ attribute: Attribute) {
    LLVMAddAttributeAtIndex(ref, LLVMAttributeIndex(bitPattern: -1), attribute.ref)
  }

  /// Sets how callers and callee pass values.
  public func setCallingConvention(_ convention: CallingConvention) {
    LLVMSetFunctionCallConv(ref, convention.rawValue)
  }

  /// Sets who sees the function and what the optimiser may assume of it.
  public func setLinkage(_ linkage: Linkage, visibility: Visibility) {
    switch linkage {
    case .external: LLVMSetLinkage(ref, LLVMExternalLinkage)
    case .keepsCalls: LLVMSetLinkage(ref, LLVMLinkOnceODRLinkage)
    case .internal: LLVMSetLinkage(ref, LLVMInternalLinkage)
    }
    LLVMSetVisibility(
      ref, visibility == .hidden ? LLVMHiddenVisibility : LLVMDefaultVisibility)
  }

  /// Sets the section the code is placed in.
  public func setSection(_ name: String) { LLVMSetSection(ref, name) }

  /// Appends an empty block.
  public func appendBlock(in context: Context) -> BasicBlock {
    BasicBlock(LLVMAppendBasicBlockInContext(context.ref, ref, ""))
  }
}

/// How a call passes its values.
public enum CallingConvention: UInt32, Sendable {
  case c = 0
  /// Guarantees that a `musttail` call reuses the caller's frame, whatever the types.
  case tail = 18
}

/// Who sees a function, and what may be concluded from its body.
public enum Linkage {
  /// Defined or used elsewhere in the executable.
  case external
  /// May be inlined and dropped when unused, but nothing is concluded from its body
  /// for its callers: LLVM does not infer `memory(none)` or `willreturn`, so a call
  /// that can trap is kept even when its result is unused.
  case keepsCalls
  /// Seen by this module only.
  case `internal`
}

/// Whether the dynamic linker, were there one, would see a symbol.
public enum Visibility {
  case hidden, `default`
}
