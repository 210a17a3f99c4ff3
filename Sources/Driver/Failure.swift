// The driver's one error type, and how a user sees it.
//
// Knows nothing of commands. A message is one line; bytes that a terminal would
// interpret never reach it.

internal import Program
public import SystemPackage
public import Wasm

/// Why a command could not do what it was asked.
public struct Failure: Error, Codable, Hashable, Sendable, CustomStringConvertible {
  public var status: ExitStatus
  /// The file it is about.
  public var file: String?
  /// What is wrong, without the file.
  public var message: String
  /// Where in the file, if it is a text.
  public var position: TextPosition?
  /// The line in question with a caret below, made for a terminal.
  public var excerpt: String?

  public init(_ message: String, file: String? = nil, status: ExitStatus = .failure) {
    self.status = status
    self.file = file
    self.message = message
  }

  /// A system call about `file` failed.
  public init(_ action: String, file: String? = nil, errno: Errno) {
    self.init("\(action): \(errno)", file: file)
  }

  /// `module`, decoded from `file`, is rejected.
  public init(_ error: WasmError, file: String, functionName: String? = nil) {
    var place = "0x" + String(error.offset, radix: 16)
    if let section = error.section { place += ", \(section) section" }
    if let function = error.function { place += ", function \(function)" }
    if let functionName { place += " \(quoted(functionName))" }
    self.init(
      "\(error.message) (at \(place))", file: file,
      status: error.phase == .limit ? .limit : .failure)
  }

  /// The text `text` of `file` is rejected.
  public init(_ error: WasmError, file: String, text: ModuleBytes, functionName: String? = nil) {
    var message = error.message
    if let functionName { message += " (in function \(quoted(functionName)))" }
    self.init(message, file: file, status: error.phase == .limit ? .limit : .failure)
    (position, excerpt) = text.withBuffer { text in
      (
        TextPosition(of: error.offset, in: text),
        TextPosition.excerpt(around: error.offset, in: text)
      )
    }
  }

  /// `FILE: MESSAGE` on one line, `FILE:LINE:COLUMN: MESSAGE` for a text; then what the
  /// line is.
  public var description: String {
    let place = position.map { ":\($0.line):\($0.column)" } ?? ""
    let line = printable(file.map { "\($0)\(place): \(message)" } ?? message)
    return excerpt.map { "\(line)\n\($0)" } ?? line
  }
}

/// `text` with control characters escaped, so that it stays on its line and cannot
/// steer a terminal.
public func printable(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
      // Line and paragraph separators, and what reorders text.
      || (0x2028...0x202e).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isControl(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// Writes lines for the user to standard error.
public enum Diagnostics {
  /// `apus: error: FILE: MESSAGE`.
  public static func report(_ failure: Failure) { write("apus: error: \(failure)\n") }

  /// `apus: warning: MESSAGE`.
  public static func warn(_ message: String) { write("apus: warning: \(printable(message))\n") }

  /// Writes `text` as it is.
  public static func write(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}

/// Writes what was asked for to standard output.
public enum StandardOutput {
  /// Writes `bytes` as they are.
  public static func write(_ bytes: some Sequence<UInt8>) throws(Failure) {
    do { _ = try FileDescriptor.standardOutput.writeAll(bytes) } catch {
      throw Failure("cannot write to standard output", errno: error as? Errno ?? .ioError)
    }
  }
}
