// What the code generator may take from the machine.
//
// A module that LLVM needs too much for ends this process, not the machine.

import Glibc

enum Limits {
  /// Limits this process.
  static func apply() {
    // A crash is reported by `apus`; nobody wants the core.
    set(RLIMIT_CORE, to: 0)
    // Address space: what the machine has, so that it never swaps on our account.
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let pageSize = sysconf(Int32(_SC_PAGESIZE))
    if pages > 0, pageSize > 0 {
      set(RLIMIT_AS, to: max(rlim_t(pages) * rlim_t(pageSize), 4 << 30))
    }
    // LLVM recurses over what it compiles. The kernel keeps 128 MiB below the main
    // thread's stack free, whatever the limit was at start.
    set(RLIMIT_STACK, to: 112 << 20)
  }

  /// Sets the limit that counts, as far as the hard limit allows.
  private static func set(_ resource: __rlimit_resource, to value: rlim_t) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(resource.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(value, limit.rlim_max)
    setrlimit(resource, &limit)
  }
}
