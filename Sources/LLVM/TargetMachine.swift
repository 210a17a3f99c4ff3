// The target machine: data layout, optimisation pipeline and machine code.

public import CLLVM

/// Why LLVM could not do what was asked.
public struct LLVMFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// A CPU to generate code for.
public final class TargetMachine {
  public let ref: LLVMTargetMachineRef

  /// - Parameters:
  ///   - triple: such as `x86_64-unknown-linux-musl`.
  ///   - cpu: a name LLVM knows.
  ///   - features: LLVM's `+a,-b` list.
  ///   - level: how much time the code generator spends.
  public init(triple: String, cpu: String, features: String, level: LLVMCodeGenOptLevel)
    throws(LLVMFailure)
  {
    Self.initialize
    var target: LLVMTargetRef?
    var message: UnsafeMutablePointer<CChar>?
    guard LLVMGetTargetFromTriple(triple, &target, &message) == 0, let target else {
      defer { LLVMDisposeMessage(message) }
      throw LLVMFailure(message.map { String(cString: $0) } ?? "unknown target \(triple)")
    }
    guard
      let machine = LLVMCreateTargetMachine(
        target, triple, cpu, features, level, LLVMRelocPIC, LLVMCodeModelSmall)
    else { throw LLVMFailure("LLVM cannot generate code for \(triple)") }
    ref = machine
  }

  deinit { LLVMDisposeTargetMachine(ref) }

  private static let initialize: Void = {
    LLVMInitializeX86TargetInfo()
    LLVMInitializeX86Target()
    LLVMInitializeX86TargetMC()
    LLVMInitializeX86AsmPrinter()
    LLVMInitializeX86AsmParser()
  }()

  /// The release of LLVM that makes the code, such as `19.1.7`.
  public static var release: String {
    var (major, minor, patch): (UInt32, UInt32, UInt32) = (0, 0, 0)
    LLVMGetVersion(&major, &minor, &patch)
    return "\(major).\(minor).\(patch)"
  }

  /// The name of the CPU this process runs on.
  public static var hostCPU: String {
    guard let name = LLVMGetHostCPUName() else { return "x86-64" }
    defer { LLVMDisposeMessage(name) }
    return String(cString: name)
  }

  /// The features of the CPU this process runs on, as a `+a,-b` list.
  public static var hostFeatures: String {
    guard let features = LLVMGetHostCPUFeatures() else { return "" }
    defer { LLVMDisposeMessage(features) }
    return String(cString: features)
  }

  /// Gives `module` this target's triple and data layout.
  public func configure(_ module: IRModule) {
    let triple = LLVMGetTargetMachineTriple(ref)
    defer { LLVMDisposeMessage(triple) }
    LLVMSetTarget(module.ref, triple)
    let layout = LLVMCreateTargetDataLayout(ref)
    defer { LLVMDisposeTargetData(layout) }
    LLVMSetModuleDataLayout(module.ref, layout)
  }

  /// Runs passes over `module`.
  ///
  /// - Parameters:
  ///   - pipeline: as `opt -passes=` takes it.
  public func run(_ pipeline: String, on module: IRModule) throws(LLVMFailure) {
    let options = LLVMCreatePassBuilderOptions()
    defer { LLVMDisposePassBuilderOptions(options) }
    LLVMPassBuilderOptionsSetLoopInterleaving(options, 1)
    LLVMPassBuilderOptionsSetLoopVectorization(options, 1)
    LLVMPassBuilderOptionsSetSLPVectorization(options, 1)
    LLVMPassBuilderOptionsSetLoopUnrolling(options, 1)
    if let error = LLVMRunPasses(module.ref, pipeline, ref, options) {
      let message = LLVMGetErrorMessage(error)
      defer { LLVMDisposeErrorMessage(message) }
      throw LLVMFailure(message.map { String(cString: $0) } ?? "unknown pass in \(pipeline)")
    }
  }

  /// Generates code for `module`.
  public func emit(_ module: IRModule, as kind: LLVMCodeGenFileType) throws(LLVMFailure) -> [UInt8]
  {
    var message: UnsafeMutablePointer<CChar>?
    var buffer: LLVMMemoryBufferRef?
    guard LLVMTargetMachineEmitToMemoryBuffer(ref, module.ref, kind, &message, &buffer) == 0,
      let buffer
    else {
      defer { LLVMDisposeMessage(message) }
      throw LLVMFailure(message.map { String(cString: $0) } ?? "code generation failed")
    }
    defer { LLVMDisposeMemoryBuffer(buffer) }
    return bytes(of: buffer)
  }
}
