// Names from modules as text: they are any Unicode, control characters included, and must
// not reach a terminal raw.
//
// Specification: 6.3.3 "Strings".

/// `name` as a string of the text format, with quotation marks, backslashes and everything
/// invisible escaped, so that it stays on its line.
///
/// - Parameters:
///   - limit: how many characters to show; an ellipsis stands for the rest.
public func quoted(_ name: String, limit: Int = .max) -> String {
  var text = "\""
  for scalar in name.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
      .unassigned:
      text += "\\u{\(String(scalar.value, radix: 16))}"
    default:
      if scalar == "\"" || scalar == "\\" { text += "\\" }
      text.unicodeScalars.append(scalar)
    }
  }
  return text + (name.unicodeScalars.dropFirst(limit).isEmpty ? "\"" : "…\"")
}
