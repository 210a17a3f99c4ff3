// Runs the built `apus` and the executables it makes, as a user would.

import Foundation

/// What a process did.
public struct ProcessResult: Sendable, CustomStringConvertible {
  public var status: Int32
  /// The signal that ended it, if one did.
  public var signal: Int32?
  public var output: String
  public var errors: String
  /// Wall time from start to exit.
  public var time: Duration

  public var description: String {
    "status \(status)\(signal.map { ", signal \($0)" } ?? ""), output \(output.debugDescription), "
      + "errors \(errors.debugDescription)"
  }
}

/// A folder that is removed with the last reference to it.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "apus-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of `name` in the folder.
  public func file(_ name: String) -> String { path + "/" + name }
}

/// The `apus` of this build.
public enum ApusCommand {
  /// The command beside the test bundle.
  public static let path: String = {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: bundle).deletingLastPathComponent()
    for _ in 0..<4 {
      let candidate = folder.appendingPathComponent("apus").path
      if FileManager.default.isExecutableFile(atPath: candidate),
        !FileManager.default.fileExists(atPath: candidate + "/")
      {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return ProcessInfo.processInfo.environment["APUS"] ?? "apus"
  }()

  /// Runs `apus` with `arguments`.
  public static func run(
    _ arguments: [String], input: String? = nil, directory: String? = nil,
    environment: [String: String]? = nil
  ) throws -> ProcessResult {
    try runProcess(
      path, arguments, input: input, directory: directory, environment: environment)
  }

  /// Compiles a module; the executable is in the folder that comes back.
  ///
  /// - Throws: `CompileFailure` where `apus compile` fails.
  public static func compile(_ module: [UInt8], _ options: [String] = []) throws -> Executable {
    let folder = try TemporaryFolder()
    try Data(module).write(to: URL(fileURLWithPath: folder.file("module.wasm")))
    let executable = folder.file("module")
    let result = try run(["compile", folder.file("module.wasm"), "-o", executable] + options)
    guard result.status == 0 else { throw CompileFailure(result: result) }
    return Executable(path: executable, folder: folder)
  }

  /// Compiles a module to assembly.
  public static func assembly(_ module: [UInt8], _ options: [String] = []) throws -> String {
    let executable = try compile(module, ["--emit", "asm"] + options)
    return try String(contentsOfFile: executable.path, encoding: .utf8)
  }
}

/// `apus compile` did not make an executable.
public struct CompileFailure: Error, CustomStringConvertible {
  public var result: ProcessResult
  public var description: String { "apus compile: \(result)" }
}

/// A program that was compiled, removed with its folder.
public struct Executable: Sendable {
  public let path: String
  public let folder: TemporaryFolder

  public init(path: String, folder: TemporaryFolder) {
    self.path = path
    self.folder = folder
  }

  /// Runs it.
  public func run(
    _ arguments: [String] = [], input: String? = nil, directory: String? = nil,
    environment: [String: String]? = nil, limit: Duration = .seconds(20)
  ) throws -> ProcessResult {
    try runProcess(
      path, arguments, input: input, directory: directory, environment: environment, limit: limit)
  }
}

/// Runs a program to its end, or kills it after `limit`.
public func runProcess(
  _ path: String, _ arguments: [String], input: String? = nil, directory: String? = nil,
  environment: [String: String]? = nil, limit: Duration = .seconds(600)
) throws -> ProcessResult {
  let folder = try TemporaryFolder()
  // Files, not pipes: nothing blocks, however much is written.
  func file(_ name: String, _ contents: String = "") throws -> FileHandle {
    try Data(contents.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return try FileHandle(forUpdating: URL(fileURLWithPath: folder.file(name)))
  }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
  if let environment { process.environment = environment }
  process.standardInput = try file("input", input ?? "")
  process.standardOutput = try file("output")
  process.standardError = try file("errors")
  let start = ContinuousClock.now
  try process.run()
  let timer = DispatchSource.makeTimerSource()
  let identifier = process.processIdentifier
  timer.schedule(deadline: .now() + Double(limit.components.seconds))
  timer.setEventHandler { kill(identifier, SIGKILL) }
  timer.resume()
  process.waitUntilExit()
  timer.cancel()
  let time = ContinuousClock.now - start
  func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.file(name))), as: UTF8.self)
  }
  let wasSignalled = process.terminationReason == .uncaughtSignal
  return ProcessResult(
    status: process.terminationStatus, signal: wasSignalled ? process.terminationStatus : nil,
    output: try text("output"), errors: try text("errors"), time: time)
}
