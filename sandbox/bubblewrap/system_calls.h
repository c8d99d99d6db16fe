// The system calls that are refused inside, as a seccomp filter.
//
// Namespaces don't cover them: the keyring of gander's login session is inherited and holds secrets, and bpf, io_uring and
// userfaultfd are doors into the kernel that no build needs.
#pragma once

#include <string>

namespace gander::sandbox {

// The bytes of a program for SECCOMP_SET_MODE_FILTER (an array of struct sock_filter). Refused calls fail with EPERM, and so
// do all calls of a foreign machine (32-bit programs), whose numbers mean something else.
std::string systemCallFilter();

}  // namespace gander::sandbox
