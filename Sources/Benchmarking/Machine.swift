// The machine that was measured on, and how quiet it was.
//
// Reads files of /proc and /sys; what cannot be read is left out.

internal import FoundationEssentials
internal import Glibc

/// What a reader needs to know of the machine.
public struct Machine: Codable, Hashable, Sendable {
  public var processor: String?
  /// Processors in use.
  public var cores: Int
  /// Bytes.
  public var memory: UInt64?
  public var kernel: String?
  public var system: String?
  public var isVirtual: Bool
  /// How the kernel chooses the frequency.
  public var governor: String?
  public var start: Moment
  public var end: Moment

  /// What changes while programs run.
  public struct Moment: Codable, Hashable, Sendable {
    /// Processes that ran or waited for a processor, averaged over a minute.
    public var load: Double?
    public var megahertz: Double?
    /// Seconds since the machine's start, summed over processors: in all, and those that a
    /// hypervisor gave to others.
    public var seconds: Double?
    public var stolen: Double?

    /// Now.
    public static func now(processor: Int?) -> Moment {
      let number = processor ?? 0
      let folder = "/sys/devices/system/cpu/cpu\(number)/cpufreq"
      let kilohertz = Machine.line("\(folder)/scaling_cur_freq").flatMap { Double($0) }
      let cpuinfo = Machine.values("/proc/cpuinfo", "cpu MHz")
      let times = (Machine.line("/proc/stat") ?? "").split(separator: " ").dropFirst()
        .compactMap { Double($0) }
      let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
      return Moment(
        load: Machine.line("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) },
        megahertz: kilohertz.map { $0 / 1000 }
          ?? (cpuinfo.indices.contains(number) ? Double(cpuinfo[number]) : nil),
        // User, nice, system, idle, iowait, irq, softirq, steal; guests are in user.
        seconds: times.count >= 8 ? times.prefix(8).reduce(0, +) / ticks : nil,
        stolen: times.count >= 8 ? times[times.startIndex + 7] / ticks : nil)
    }
  }

  /// This machine, now.
  ///
  /// - Parameter processor: the one that programs are kept on.
  public static func current(processor: Int?) -> Machine {
    let moment = Moment.now(processor: processor)
    let flags = values("/proc/cpuinfo", "flags").first ?? ""
    let folder = "/sys/devices/system/cpu/cpu\(processor ?? 0)/cpufreq"
    let name = values("/etc/os-release", "PRETTY_NAME", separator: "=").first
    let memory = values("/proc/meminfo", "MemTotal").first?.split(separator: " ").first
    return Machine(
      processor: values("/proc/cpuinfo", "model name").first,
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)),
      memory: memory.flatMap { UInt64($0) }.map { $0 * 1024 },
      kernel: line("/proc/sys/kernel/osrelease"),
      system: name.map { String($0.filter { $0 != "\"" }) },
      isVirtual: flags.split(separator: " ").contains("hypervisor"),
      governor: line("\(folder)/scaling_governor"), start: moment, end: moment)
  }

  /// What makes the times doubtful, a sentence each.
  public var doubts: [String] {
    var result: [String] = []
    if let load = start.load, load > 0.5 {
      result.append(
        "The machine was busy at the start: a load of \(decimal(load, 1)) on \(cores) processors.")
    }
    if let before = start.stolen, let after = end.stolen, let from = start.seconds,
      let to = end.seconds, to > from, (after - before) / (to - from) > 0.01
    {
      let share = 100 * (after - before) / (to - from)
      result.append("The hypervisor gave \(decimal(share, 1)) % of the time to other machines.")
    }
    if let governor, governor != "performance" {
      result.append("The frequency was chosen by the governor \(governor), not held.")
    }
    if let before = start.megahertz, let after = end.megahertz, before > 0,
      abs(after / before - 1) > 0.05
    {
      result.append(
        "The frequency went from \(decimal(before, 0)) to \(decimal(after, 0)) MHz.")
    }
    return result
  }

  /// The most memory that the process `identifier` has had, in bytes.
  static func peakMemory(of identifier: Int32) -> UInt64? {
    values("/proc/\(identifier)/status", "VmHWM").first?.split(separator: " ").first
      .flatMap { UInt64($0) }.map { $0 * 1024 }
  }

  /// The first line of a small file.
  fileprivate static func line(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init)
  }

  /// The values of the lines `key: value`.
  fileprivate static func values(
    _ path: String, _ key: String, separator: Character = ":"
  ) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").compactMap { line in
      let parts = line.split(separator: separator, maxSplits: 1)
      guard parts.count == 2, trimmed(parts[0]) == key else { return nil }
      return trimmed(parts[1])
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let isBlank = { (character: Character) in character == " " || character == "\t" }
    let rest = text.drop(while: isBlank)
    guard let last = rest.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(rest[...last])
  }
}
