// Numbers as people read them, without a locale.

internal import Glibc

/// `value` with `places` digits after the point.
func decimal(_ value: Double, _ places: Int) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  let scale = pow(10, Double(places))
  let scaled = Int64((abs(value) * scale).rounded())
  let sign = value < 0 && scaled > 0 ? "-" : ""
  guard places > 0 else { return "\(sign)\(scaled)" }
  let digits = String(scaled)
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
  return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
}

/// Three digits that count, such as `1.25`, `12.5`, `125`.
func significant(_ value: Double) -> String {
  let magnitude = abs(value)
  if magnitude >= 99.95 { return decimal(value, 0) }
  if magnitude >= 9.995 { return decimal(value, 1) }
  return decimal(value, 2)
}

/// A time with its unit.
func seconds(_ value: Double) -> String {
  if value >= 0.9995 { return "\(significant(value)) s" }
  if value >= 0.0009995 { return "\(significant(value * 1000)) ms" }
  return "\(significant(value * 1_000_000)) µs"
}

/// A large number of things.
func count(_ value: Double) -> String {
  if value >= 1e9 { return "\(significant(value / 1e9)) G" }
  if value >= 1e6 { return "\(significant(value / 1e6)) M" }
  return decimal(value, 0)
}

/// A number of bytes with its unit.
func bytes(_ value: UInt64) -> String {
  let number = Double(value)
  if number >= 0x1p30 { return "\(significant(number / 0x1p30)) GiB" }
  if number >= 0x1p20 { return "\(significant(number / 0x1p20)) MiB" }
  if number >= 0x1p10 { return "\(significant(number / 0x1p10)) KiB" }
  return "\(value) B"
}
