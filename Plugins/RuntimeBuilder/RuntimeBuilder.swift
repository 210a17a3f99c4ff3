// Builds the C runtime as a part of `swift build`, into `lib/apus/<target>` of the build
// folder, where the driver looks for it.
//
// Why a plugin that calls make: docs/decisions/002-runtime-build.md.

import Foundation
import PackagePlugin

@main
struct RuntimeBuilder: BuildToolPlugin {
  /// What runtime-c/Makefile looks at.
  static let variables: Set = ["PATH", "CC", "AR", "LD", "MUSL_INCLUDE", "MUSL_LIB"]

  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let environment = ProcessInfo.processInfo.environment
    let headers = environment["MUSL_INCLUDE"] ?? "/usr/include/x86_64-linux-musl"
    guard FileManager.default.fileExists(atPath: headers + "/stdio.h") else {
      // Not an error: the library `Wasm` needs no runtime, and `apus` will say what it lacks.
      Diagnostics.warning(
        "the runtime of executables is not built: apt-get install musl-dev clang-19 lld-19")
      return []
    }
    // <build folder>/plugins/outputs/<package>/<target>/destination/<plugin>
    let work = context.pluginWorkDirectoryURL
    let buildFolder = (0..<6).reduce(work) { url, _ in url.deletingLastPathComponent() }
    let output = buildFolder.appending(path: "lib/apus/x86_64-linux-musl")
    let sources = context.package.directoryURL.appending(path: "runtime-c")
    return [
      // Runs before every build; make does nothing where nothing changed.
      .prebuildCommand(
        displayName: "Building the C runtime",
        executable: URL(filePath: "/usr/bin/make"),
        arguments: ["-s", "-C", sources.path(), "OUT=\(output.path())"],
        environment: environment.filter { Self.variables.contains($0.key) },
        // Nothing in it is compiled into the target.
        outputFilesDirectory: work.appending(path: "none"))
    ]
  }
}
