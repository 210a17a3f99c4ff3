// Input and output for the Swift programs: through WASI where Swift is embedded and there is no
// C library, and through the C library elsewhere, so that the same program runs natively.

#if hasFeature(Embedded)
  private struct Buffer {
    var start: UInt32
    var count: UInt32
  }

  @_extern(wasm, module: "wasi_snapshot_preview1", name: "fd_read")
  @_extern(c)
  private func fdRead(
    _ descriptor: Int32, _ buffers: UnsafeRawPointer, _ count: Int32,
    _ result: UnsafeMutablePointer<UInt32>
  ) -> Int32

  @_extern(wasm, module: "wasi_snapshot_preview1", name: "fd_write")
  @_extern(c)
  private func fdWrite(
    _ descriptor: Int32, _ buffers: UnsafeRawPointer, _ count: Int32,
    _ result: UnsafeMutablePointer<UInt32>
  ) -> Int32

  private func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    var buffer = Buffer(
      start: UInt32(UInt(bitPattern: bytes.baseAddress)), count: UInt32(bytes.count))
    var result: UInt32 = 0
    return fdRead(0, &buffer, 1, &result) == 0 ? Int(result) : 0
  }

  private func write(from bytes: UnsafeRawBufferPointer) -> Int {
    var buffer = Buffer(
      start: UInt32(UInt(bitPattern: bytes.baseAddress)), count: UInt32(bytes.count))
    var result: UInt32 = 0
    return fdWrite(1, &buffer, 1, &result) == 0 ? Int(result) : 0
  }
#else
  import Glibc

  private func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
    max(0, Glibc.read(0, bytes.baseAddress, bytes.count))
  }

  private func write(from bytes: UnsafeRawBufferPointer) -> Int {
    max(0, Glibc.write(1, bytes.baseAddress, bytes.count))
  }
#endif

/// All of standard input.
func readInput() -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 4096)
  while true {
    let got = chunk.withUnsafeMutableBytes { read(into: $0) }
    if got == 0 { return bytes }
    bytes.append(contentsOf: chunk[..<got])
  }
}

/// Writes a line to standard output.
func line(_ text: String) {
  var text = text + "\n"
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let written = write(from: rest)
      if written == 0 { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}

/// The text, right-aligned.
func padded(_ text: String, to width: Int, with pad: Character = " ") -> String {
  String(repeating: pad, count: max(0, width - text.utf8.count)) + text
}

/// The value with so many digits after the point, for values far below 2^63.
func fixed(_ value: Double, _ digits: Int) -> String {
  var scale = 1
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int64((value.magnitude * Double(scale)).rounded(.toNearestOrEven))
  let whole = scaled / Int64(scale)
  let fraction = scaled % Int64(scale)
  return (value < 0 ? "-" : "") + "\(whole)." + padded("\(fraction)", to: digits, with: "0")
}

/// The logarithm to base 2, from the exponent and a series over the significand.
func log2(_ value: Double) -> Double {
  let ratio = (value.significand - 1) / (value.significand + 1)
  let square = ratio * ratio
  var term = ratio
  var sum = 0.0
  for n in 0..<40 {
    sum += term / Double(2 * n + 1)
    term *= square
  }
  return Double(value.exponent) + 2 * sum / 0.693147180559945309417
}
