// Builds the C runtime as a part of `swift build`, into `lib/apus/<target>` of the build
// folder, where the driver looks for it.
//
// Why a plugin that calls make: docs/decisions/002-runtime-build.md.

import Foundation
import PackagePlugin

@main
struct RuntimeBuilder: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
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
        environment: ProcessInfo.processInfo.environment,
        // Nothing in it is compiled into the target.
        outputFilesDirectory: work.appending(path: "none"))
    ]
  }
}
