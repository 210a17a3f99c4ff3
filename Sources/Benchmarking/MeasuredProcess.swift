// Runs one process and measures it: the clock, what the kernel counts for it, the
// hardware's counters where they may be read, and the time between its own marks.
//
// The clock starts before the process is made and stops when it is over, which a poll of
// its descriptor tells at once. What the kernel counts as peak memory has a floor: a process
// begins as a copy of the one that starts it. Below that floor it must be watched.

internal import CLinux
internal import Glibc

/// A process to run.
struct MeasuredProcess {
  /// The first is the file; without a slash it is looked up in `PATH`.
  var arguments: [String]
  var folder: String
  var input = "/dev/null"
  var output = "/dev/null"
  var errors = "/dev/null"
  /// The file that gets the time between marks.
  var marks: String?
  /// Seconds.
  var limit: Double
  /// Whether hardware counters are read.
  var counts = false
  /// Whether its memory is looked at now and then, which costs it some time.
  var watchesMemory = false

  enum End: Hashable {
    case exited(Int32)
    case signalled(Int32)
    case timedOut
    /// The user wants no more.
    case interrupted
    case notStarted(String)
  }

  /// Runs it to its end, or to a limit.
  func run() -> (end: End, sample: BenchmarkResults.Sample) {
    var sample = BenchmarkResults.Sample(wall: 0, user: 0, system: 0, peakMemory: 0)
    guard let path = findProgram(arguments.first ?? "") else {
      return (.notStarted("\(arguments.first ?? ""): no such program"), sample)
    }
    let counters = HardwareCounters(enabled: counts && HardwareCounters.areThere)
    let start = Self.now()
    var child: pid_t = 0
    let error = spawn(path, &child)
    guard error == 0 else {
      _ = counters.end()
      return (.notStarted("\(path): \(String(cString: strerror(error)))"), sample)
    }
    // A program gone wild must not fill the disk; it gets SIGXFSZ.
    _ = apus_limit_file_sizes(child, 1 << 30)
    var watched: UInt64?
    let reason = wait(for: child, since: start, &watched)
    sample.wall = Self.now() - start
    // The group: what a script has started goes with it.
    kill(-child, SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    while wait4(child, &status, 0, &usage) < 0, errno == EINTR {}
    func time(_ value: timeval) -> Double { Double(value.tv_sec) + Double(value.tv_usec) / 1e6 }
    sample.user = time(usage.ru_utime)
    sample.system = time(usage.ru_stime)
    sample.peakMemory = UInt64(usage.ru_maxrss) * 1024
    if let watched, sample.peakMemory <= Self.memoryFloor { sample.peakMemory = watched }
    (sample.instructions, sample.cycles) = counters.end()
    if let reason { return (reason, sample) }
    let signal = status & 0x7f
    return (signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal), sample)
  }

  /// Starts it in a group of its own, so that a limit ends all of it.
  private func spawn(_ path: String, _ child: inout pid_t) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o600)
    if let marks { posix_spawn_file_actions_addopen(&actions, 3, marks, writing, 0o600) }
    posix_spawn_file_actions_addchdir_np(&actions, folder)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))

    var words = ([path] + arguments.dropFirst()).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    guard marks != nil else {
      return posix_spawn(&child, path, &actions, &attributes, &words, apus_environ())
    }
    var variables: [UnsafeMutablePointer<CChar>?] = []
    var variable = apus_environ()
    while let text = variable?.pointee {
      if strncmp(text, "APUS_BENCH_FD=", 14) != 0 { variables.append(text) }
      variable = variable?.advanced(by: 1)
    }
    let own = strdup("APUS_BENCH_FD=3")
    defer { free(own) }
    variables += [own, nil]
    return posix_spawn(&child, path, &actions, &attributes, &words, variables)
  }

  /// Returns when `child` is over, or why it must be ended.
  private func wait(
    for child: pid_t, since start: Double, _ watched: inout UInt64?
  ) -> End? {
    let descriptor = apus_open_process(child)
    guard descriptor >= 0 else { return .notStarted("the kernel has no pidfd_open") }
    defer { close(descriptor) }
    while true {
      if InterruptRequest.isMade { return .interrupted }
      let left = start + limit - Self.now()
      if left <= 0 { return .timedOut }
      var events = [
        pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        pollfd(fd: InterruptRequest.descriptor, events: Int16(POLLIN), revents: 0),
      ]
      if watchesMemory { watched = Machine.peakMemory(of: child) ?? watched }
      let milliseconds = Int32(min(left * 1000 + 1, watchesMemory ? 2 : 1e6))
      if poll(&events, 2, milliseconds) > 0, events[0].revents != 0 { return nil }
    }
  }

  /// The peak of this process, which those that it starts begin with.
  static var memoryFloor: UInt64 {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return UInt64(usage.ru_maxrss) * 1024
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// Whether the user has pressed Ctrl-C. The first time ends the measuring, and what was
/// measured is kept; the second ends the process, but not at once: timeout(1) and shells may
/// send a signal twice.
public enum InterruptRequest {
  /// A pipe that the handler writes to, so that a poll ends.
  nonisolated(unsafe) private static let pipe: UnsafeMutablePointer<Int32> = {
    let ends = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
    ends.initialize(repeating: -1, count: 2)
    _ = pipe2(ends, O_CLOEXEC | O_NONBLOCK)
    return ends
  }()

  /// When it was made.
  nonisolated(unsafe) private static let time: UnsafeMutablePointer<timespec> = {
    let time = UnsafeMutablePointer<timespec>.allocate(capacity: 1)
    time.initialize(to: timespec())
    return time
  }()

  static var descriptor: Int32 { pipe[0] }

  static var isMade: Bool {
    var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&event, 1, 0) > 0 && event.revents & Int16(POLLIN) != 0
  }

  /// Listens, from here on.
  public static func install() {
    _ = (pipe[0], time.pointee)
    // Whoever started this process may have left them blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      _ = apus_notice_signal(signal) { signal in
        let saved = errno
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        if !InterruptRequest.isMade {
          InterruptRequest.time.pointee = now
        } else if now.tv_sec > InterruptRequest.time.pointee.tv_sec + 1 {
          _ = Glibc.signal(signal, SIG_DFL)
          raise(signal)
        }
        write(InterruptRequest.pipe[1], "!", 1)
        errno = saved
      }
    }
  }

  /// Takes the request back, for tests.
  static func clear() {
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {}
  }

  /// Makes the request, for tests.
  static func make() { write(pipe[1], "!", 1) }
}
