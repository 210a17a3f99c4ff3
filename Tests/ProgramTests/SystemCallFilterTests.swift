// The filter of system calls allows what the table says, and nothing else.

import Testing

import RuntimeABI
@testable import Program

struct SystemCallFilterTests {
  /// What the kernel shows a filter.
  private struct CallData {
    var number: UInt32
    var architecture: UInt32 = 0xc000_003e
    var arguments: [UInt64] = Array(repeating: 0, count: 6)

    func load(_ offset: UInt32) -> UInt32 {
      switch offset {
      case 0: return number
      case 4: return architecture
      default:
        let argument = arguments[Int(offset - 16) / 8]
        return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
      }
    }
  }

  /// Runs the filter as the kernel does.
  private func verdict(_ filter: SystemCallFilter, _ data: CallData) -> UInt32 {
    var accumulator: UInt32 = 0
    var position = 0
    while true {
      let instruction = filter.instructions[position]
      position += 1
      func jump(_ holds: Bool) -> Int {
        Int(holds ? instruction.ifTrue : instruction.ifFalse)
      }
      switch instruction.code {
      case SystemCallFilter.Code.load: accumulator = data.load(instruction.operand)
      case SystemCallFilter.Code.and: accumulator &= instruction.operand
      case SystemCallFilter.Code.jump: position += Int(instruction.operand)
      case SystemCallFilter.Code.jumpIfEqual: position += jump(accumulator == instruction.operand)
      case SystemCallFilter.Code.jumpIfAtLeast:
        position += jump(accumulator >= instruction.operand)
      case SystemCallFilter.Code.return: return instruction.operand
      default:
        Issue.record("the kernel knows no instruction \(instruction.code)")
        return 0
      }
    }
  }

  private func allows(_ filter: SystemCallFilter, _ data: CallData) -> Bool {
    let result = verdict(filter, data)
    #expect(result == SystemCallFilter.Verdict.allow || result == SystemCallFilter.Verdict.kill)
    return result == SystemCallFilter.Verdict.allow
  }

  private static let everything = SystemCallNeeds(mayOpenDirectories: true) { _ in true }

  /// The functions that generated code calls, those of WASI apart.
  private var runtimeFunctions: [String] {
    var count = 0
    guard let functions = apus_runtime_functions(&count) else { return [] }
    return UnsafeBufferPointer(start: functions, count: count).map { String(cString: $0.name) }
  }

  /// Functions that work on what the process holds already.
  private static let withoutCalls: Set = [
    "apus_wasi_args_get", "apus_wasi_args_sizes_get", "apus_wasi_environ_get",
    "apus_wasi_environ_sizes_get", "apus_wasi_fd_prestat_get", "apus_wasi_fd_prestat_dir_name",
    "apus_wasi_proc_raise", "apus_memory_initialize", "apus_table_grow",
    // They end the program, or print as every program may; scripts are not confined.
    "apus_wasi_proc_exit", "apus_trap", "apus_trap_unresolved", "apus_script_run",
  ]

  @Test func `every row is about a function, and every function has one or calls nothing`() {
    let known = HostFunction.all.map(\.symbol) + runtimeFunctions
    let rows = Set(SystemCallNeeds.functions.filter { !$0.isEmpty })
    #expect(rows.subtracting(known).isEmpty)
    #expect(Set(known).subtracting(rows) == Self.withoutCalls)
  }

  @Test func `each call alone is allowed and no other number is`() {
    for function in HostFunction.all {
      let needs = SystemCallNeeds(mayOpenDirectories: true) { $0 == function.symbol }
      let filter = SystemCallFilter(needs)
      let free = Set(needs.calls.filter(\.isUnconditional).map(\.number))
      let conditional = Set(needs.calls.filter { !$0.isUnconditional }.map(\.number))
      for number: UInt32 in 0..<600 where !conditional.contains(number) {
        #expect(allows(filter, CallData(number: number)) == free.contains(number), "\(number)")
        #expect(!allows(filter, CallData(number: number | 0x4000_0000)))
        #expect(!allows(filter, CallData(number: number, architecture: 0x4000_0003)))
      }
    }
  }

