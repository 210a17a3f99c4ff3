// What script programs report, read back.

import Testing

@testable import Program

struct ScriptLogTests {
  private let value = "0102030405060708090a0b0c0d0e0f10"

  @Test func `each kind of line`() {
    let log = ScriptLog(
      Array(
        "0 returned\n1 returned \(value) \(value)\n2 trapped call stack exhausted\n7 failed no\n"
          .utf8))
    let expected = ScriptValue(low: 0x0807_0605_0403_0201, high: 0x100f_0e0d_0c0b_0a09)
    #expect(log.events.count == 4)
    #expect(log.events[0] == .returned([]))
    #expect(log.events[1] == .returned([expected, expected]))
    #expect(log.events[2] == .trapped("call stack exhausted"))
    #expect(log.events[7] == .failed("no"))
  }

  @Test func `what is cut off or is no line is left out`() {
    let log = ScriptLog(
      Array("0 returned\nnoise\n\n1\n2 returned 00\n3 returned \(value)x\n4 returned \(value)".utf8)
    )
    #expect(log.events.count == 1)
  }

  @Test func `a value is its bytes`() {
    let value = ScriptValue(low: 0x0123_4567_89ab_cdef, high: 1)
    #expect(ScriptValue(bytes: value.bytes) == value)
    #expect(ScriptValue(bytes: [1, 2]) == nil)
  }
}
