#include "sandbox/bubblewrap/system_calls.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gander::sandbox {
namespace {

#if defined(__x86_64__)
constexpr uint32_t kMachine = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kMachine = AUDIT_ARCH_AARCH64;
#elif defined(__riscv) && __riscv_xlen == 64
constexpr uint32_t kMachine = AUDIT_ARCH_RISCV64;
#else
#error "the sandbox's filter of system calls does not know this machine: add its AUDIT_ARCH"
#endif

// Numbers with this bit are x86-64's second set (x32); no other machine has so many calls.
constexpr uint32_t kSecondSet = 0x40000000;

constexpr std::array<uint32_t, 11> kRefused = {
    SYS_add_key,
    SYS_request_key,
    SYS_keyctl,
    SYS_bpf,
    SYS_io_uring_setup,
    SYS_io_uring_enter,
    SYS_io_uring_register,
    SYS_userfaultfd,
    SYS_perf_event_open,
    SYS_open_by_handle_at,
    SYS_kexec_load,
};

sock_filter load(size_t offset) { return BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
sock_filter answer(uint32_t action) { return BPF_STMT(BPF_RET | BPF_K, action); }
// Goes on with the next instruction if the comparison holds, else skips it.
sock_filter nextIf(uint16_t comparison, uint32_t value) {
  return BPF_JUMP(static_cast<uint16_t>(BPF_JMP | comparison | BPF_K), value, 0, 1);
}

}  // namespace

std::string systemCallFilter() {
  constexpr uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;
  std::vector<sock_filter> program = {load(offsetof(seccomp_data, arch)),
                                      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kMachine, 1, 0),
                                      answer(kRefuse),
                                      load(offsetof(seccomp_data, nr)),
                                      nextIf(BPF_JGE, kSecondSet),
                                      answer(kRefuse)};
  for (uint32_t call : kRefused) {
    program.push_back(nextIf(BPF_JEQ, call));
    program.push_back(answer(kRefuse));
  }
  program.push_back(answer(SECCOMP_RET_ALLOW));
  return {reinterpret_cast<const char*>(program.data()), program.size() * sizeof(sock_filter)};
}

}  // namespace gander::sandbox
