// What an executable says of itself: from what it was compiled, by what and how, so that
// anyone can see it and compile it again.
//
// JSON in an ELF note of the name "Apus" and the type 1; a note of the type 2 lists the
// system calls that the program may make, one of the type 3 names the code generator,
// which only the process that is one knows. Knows nothing of how they are shown.

internal import Crypto
internal import FoundationEssentials
public import Program
internal import Wasm

/// The release of Apus.
public enum Release {
  public static let version = "0.1.0"
}

/// What an executable was made from.
public struct ExecutableManifest: Codable, Hashable, Sendable {
  /// A module by the name that others import it as; the main module has none.
  public struct ModuleDigest: Codable, Hashable, Sendable {
    public var name: String
    public var sha256: String
  }

  public var format = 1
  public var compiler: String
  public var target: Target
  public var modules: [ModuleDigest]
  public var options: CompileOptions
  public var allowUnresolved: Bool
  public var invoke: String?
  public var keepSymbols: Bool

  /// What the executable of `job` says.
  public init(_ job: CompileJob) {
    compiler = "apus \(Release.version)"
    target = job.target
    modules = Self.digests(job.modules)
    options = job.options
    allowUnresolved = job.allowUnresolved
    invoke = job.invoke
    keepSymbols = job.keepSymbols
  }

  /// The digests of modules.
  public static func digests(_ modules: [ModuleInput]) -> [ModuleDigest] {
    modules.map { module in
      ModuleDigest(
        name: module.name,
        sha256: module.file.bytes.withBuffer { hexadecimal(SHA256.hash(data: $0)) })
    }
  }

  /// The job that makes the executable again from `modules`.
  public func job(_ modules: [ModuleInput]) -> CompileJob {
    var job = CompileJob(modules: modules, options: options, target: target)
    job.allowUnresolved = allowUnresolved
    job.invoke = invoke
    job.keepSymbols = keepSymbols
    return job
  }

  /// As the executable holds it.
  func encoded() throws(Failure) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return String(decoding: try encoder.encode(self), as: UTF8.self) } catch {
      throw Failure("cannot encode the manifest: \(error)", status: .limit)
    }
  }
}

/// What was read out of an executable.
public struct ExecutableDescription: Hashable, Sendable {
  public var manifest: ExecutableManifest
  /// The system calls that it may make; `nil` if it is not confined.
  public var systemCalls: [String]?
  /// The code generator and its release; `nil` if it does not say.
  public var codeGenerator: String?

  /// Whether the file is one of a system's executables, rather than a module.
  public static func isExecutable(_ file: MappedFile) -> Bool {
    file.bytes.withBuffer { $0.starts(with: [0x7f, 0x45, 0x4c, 0x46]) }
  }

  /// Reads the notes of an executable that Apus made.
  public init(_ file: MappedFile) throws(Failure) {
    let notes = file.bytes.withBuffer { ElfNotes(Array($0)).contents }
    guard let json = notes[1] else {
      throw Failure("not an executable that apus compile made", file: file.name)
    }
    do { manifest = try JSONDecoder().decode(ExecutableManifest.self, from: Data(json)) } catch {
      throw Failure("the executable was made by another version of apus", file: file.name)
    }
    systemCalls = notes[2].map { list in
      String(decoding: list, as: UTF8.self).split(separator: " ").map(String.init)
    }
    codeGenerator = notes[3].map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The notes of the name "Apus" in a 64-bit ELF file, by type. Of a damaged file as many
/// as can be read.
private struct ElfNotes {
  private let bytes: [UInt8]
  private(set) var contents: [UInt32: [UInt8]] = [:]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard let table = number(at: 32, 8), let count = number(at: 56, 2) else { return }
    for index in 0..<count {
      let header = table &+ index &* 56
      guard number(at: header, 4) == 4, let offset = number(at: header &+ 8, 8),
        let size = number(at: header &+ 32, 8), offset <= bytes.count, size <= bytes.count - offset
      else { continue }
      read(offset..<(offset + size))
    }
  }

  /// A little-endian number, if the file has it.
  private func number(at offset: Int, _ size: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - size else { return nil }
    let value = bytes[offset..<(offset + size)].reversed().reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    return Int(exactly: value)
  }

  private mutating func read(_ range: Range<Int>) {
    var offset = range.lowerBound
    while let nameSize = number(at: offset, 4), let size = number(at: offset + 4, 4),
      let type = number(at: offset + 8, 4)
    {
      let name = offset + 12
      let start = name + (nameSize + 3) / 4 * 4
      guard start <= range.upperBound, size <= range.upperBound - start else { return }
      if bytes[name..<(name + nameSize)].elementsEqual("Apus\0".utf8) {
        contents[UInt32(type)] = Array(bytes[start..<(start + size)])
      }
      offset = start + (size + 3) / 4 * 4
    }
  }
}
