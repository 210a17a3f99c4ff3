// A grant or a limit, and the words in which the runtime reads it.
//
// `apus_abi.h` describes the words. What a user writes for them is the driver's matter.

/// What a program may use.
public enum Grant: Hashable, Sendable {
  /// A folder of the host, and what the guest calls it.
  case directory(host: String, guest: String, isReadOnly: Bool)
  /// `NAME=VALUE`, or `NAME` to pass a variable through.
  case variable(String)
  /// `ADDRESS:PORT` to listen at.
  case listenAddress(String)
  /// The number of an inherited descriptor that listens.
  case listenDescriptor(String)
  case limit(name: String, value: UInt64)

  /// As the runtime reads it.
  public var words: [String] {
    switch self {
    case .directory(let host, let guest, let isReadOnly):
      [isReadOnly ? "dir-ro" : "dir", host, guest]
    case .variable(let text): ["env", text]
    case .listenAddress(let text): ["tcp-listen", text]
    case .listenDescriptor(let number): ["listen-fd", number]
    case .limit(let name, let value): ["limit", "\(name)=\(value)"]
    }
  }

  /// What a list of words grants, up to the first that grants nothing.
  public static func list(_ words: [String]) -> [Grant] {
    var grants: [Grant] = []
    var rest = words[...]
    while let grant = Grant(&rest) { grants.append(grant) }
    return grants
  }

  /// Takes a grant off the front of `words`.
  private init?(_ words: inout ArraySlice<String>) {
    guard let kind = words.popFirst(), let name = words.popFirst() else { return nil }
    switch kind {
    case "dir", "dir-ro":
      guard let guest = words.popFirst() else { return nil }
      self = .directory(host: name, guest: guest, isReadOnly: kind == "dir-ro")
    case "env": self = .variable(name)
    case "tcp-listen": self = .listenAddress(name)
    case "listen-fd": self = .listenDescriptor(name)
    case "limit":
      let parts = name.split(separator: "=")
      guard parts.count == 2, let value = UInt64(parts[1]) else { return nil }
      self = .limit(name: String(parts[0]), value: value)
    default: return nil
    }
  }
}
