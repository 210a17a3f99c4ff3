// Where the parts of Apus and its tools are found.
//
//   installed                         in the build folder (`swift build`)
//   PREFIX/bin/apus                   .build/<triple>/<configuration>/apus
//   PREFIX/lib/apus/apus-codegen      .build/<triple>/<configuration>/apus-codegen
//   PREFIX/lib/apus/<target>/         .build/lib/apus/<target>/
//
// Environment variables override each: APUS_RUNTIME, APUS_CODEGEN, APUS_LD.

internal import Glibc
public import SystemPackage

/// A system that executables are made for.
public enum Target: String, CaseIterable, Codable, Hashable, Sendable {
  case x86_64LinuxMusl = "x86_64-linux-musl"
}

/// Finds the parts of Apus, starting from the executable that runs.
public struct Toolchain: Sendable {
  /// The folder of the running executable.
  public var folder: FilePath
  /// The environment, by variable.
  public var environment: @Sendable (_ name: String) -> String?

  /// The toolchain that this process belongs to.
  public static func current() throws(Failure) -> Toolchain {
    guard let path = realpath("/proc/self/exe", nil) else {
      throw Failure("cannot find this executable", errno: lastError())
    }
    defer { free(path) }
    let executable = FilePath(platformString: path)
    return Toolchain(folder: executable.folder) { name in getenv(name).map { String(cString: $0) } }
  }

  public init(folder: FilePath, environment: @escaping @Sendable (_ name: String) -> String?) {
    self.folder = folder
    self.environment = environment
  }

  /// The folder that holds the runtime for `target`.
  public func runtime(for target: Target) throws(Failure) -> FilePath {
    if let override = override("APUS_RUNTIME") {
      if isFile(override.appending(Self.runtimeLibrary)) { return override }
      throw Failure(
        "no \(Self.runtimeLibrary) in the folder that APUS_RUNTIME names", file: override.string)
    }
    for parent in [folder.appending(".."), folder.appending("../..")] {
      let candidate = parent.appending("lib/apus/\(target.rawValue)").lexicallyNormalized()
      if isFile(candidate.appending(Self.runtimeLibrary)) { return candidate }
    }
    throw Failure(
      "cannot find the runtime library for \(target.rawValue) next to \(folder.string): "
        + "reinstall Apus, or build it with make -C runtime-c OUT=FOLDER and set APUS_RUNTIME")
  }

  /// The executable that generates code.
  public func codegen() throws(Failure) -> FilePath {
    if let override = override("APUS_CODEGEN") {
      try checkExecutable(override, named: "APUS_CODEGEN")
      return override
    }
    for candidate in ["apus-codegen", "../lib/apus/apus-codegen"] {
      let path = folder.appending(candidate).lexicallyNormalized()
      if access(path.string, X_OK) == 0 { return path }
    }
    throw Failure(
      "cannot find apus-codegen next to \(folder.string): reinstall Apus, or set APUS_CODEGEN")
  }

  /// The linker.
  public func linker() throws(Failure) -> FilePath {
    if let override = override("APUS_LD") {
      try checkExecutable(override, named: "APUS_LD")
      return override
    }
    let names = ["ld.lld-19", "ld.lld"]
    let folders = (environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":")
    for name in names {
      for folder in folders {
        let path = FilePath(String(folder)).appending(name)
        if isFile(path), access(path.string, X_OK) == 0 { return path }
      }
    }
    throw Failure(
      "cannot find the linker \(names.joined(separator: " or ")): apt-get install lld-19 "
        + "(or set APUS_LD)")
  }

  static let runtimeLibrary = "libapusrt.a"

  private func override(_ name: String) -> FilePath? {
    guard let value = environment(name), !value.isEmpty else { return nil }
    return FilePath(value)
  }

  private func isFile(_ path: FilePath) -> Bool { (try? FileStatus(at: path))?.isRegular ?? false }

  private func checkExecutable(_ path: FilePath, named name: String) throws(Failure) {
    guard isFile(path) else { throw Failure("no such file; \(name) names it", file: path.string) }
    guard access(path.string, X_OK) == 0 else {
      throw Failure("is not executable; \(name) names it", file: path.string)
    }
  }
}
