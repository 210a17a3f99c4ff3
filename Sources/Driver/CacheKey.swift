// What decides whether a cached executable is the one that would be compiled.
//
// A new field of `CompileOptions` is part of the key by itself.

internal import Crypto
internal import FoundationEssentials
internal import Program
internal import SystemPackage

/// The name of a cache entry: a digest of everything that determines the executable.
public struct CacheKey: Hashable, Sendable {
  /// 64 hexadecimal digits.
  public let name: String

  /// What the digest covers.
  private struct Contents: Encodable {
    /// Raised when the layout of entries or keys changes.
    let version = 1
    /// Each part of the toolchain, by what the file system says about it.
    let parts: [FileStatus]
    let target: Target
    /// The machine, where code is made for it.
    let processor: String?
    let options: CompileOptions
    let allowUnresolved: Bool
    let keepSymbols: Bool
    let invoke: String?
    /// Names and digests of the modules.
    let modules: [[String]]
  }

  /// The key of the executable that `toolchain` makes of `job`.
  public init(_ job: CompileJob, toolchain: Toolchain) throws(Failure) {
    let runtime = try toolchain.runtime(for: job.target)
    let codegen = try toolchain.codegen()
    var parts: [FileStatus] = []
    for part in [codegen, runtime.appending(Toolchain.runtimeLibrary), runtime.appending("libc.a")]
    {
      do { parts.append(try FileStatus(at: part)) } catch {
        throw Failure("cannot read", file: part.string, errno: error)
      }
    }
    let contents = Contents(
      parts: parts, target: job.target,
      processor: job.options.cpu == "native" ? processorDescription() : nil, options: job.options,
      allowUnresolved: job.allowUnresolved, keepSymbols: job.keepSymbols, invoke: job.invoke,
      modules: job.modules.map { module in
        [module.name, module.file.bytes.withBuffer { hexadecimal(SHA256.hash(data: $0)) }]
      })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do { name = hexadecimal(SHA256.hash(data: try encoder.encode(contents))) } catch {
      throw Failure("cannot encode the cache key: \(error)", status: .limit)
    }
  }
}

/// The digits of a digest.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

/// The first processor's entry in /proc/cpuinfo without what changes from boot to
/// boot: model and feature flags.
private func processorDescription() -> String {
  var buffer = [UInt8](repeating: 0, count: 1 << 13)
  let count =
    (try? FileDescriptor.open("/proc/cpuinfo", .readOnly, options: .closeOnExec).closeAfterRead {
      descriptor in try buffer.withUnsafeMutableBytes { try descriptor.read(into: $0) }
    }) ?? 0
  let changing = ["cpu MHz", "bogomips", "apicid", "initial apicid", "BogoMIPS"]
  var lines: [Substring] = []
  let text = String(decoding: buffer[..<count], as: UTF8.self)
  for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
    // An empty line ends the first processor.
    if line.isEmpty { break }
    if !changing.contains(where: line.hasPrefix) { lines.append(line) }
  }
  return lines.joined(separator: "\n")
}

extension FileDescriptor {
  /// Runs `body` and closes the descriptor whatever happens.
  fileprivate func closeAfterRead<Result>(_ body: (FileDescriptor) throws -> Result) throws
    -> Result
  {
    try closeAfter { try body(self) }
  }
}
