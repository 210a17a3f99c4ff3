// From a linked program to machine code: the only door to LLVM.

internal import CLLVM
internal import LLVM
public import Program
internal import RuntimeABI

/// Why a valid program could not be compiled.
public struct LoweringError: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String
  /// Whether a limit of the implementation is exceeded, rather than a choice wrong.
  public var isLimit: Bool

  public init(_ description: String, isLimit: Bool = false) {
    self.description = description
    self.isLimit = isLimit
  }
}

/// Compiles programs.
public enum ProgramCompiler {
  /// Lowers, optimises and emits `program`.
  ///
  /// - Parameters:
  ///   - program: its modules are valid and use supported features only.
  ///   - manifest: what an executable says of itself.
  ///   - onPhase: called after each phase (`lower`, `optimize`, `emit`).
  ///   - onNote: told what the user may want to know: functions that are not optimised.
  /// - Returns: the bytes of the object, assembly, IR or bitcode file.
  /// - Throws: `LoweringError` for an unknown CPU or a limit of the implementation.
  public static func compile(
    _ program: Program, options: CompileOptions, emission: Emission, manifest: String? = nil,
    onPhase: PhaseObserver = { _, _ in }, onNote: NoteObserver = { _ in }
  ) throws(LoweringError) -> [UInt8] {
    let memories = program.instances.reduce(0) {
      $0 + $1.module.memories.count - $1.module.importedMemoryCount
    }
    guard memories <= Int(APUS_MAX_MEMORIES) else {
      throw LoweringError(
        "too many memories: \(memories), the limit is \(APUS_MAX_MEMORIES)", isLimit: true)
    }
    if options.countsFuel && program.threadStart != nil {
      throw LoweringError("fuel is not counted in programs that start threads")
    }
    let facts = try ProgramFacts(program)
    do throws(LLVMFailure) {
      return try emit(
        program, facts, options: options, emission: emission, manifest: manifest,
        onPhase: onPhase, onNote: onNote)
    } catch {
      throw LoweringError(error.description)
    }
  }

  private static func emit(
    _ program: Program, _ facts: ProgramFacts, options: CompileOptions, emission: Emission,
    manifest: String?, onPhase: PhaseObserver, onNote: NoteObserver
  ) throws(LLVMFailure) -> [UInt8] {
    let clock = ContinuousClock()
    var start = clock.now
    func finish(_ phase: String) {
      let now = clock.now
      onPhase(phase, now - start)
      start = now
    }

    let target = try Target(options.cpu)
    let machine = try TargetMachine(
      triple: Target.triple, cpu: target.cpu, features: target.features,
      level: codeGenerationLevel(options.optimization))
    let lowering = ProgramLowering(
      program, facts: facts, options: options, target: target)
    machine.configure(lowering.module)
    let descriptor = lowering.lower()
    if let manifest { lowering.emitNotes(manifest: manifest) }
    if let failure = lowering.module.verificationFailure() {
      preconditionFailure("the lowering made invalid LLVM IR: \(failure)")
    }
    finish("lower")
    let exempt = try Optimizer.run(
      options.optimization, on: lowering, machine)
    for (symbol, reason) in exempt {
      let name = lowering.displayName(of: symbol)
      onNote("\(name) is too large to be optimised in reasonable time: \(reason)")
    }
    lowering.emitFunctionTable(in: descriptor)
    finish("optimize")
    defer { finish("emit") }
    switch emission {
    case .object: return try machine.emit(lowering.module, as: LLVMObjectFile)
    case .assembly: return try machine.emit(lowering.module, as: LLVMAssemblyFile)
    case .llvmIR: return lowering.module.text
    case .bitcode: return lowering.module.bitcode
    }
  }

  private static func codeGenerationLevel(_ level: OptimizationLevel) -> LLVMCodeGenOptLevel {
    switch level {
    case .O0: LLVMCodeGenLevelNone
    case .O1: LLVMCodeGenLevelLess
    case .O2, .Os: LLVMCodeGenLevelDefault
    case .O3: LLVMCodeGenLevelAggressive
    }
  }
}
