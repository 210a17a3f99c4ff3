// Decode, validate, link, lower, optimise, emit: one request from start to end.

import Driver
import Lowering
import Program
import Wasm

/// Carries out requests.
enum Generator {
  /// Compiles what `request` asks for into its output file.
  static func run(_ request: CodegenRequest) throws(Failure) {
    var start = ContinuousClock.now
    let program = try request.isScript ? script(request, &start) : modules(request, &start)
    let mainFile = request.modules.last?.displayName

    let code: [UInt8]
    do {
      code = try ProgramCompiler.compile(
        program, options: request.options, emission: request.emission,
        manifest: request.manifest,
        onPhase: { report($0, $1) }, onNote: { CodegenEvent.note($0).send() })
    } catch {
      throw Failure(
        error.description, file: mainFile, status: error.isLimit ? .limit : .failure)
    }
    start = .now
    let output = try OutputFile(request.output)
    try output.replace(with: ModuleBytes(copying: code), executable: false, durable: false)
    end("write code", since: &start)
  }

  /// The program of the modules that `request` names.
  private static func modules(
    _ request: CodegenRequest, _ start: inout ContinuousClock.Instant
  ) throws(Failure) -> Program {
    var modules: [NamedModule] = []
    for input in request.modules {
      let module = try MappedFile(input.path).validModule(
        features: request.options.features, name: input.displayName)
      if let use = module.unsupportedUse() {
        throw Failure(use.error, file: input.displayName, of: module)
      }
      modules.append(NamedModule(name: input.name, module: module))
    }
    end("decode and validate", since: &start)

    guard let main = modules.popLast(), let mainFile = request.modules.last?.displayName else {
      throw Failure("the request names no module", status: .limit)
    }
    defer { end("link modules", since: &start) }
    do {
      return try ProgramLinker.link(
        main: main, libraries: modules, allowUnresolved: request.allowUnresolved,
        entry: request.invoke.map { .invoke($0) } ?? .command)
    } catch {
      throw Failure(error.description, file: mainFile)
    }
  }

  /// The program of the script that `request` names.
  private static func script(
    _ request: CodegenRequest, _ start: inout ContinuousClock.Instant
  ) throws(Failure) -> Program {
    guard let input = request.modules.last else {
      throw Failure("the request names no script", status: .limit)
    }
    defer { end("plan script", since: &start) }
    let plan = ScriptPlan(
      WastScript.parse(try MappedFile(input.path).bytes), features: request.options.features,
      judgesModules: false)
    guard let program = plan.program else {
      throw Failure("the script runs nothing", file: input.displayName, status: .limit)
    }
    return program
  }

  private static func end(_ phase: String, since start: inout ContinuousClock.Instant) {
    let now = ContinuousClock.now
    report(phase, now - start)
    start = now
  }

  private static func report(_ phase: String, _ time: Duration) {
    CodegenEvent.phase(name: phase, nanoseconds: Int64(time / .nanoseconds(1))).send()
  }
}
