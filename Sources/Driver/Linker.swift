// Objects to executables, by running LLVM's linker.
//
// The output must not depend on where the inputs stand: no build id, no debug
// information, no run path.

internal import SystemPackage

/// Links a compiled program with the runtime.
struct Linker {
  var linker: FilePath
  var runtime: FilePath

  /// Links `object` into the executable `output`.
  func link(
    object: FilePath, output: FilePath, keepSymbols: Bool, isScript: Bool = false, log: FilePath
  ) async throws(Failure) {
    var arguments = Self.arguments(
      object: object, output: output, runtime: runtime, keepSymbols: keepSymbols)
    // Returns go where calls came from, but for scripts, which leave calls that trap.
    if !isScript { arguments += ["-z", "shstk"] }
    switch try await runTool(linker, arguments, log: log) {
    case .exited(0): return
    case .exited, .signalled, .timedOut:
      let reason = firstLine(of: log) ?? "no reason given"
      throw Failure("the linker \(linker.string) failed: \(reason)")
    }
  }

  /// The command line. A static executable at a random address that relocates
  /// itself, with what it needs only, and nothing both writable and executable. The
  /// same line stands in runtime-c/Makefile, whose tests use it.
  static func arguments(
    object: FilePath, output: FilePath, runtime: FilePath, keepSymbols: Bool
  ) -> [String] {
    func library(_ name: String) -> String { runtime.appending(name).string }
    return [
      "-pie", "--no-dynamic-linker", "-static", "-z", "relro", "-z", "now", "-z", "noexecstack",
      "--gc-sections", "--eh-frame-hdr", "--build-id=none", "--hash-style=gnu",
      keepSymbols ? "-S" : "-s",
      "-o", output.string,
      library("rcrt1.o"), library("crti.o"), object.string,
      "--start-group", library(Toolchain.runtimeLibrary), library("libbuiltins.a"),
      library("libc.a"), "--end-group", library("crtn.o"),
    ]
  }
}
