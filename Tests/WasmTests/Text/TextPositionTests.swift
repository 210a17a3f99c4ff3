// Lines, columns and excerpts.

import Testing
import Wasm

private func excerpt(_ text: String, at offset: Int, width: Int = 40) -> [String] {
  Array(text.utf8).withUnsafeBytes {
    TextPosition.excerpt(around: offset, in: $0, width: width)
  }.split(separator: "\n").map { String($0.dropFirst(2)) }
}

@Suite struct TextPositionTests {
  @Test func linesAndColumns() {
    let text = Array("ab\ncß\r\nd\re".utf8)
    let found = text.withUnsafeBytes { text in
      [0, 2, 3, 4, 6, 8, 9, 10, 99].map { offset in
        let position = TextPosition(of: offset, in: text)
        return [position.line, position.column]
      }
    }
    #expect(
      found == [[1, 1], [1, 3], [2, 1], [2, 2], [2, 3], [3, 1], [3, 2], [4, 1], [4, 2]])
  }

  @Test func carets() {
    #expect(excerpt("one\n(two three)\n", at: 9) == ["(two three)", "     ^"])
    #expect(excerpt("\t\tx", at: 2) == ["    x", "    ^"])
    #expect(excerpt("日本 x", at: 7) == ["日本 x", "     ^"])
    #expect(
      excerpt("\u{1b}[31m\u{202e}x", at: 8) == ["\\u{1b}[31m\\u{202e}x", "                  ^"])
    #expect(excerpt("x", at: 1) == ["x", " ^"])
    #expect(excerpt("e\u{301}x", at: 3) == ["e\u{301}x", " ^"])
  }

  @Test(arguments: [0, 1, 500, 999_999])
  func longLinesAreCut(offset: Int) {
    let text = String(repeating: "a", count: offset) + "X" + String(repeating: "b", count: 10_000)
    let lines = excerpt(text, at: offset)
    #expect(lines[0].unicodeScalars.count <= 41)
    #expect(Array(lines[0])[lines[1].count - 1] == "X")
    #expect(lines[0].hasPrefix("…") == (offset > 26) && lines[0].hasSuffix("…"))
  }
}
