// The one error type of the frontend: what is wrong with a module, and where.

/// A module that cannot be accepted, with the place that shows it.
public struct WasmError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Which of the specification's phases rejects the module.
  public enum Phase: String, Hashable, Sendable {
    /// Not a binary module (specification 5).
    case malformed
    /// A binary module that breaks a rule (specification 3).
    case invalid
    /// Imports that cannot be resolved (specification 4.5.3).
    case unlinkable
    /// Valid, but beyond a limit of this implementation (specification 7.2).
    case limit
    /// Valid, but uses a feature that is off or not implemented.
    case unsupported
  }

  public var phase: Phase
  /// The specification's wording, followed by what was expected and found.
  public var message: String
  /// Absolute offset in the binary, or in the text if `isInText`, in bytes.
  public var offset: Int
  /// Whether it is about a text.
  public var isInText = false
  /// The section it stands in, such as `code`.
  public var section: String?
  /// The function whose body it stands in.
  public var function: FuncIndex?

  public init(
    _ phase: Phase, _ message: String, at offset: Int, section: String? = nil,
    function: FuncIndex? = nil
  ) {
    self.phase = phase
    self.message = message
    self.offset = offset
    self.section = section
    self.function = function
  }

  /// One line: offset, section and function where known, message.
  public var description: String {
    var place = isInText ? "byte \(offset)" : "0x" + String(offset, radix: 16)
    if let section { place += ", section \(section)" }
    if let function { place += ", function \(function)" }
    return "\(message) (at \(place))"
  }
}
