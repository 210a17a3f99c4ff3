// The values of command-line options that are more than a word.
//
// Knows nothing of the argument parser. Each fails with what is wrong with the text.

internal import Glibc
public import Program

/// `NAME=FILE` of `--link`.
public struct LinkedModule: Hashable, Sendable {
  public var name: String
  public var path: String

  public init?(_ text: String) {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else { return nil }
    name = String(text[..<equals])
    path = String(text[text.index(after: equals)...])
    if path.isEmpty { return nil }
  }
}

/// `HOST[::GUEST][:ro]` of `--dir`: a folder of the host, what the guest calls it, and
/// whether it may only be read.
public struct DirectoryGrant: Hashable, Sendable {
  public var host: String
  public var guest: String
  public var isReadOnly: Bool

  public init?(_ text: String) {
    isReadOnly = text.hasSuffix(":ro")
    let parts = Self.split(isReadOnly ? String(text.dropLast(3)) : text)
    host = parts.host
    guest = parts.guest ?? parts.host
    if host.isEmpty || guest.isEmpty { return nil }
    // What looks like another kind of access must not become one to write.
    if [":ro", ":rw"].contains(where: guest.lowercased().hasSuffix) { return nil }
  }

  /// Before and after the first `::`.
  private static func split(_ text: String) -> (host: String, guest: String?) {
    let bytes = Array(text.utf8)
    let colon = UInt8(ascii: ":")
    for index in bytes.indices.dropLast() where bytes[index] == colon && bytes[index + 1] == colon {
      return (
        String(decoding: bytes[..<index], as: UTF8.self),
        String(decoding: bytes[(index + 2)...], as: UTF8.self)
      )
    }
    return (text, nil)
  }

  public var grant: Grant { .directory(host: host, guest: guest, isReadOnly: isReadOnly) }
}

/// `NAME[=VALUE]` of `--env`: a variable set, or passed through.
public struct EnvironmentGrant: Hashable, Sendable {
  public var text: String

  public init?(_ text: String) {
    guard let first = text.utf8.first, first != UInt8(ascii: "=") else { return nil }
    self.text = text
  }

  public var grant: Grant { .variable(text) }
}

/// `ADDRESS:PORT` of `--tcp-listen`: `127.0.0.1:8080`, or `[::1]:8080`.
public struct ListenAddress: Hashable, Sendable {
  public var text: String

  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon != text.startIndex else { return nil }
    let port = text[text.index(after: colon)...]
    guard port.allSatisfy({ $0.isASCII && $0.isNumber }), UInt16(port) != nil else { return nil }
    guard Self.isAddress(text[..<colon]) else { return nil }
    self.text = text
  }

  /// Whether it is an address of IPv4, or of IPv6 in brackets; the runtime asks no one
  /// for the address of a name.
  private static func isAddress(_ text: Substring) -> Bool {
    var address = [UInt8](repeating: 0, count: 16)
    guard text.hasPrefix("["), text.hasSuffix("]") else {
      return inet_pton(AF_INET, String(text), &address) == 1
    }
    return inet_pton(AF_INET6, String(text.dropFirst().dropLast()), &address) == 1
  }

  public var grant: Grant { .listenAddress(text) }
}

/// `NUMBER` of `--listen-fd`: a descriptor of the process.
public struct ListenDescriptor: Hashable, Sendable {
  public var number: Int32

  public init?(_ text: String) {
    guard let number = Int32(text), number > 2 else { return nil }
    self.number = number
  }

  public var grant: Grant { .listenDescriptor(String(number)) }
}

/// A number of bytes, such as `8MiB`.
public struct ByteSize: Hashable, Sendable {
  public var bytes: UInt64

  private static let units: [(String, UInt64)] = [
    ("", 1), ("b", 1),
    ("k", 1 << 10), ("kib", 1 << 10), ("kb", 1_000),
    ("m", 1 << 20), ("mib", 1 << 20), ("mb", 1_000_000),
    ("g", 1 << 30), ("gib", 1 << 30), ("gb", 1_000_000_000),
  ]

  public init(bytes: UInt64) { self.bytes = bytes }

  public init?(_ text: String) {
    let digits = text.prefix { ("0"..."9").contains($0) }
    let suffix = text[digits.endIndex...].lowercased()
    guard let number = UInt64(digits), let unit = Self.units.first(where: { $0.0 == suffix })
    else { return nil }
    let (product, overflow) = number.multipliedReportingOverflow(by: unit.1)
    if overflow { return nil }
    bytes = product
  }
}
