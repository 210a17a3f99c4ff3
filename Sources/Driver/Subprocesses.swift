// Runs tools, and ends them when this process is ended.

internal import Subprocess
internal import SystemPackage

/// How a tool ended.
enum ToolOutcome: Hashable, Sendable {
  case exited(Int32)
  case signalled(Int32)
}

/// Runs `tool` with its error output going to the file `log`.
///
/// - Parameters:
///   - input: the file that is its standard input. (Not a pipe: a tool that ends
///     without reading it would end this process by SIGPIPE.)
///   - onLine: called for each line it writes to standard output.
func runTool(
  _ tool: FilePath, _ arguments: [String], input: FilePath = "/dev/null", log: FilePath,
  onLine: @Sendable (String) -> Void = { _ in }
) async throws(Failure) -> ToolOutcome {
  do {
    let errors = try FileDescriptor.open(
      log, .writeOnly, options: [.create, .truncate, .closeOnExec],
      permissions: [.ownerReadWrite])
    defer { try? errors.close() }
    let source = try FileDescriptor.open(input, .readOnly, options: .closeOnExec)
    defer { try? source.close() }
    let result = try await run(
      .path(tool), arguments: Arguments(arguments),
      input: .fileDescriptor(source, closeAfterSpawningProcess: false), output: .sequence,
      error: .fileDescriptor(errors, closeAfterSpawningProcess: false)
    ) { execution in
      Interruption.setChild(execution.processIdentifier.value)
      var line: [UInt8] = []
      for try await buffer in execution.standardOutput {
        buffer.withUnsafeBytes { bytes in
          for byte in bytes {
            if byte == UInt8(ascii: "\n") {
              onLine(String(decoding: line, as: UTF8.self))
              line.removeAll(keepingCapacity: true)
            } else {
              line.append(byte)
            }
          }
        }
      }
    }
    Interruption.setChild(0)
    switch result.terminationStatus {
    case .exited(let code): return .exited(code)
    case .signaled(let signal): return .signalled(signal)
    }
  } catch {
    Interruption.setChild(0)
    let reason = (error as? SubprocessError)?.underlyingError ?? error as? Errno
    throw Failure(
      "cannot run \(tool.string): \(reason.map { "\($0)" } ?? String(describing: error))")
  }
}

/// The first line of `log` that is not empty.
func firstLine(of log: FilePath) -> String? {
  guard let file = try? MappedFile(log.string) else { return nil }
  return file.bytes.withBuffer { text in
    text.prefix(1 << 16).split(separator: UInt8(ascii: "\n")).first
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
