import Driver
import Testing

@Suite struct CommandLineValueTests {
  @Test(arguments: [
    ("0", 0), ("65536", 65536), ("512KiB", 512 << 10), ("8MiB", 8 << 20), ("8M", 8 << 20),
    ("1gib", 1 << 30), ("2MB", 2_000_000), ("7B", 7),
  ])
  func sizes(text: String, bytes: UInt64) {
    #expect(ByteSize(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "MiB", "-1", "1.5MiB", "8 MiB", "0x10", "99999999999999999999", "1TiB", "99999999999GiB",
  ])
  func notSizes(text: String) {
    #expect(ByteSize(text) == nil)
  }

  @Test func linkedModules() {
    #expect(LinkedModule("env=lib.wasm")?.name == "env")
    #expect(LinkedModule("env=a=b.wasm")?.path == "a=b.wasm")
    for text in ["", "=", "env", "env=", "=lib.wasm"] { #expect(LinkedModule(text) == nil) }
  }

  @Test func directoryGrants() {
    #expect(DirectoryGrant(".")?.grant.words == ["dir", ".", "."])
    #expect(DirectoryGrant("/tmp/x::/data")?.grant.words == ["dir", "/tmp/x", "/data"])
    #expect(DirectoryGrant("a:b::c:d")?.grant.words == ["dir", "a:b", "c:d"])
    #expect(DirectoryGrant("a::b::c")?.grant.words == ["dir", "a", "b::c"])
    #expect(DirectoryGrant("a:ro")?.grant.words == ["dir-ro", "a", "a"])
    #expect(DirectoryGrant("a::b:ro")?.grant.words == ["dir-ro", "a", "b"])
    #expect(DirectoryGrant("a:ro::b")?.grant.words == ["dir", "a:ro", "b"])
    #expect(DirectoryGrant("a::ro")?.grant.words == ["dir-ro", "a:", "a:"])
    for text in ["", "::", "a::", "::b", ":ro", "::b:ro", "a:::ro", "a::b:rw", "a::b:RO", "a:rw"] {
      #expect(DirectoryGrant(text) == nil, "\(text)")
    }
  }

  @Test func listeningSockets() {
    #expect(ListenAddress("127.0.0.1:80")?.grant.words == ["tcp-listen", "127.0.0.1:80"])
    #expect(ListenAddress("[::1]:65535")?.grant.words == ["tcp-listen", "[::1]:65535"])
    for text in [
      "", "80", ":80", "0.0.0.0:", "0.0.0.0:x", "0.0.0.0:65536", "0.0.0.0:-1", "0.0.0.0:+1",
      "localhost:80", "[::1:80", "::1:80",
    ] {
      #expect(ListenAddress(text) == nil, "\(text)")
    }
    #expect(ListenDescriptor("3")?.grant.words == ["listen-fd", "3"])
    for text in ["", "2", "-1", "x", "99999999999"] {
      #expect(ListenDescriptor(text) == nil, "\(text)")
    }
  }

  @Test func environmentGrants() {
    #expect(EnvironmentGrant("HOME")?.grant.words == ["env", "HOME"])
    #expect(EnvironmentGrant("A=B=C")?.grant.words == ["env", "A=B=C"])
    #expect(EnvironmentGrant("A=")?.grant.words == ["env", "A="])
    for text in ["", "=B"] { #expect(EnvironmentGrant(text) == nil) }
  }

  @Test func printableTextStaysOnItsLine() {
    #expect(printable("plain — ünïcode") == "plain — ünïcode")
    #expect(printable("a\nb\u{1b}[31m") == "a\\u{a}b\\u{1b}[31m")
    #expect(printable("x\u{202e}y") == "x\\u{202e}y")
  }
}
