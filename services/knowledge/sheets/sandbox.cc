#include "services/knowledge/sheets/sandbox.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <seccomp.h>
#include <sys/mman.h>
#include <sys/resource.h>

// Sanitizers map terabytes and make system calls of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HOTLINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HOTLINE_SANITIZED 1
#endif
#endif

namespace hotline::knowledge::sheets {
namespace {

#ifdef HOTLINE_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

bool Limit(__rlimit_resource_t resource, rlim_t value, rlim_t beyond = 0) {
  const rlimit limit{value, value + beyond};
  return setrlimit(resource, &limit) == 0;
}

constexpr std::array kAllowed = {
    SCMP_SYS(read),      SCMP_SYS(write),
    SCMP_SYS(pread64),   SCMP_SYS(lseek),
    SCMP_SYS(fstat),     SCMP_SYS(newfstatat),
    SCMP_SYS(dup),       SCMP_SYS(fcntl),
    SCMP_SYS(close),     SCMP_SYS(brk),
    SCMP_SYS(munmap),    SCMP_SYS(mremap),
    SCMP_SYS(madvise),   SCMP_SYS(futex),
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime),
    SCMP_SYS(exit),      SCMP_SYS(exit_group),
    SCMP_SYS(getpid),    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(statx),     SCMP_SYS(rt_sigreturn),
};

// Memory, but none that can be run.
bool AllowMemory(scmp_filter_ctx filter) {
  const scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code) == 0;
}

}  // namespace

bool LimitProcess(const ReaderLimits& limits) {
  constexpr rlim_t kMib = 1U << 20U;
  constexpr rlim_t kFilesMax = 16;
  std::signal(SIGXFSZ, SIG_IGN);  // a write beyond the limit fails instead, and can be told
  return (kSanitized || Limit(RLIMIT_AS, static_cast<rlim_t>(limits.memory_mib) * kMib)) &&
         // SIGXCPU, which says what it was; a second later SIGKILL.
         Limit(RLIMIT_CPU, static_cast<rlim_t>(limits.cpu_seconds), 1) &&
         Limit(RLIMIT_FSIZE, static_cast<rlim_t>(limits.output_mib) * kMib) &&
         Limit(RLIMIT_NOFILE, kFilesMax) && (kSanitized || Limit(RLIMIT_NPROC, 0)) &&
         Limit(RLIMIT_CORE, 0);
}

bool CloseSandbox() {
  if (kSanitized) return true;
  // What is not named fails with EPERM: a library that only tries goes on without.
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  if (filter == nullptr) return false;
  bool sound = AllowMemory(filter);
  for (const int call : kAllowed) {
    // Negative: a call that this architecture does not have.
    if (call >= 0) sound = sound && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
  }
  sound = sound && seccomp_load(filter) == 0;  // sets "no new privileges" by itself
  seccomp_release(filter);
  return sound;
}

}  // namespace hotline::knowledge::sheets
