// Commands with placeholders: `{module}` within a word becomes a text, and a word that is
// `{arguments}` alone becomes as many words as there are arguments.

/// What placeholders stand for.
struct Template: Sendable {
  /// Within words.
  var texts: [String: String] = [:]
  /// As whole words.
  var lists: [String: [String]] = [:]

  /// `command` with its placeholders replaced; one that is not known stays.
  func fill(_ command: [String]) -> [String] {
    command.flatMap { word -> [String] in
      if let name = Self.placeholders(word).first, word == "{\(name)}", let list = lists[name] {
        return list
      }
      return [fill(word)]
    }
  }

  func fill(_ word: String) -> String {
    var result = ""
    var rest = word[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      result += rest[..<open]
      let name = String(rest[rest.index(after: open)..<close])
      result += texts[name] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return result + rest
  }

  /// The names in braces.
  static func placeholders(_ word: String) -> [String] {
    var names: [String] = []
    var rest = word[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      names.append(String(rest[rest.index(after: open)..<close]))
      rest = rest[rest.index(after: close)...]
    }
    return names
  }

  /// The placeholders that stand for several words.
  private static let listNames = ["arguments", "sources", "flags", "directories"]

  /// Throws for a placeholder of `command` that is none of `known`, or in a wrong place.
  static func check(
    _ command: [String], known: [String], _ section: TOMLFile.Section, _ key: String
  ) throws(BenchmarkError) {
    if command.isEmpty { throw section.wrong(key, "a command") }
    for word in command {
      for name in placeholders(word) {
        guard known.contains(name) else {
          let names = known.map { "{\($0)}" }.joined(separator: ", ")
          throw section.error("\(key) knows no {\(name)}; it knows \(names)", at: key)
        }
        guard !listNames.contains(name) || word == "{\(name)}" else {
          throw section.error("{\(name)} of \(key) must be a word of its own", at: key)
        }
      }
    }
  }
}