  @Test func `a program that computes and prints gets a handful`() {
    let needs = SystemCallNeeds(mayOpenDirectories: false) {
      $0 == "apus_wasi_fd_write" || $0 == "apus_wasi_proc_exit"
    }
    #expect(
      needs.calls.map(\.name) == ["write", "fstat", "ioctl", "writev", "fcntl", "exit_group"])
    #expect(SystemCallFilter(needs).instructions.count < 30)
  }

  @Test func `all of them make a filter that the kernel takes`() {
    let filter = SystemCallFilter(Self.everything)
    #expect(filter.instructions.count < 1000)
    for call in Self.everything.calls where call.isUnconditional {
      #expect(allows(filter, CallData(number: call.number)), "\(call.name)")
    }
    for name in ["socket", "execve", "fork", "open", "kill", "prctl", "ptrace", "memfd_create"] {
      #expect(!Self.everything.calls.contains { $0.name == name })
    }
  }

  @Test func `arguments are looked at`() {
    let filter = SystemCallFilter(Self.everything)
    func allowsCall(_ number: UInt32, _ arguments: [UInt64]) -> Bool {
      let rest = Array(repeating: UInt64(0), count: 6 - arguments.count)
      return allows(filter, CallData(number: number, arguments: arguments + rest))
    }
    let (mmap, mprotect, ioctl, fcntl): (UInt32, UInt32, UInt32, UInt32) = (9, 10, 16, 72)
    #expect(allowsCall(mmap, [0, 4096, 3, 0x22]))
    #expect(allowsCall(mmap, [0, 4096, 3, 0x104022]))
    for protection: UInt64 in [1, 2, 4, 5, 7] {
      #expect(!allowsCall(mmap, [0, 4096, protection, 0x22]))
    }
    for flags: UInt64 in [0x02, 0x21, 0x32] { #expect(!allowsCall(mmap, [0, 4096, 3, flags])) }
    #expect(allowsCall(mprotect, [0x1000_0000, 65536, 3]))
    #expect(!allowsCall(mprotect, [0x1000_0000, 65536, 7]))
    #expect(allowsCall(ioctl, [0, 0x5413]) && allowsCall(ioctl, [0, 0x541b]))
    #expect(!allowsCall(ioctl, [0, 0x5412]))
    #expect(allowsCall(fcntl, [0, 1]) && allowsCall(fcntl, [0, 3]) && allowsCall(fcntl, [0, 4]))
    #expect(!allowsCall(fcntl, [0, 0]))
    #expect(allowsCall(56, [0x7d0f00]) && !allowsCall(56, [17]))
  }

  @Test func `only linear memories change their protection`() {
    let needs = SystemCallNeeds(mayOpenDirectories: false) { $0 == "apus_memory_grow" }
    let filter = SystemCallFilter(needs)
    func allowsChange(_ address: UInt64, _ protection: UInt64) -> Bool {
      allows(filter, CallData(number: 10, arguments: [address, 65536, protection, 0, 0, 0]))
    }
    #expect(allowsChange(0x1000_0000, 3) && allowsChange(0x29ff_ffff_0000, 3))
    for address: UInt64 in [0x2a00_0000_0000, 0x5555_5555_0000, 0x7fff_0000_0000] {
      #expect(!allowsChange(address, 3))
    }
    for protection: UInt64 in [0, 1, 4, 5, 7] { #expect(!allowsChange(0x1000_0000, protection)) }
  }

  @Test func `only standard error may be written to where nothing else is`() {
    let filter = SystemCallFilter(SystemCallNeeds(mayOpenDirectories: false) { _ in false })
    #expect(allows(filter, CallData(number: 1, arguments: [2, 0, 0, 0, 0, 0])))
    #expect(!allows(filter, CallData(number: 1, arguments: [1, 0, 0, 0, 0, 0])))
  }
}
