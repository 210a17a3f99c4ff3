// Runs tools, and ends them when this process is ended.

internal import Glibc
internal import Subprocess
internal import SystemPackage

/// How a tool ended.
enum ToolOutcome: Hashable, Sendable {
  case exited(Int32)
  case signalled(Int32)
  /// It was ended, as it took too long.
  case timedOut
}

/// Runs `tool` with its error output going to the file `log`.
///
/// - Parameters:
///   - input: the file that is its standard input. (Not a pipe: a tool that ends
///     without reading it would end this process by SIGPIPE.)
///   - limit: how long it may run.
///   - onLine: called for each line it writes to standard output.
func runTool(
  _ tool: FilePath, _ arguments: [String], input: FilePath = "/dev/null", log: FilePath,
  limit: Duration? = nil, onLine: @Sendable (String) -> Void = { _ in }
) async throws(Failure) -> ToolOutcome {
  do {
    let errors = try FileDescriptor.open(
      log, .writeOnly, options: [.create, .truncate, .closeOnExec],
      permissions: [.ownerReadWrite])
    defer { try? errors.close() }
    let source = try FileDescriptor.open(input, .readOnly, options: .closeOnExec)
    defer { try? source.close() }
    let isTimedOut = Latest<Bool>()
    let child = Latest<Int32>()
    let timer = Latest<Task<Void, any Error>>()
    defer {
      timer.value?.cancel()
      if let process = child.value { Interruption.remove(child: process) }
    }
    let result = try await run(
      .path(tool), arguments: Arguments(arguments),
      input: .fileDescriptor(source, closeAfterSpawningProcess: false), output: .sequence,
      error: .fileDescriptor(errors, closeAfterSpawningProcess: false)
    ) { execution in
      let process = execution.processIdentifier.value
      Interruption.add(child: process)
      child.set(process)
      if let limit {
        timer.set(
          Task {
            try await Task.sleep(for: limit)
            isTimedOut.set(true)
            kill(process, SIGKILL)
          })
      }
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
    if isTimedOut.value == true { return .timedOut }
    switch result.terminationStatus {
    case .exited(let code): return .exited(code)
    case .signaled(let signal): return .signalled(signal)
    }
  } catch {
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
