// Scripts: cuts a text into its top-level forms, then reads each by itself.
//
// A form that cannot be read is one command that says so, not the end of the script; only
// its parentheses must balance. Modules are not read here. The grammar is that of the
// reference interpreter ("Scripts").

extension WastScript {
  /// Reads a script. Whatever is wrong with it is in its forms.
  public static func parse(_ text: ModuleBytes) -> WastScript {
    var forms: [WastForm] = []
    var lines = LineCounter(text: text)
    for (range, isClosed) in topLevelForms(of: text) {
      let line = lines.line(of: range.lowerBound)
      guard isClosed else {
        forms.append(
          WastForm(line: line, command: .unreadable(.unclosed("form", at: range.lowerBound))))
        continue
      }
      forms.append(WastForm(line: line, command: .field(module: nil)))
      var parser = WastFormParser(text, range: range, lines: lines)
      do throws(WasmError) {
        if let command = try parser.command() { forms[forms.count - 1].command = command }
      } catch {
        forms[forms.count - 1].command = .unreadable(error)
      }
    }
    var script = WastScript(text: text, forms: forms)
    script.joinFields()
    return script
  }

  /// Where the forms stand that no other is around. What is between them, but for space
  /// and comments, is a form of its own that does not end.
  private static func topLevelForms(of text: ModuleBytes) -> [(range: Range<Int>, isClosed: Bool)] {
    var forms: [(Range<Int>, Bool)] = []
    var scanner = FormScanner(bytes: text.buffer)
    while let form = scanner.next() { forms.append(form) }
    withExtendedLifetime(text) {}
    return forms
  }

  /// Lets the first of the fields that are the script's one module stand for it.
  private mutating func joinFields() {
    guard !forms.isEmpty,
      forms.allSatisfy({ if case .field = $0.command { true } else { false } })
    else { return rejectFields() }
    let module = WastModule(name: nil, source: .text(0..<text.buffer.count))
    forms[0].command = .field(module: module)
  }

  /// Fields beside commands are none.
  private mutating func rejectFields() {
    for index in forms.indices {
      guard case .field = forms[index].command else { continue }
      forms[index].command = .unreadable(
        WasmError(inText: .malformed, "unexpected token, a module field among commands", at: 0))
    }
  }
}

/// Lines of places that are asked for in order.
struct LineCounter {
  private let text: ModuleBytes
  private var position = 0
  private var number = 1

  init(text: ModuleBytes) { self.text = text }

  /// The line that byte `offset` stands in, from 1.
  mutating func line(of offset: Int) -> Int {
    if offset < position { (position, number) = (0, 1) }
    let bytes = text.buffer
    for index in position..<offset {
      // A carriage return ends a line unless a line feed follows, which does.
      let isFeed = bytes[index] == UInt8(ascii: "\n")
      let isReturn = bytes[index] == UInt8(ascii: "\r")
      let feedFollows = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n")
      if isFeed || isReturn && !feedFollows { number += 1 }
    }
    withExtendedLifetime(text) {}
    position = offset
    return number
  }
}
