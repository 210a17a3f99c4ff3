// Names of functions as symbols and as text: both come from hostile modules.
//
// A symbol never equals one of the C library or of LLVM, and a displayed name holds no
// control characters.

/// The symbol of a defined function: unique by its numbers, readable by its name.
func symbol(instance: Int, function: Int, name: String?) -> String {
  let prefix = "wasm.\(instance).\(function)"
  guard let name else { return prefix }
  let readable = name.utf8.prefix(100).map { byte -> UInt8 in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."):
      byte
    default: UInt8(ascii: "_")
    }
  }
  return prefix + "." + String(decoding: readable, as: UTF8.self)
}

/// `name` with control characters and invisible direction marks replaced, for terminals.
func printable(_ name: String) -> String {
  String(
    String.UnicodeScalarView(
      name.unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator, .unassigned:
          "\u{FFFD}"
        default: scalar
        }
      }))
}
