// Names as keys.
//
// Specification: 2.2.4 "Names".

/// A name to look up or to compare: equal only to the same sequence of scalar values.
///
/// `String` calls two sequences equal that Unicode considers the same text, such as
/// "é" in its composed and decomposed form; for WebAssembly they are two names.
public struct NameKey: Hashable, Sendable {
  public let name: String

  public init(_ name: String) { self.name = name }

  public static func == (first: NameKey, second: NameKey) -> Bool {
    first.name.utf8.elementsEqual(second.name.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in name.utf8 { hasher.combine(byte) }
  }
}
