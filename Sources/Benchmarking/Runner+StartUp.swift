// The empty program: what an engine costs before a program does anything.
//
// Part of the runner; it has no suite, so its module and its source are made here.

extension Runner {
  /// What starts and ends, as a module and as C.
  func emptyProgram() throws(BenchmarkError) -> (module: String, source: String) {
    let folder = workbench.folder("start-up")
    // (module (memory (export "memory") 1) (func (export "_start")))
    let module: [UInt8] =
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1]
      + [7, 0x13, 2, 6] + Array("memory".utf8) + [2, 0, 6] + Array("_start".utf8) + [0, 0]
      + [10, 4, 1, 2, 0, 0x0b]
    try Workbench.write(module, to: "\(folder)/empty.wasm")
    try Workbench.write(Array("int main(void) { return 0; }\n".utf8), to: "\(folder)/empty.c")
    return ("\(folder)/empty.wasm", "\(folder)/empty.c")
  }

  mutating func measureStartup(
    _ empty: (module: String, source: String), _ present: [(Engine, Template)]
  ) {
    var contestants: [Contestant] = present.map { engine, tools in
      let code =
        engine.kind == .native
        ? Suite.Code.sources([empty.source], flags: [], nativeFlags: [], wasmFlags: [])
        : .module(empty.module)
      let program = Suite.Program(name: "start-up", code: code, folder: workbench.path)
      return Contestant(
        engine: engine, program: program, tools: tools,
        folder: workbench.folder(program.name, engine.name), module: empty.module)
    }
    for index in contestants.indices where !contestants[index].engine.compile.isEmpty {
      if InterruptRequest.isMade { return }
      report(.step("start-up: compiling, \(contestants[index].engine.name)", left: nil))
      contestants[index].compile(limit: options.timeout)
    }
    warmUp(&contestants, nil)
    // Short runs are noisy and cheap.
    take(options.runs * 2, &contestants)
    let left = suite.programs.count - results.programs.count
    estimate = TimeLeft(programs: left, runs: options.runs)
    results.startup = contestants.map(\.row)
  }
}
