#include "base/error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace gander {

std::string_view toString(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid: return "invalid";
    case ErrorKind::kNotFound: return "not found";
    case ErrorKind::kUnavailable: return "unavailable";
    case ErrorKind::kDenied: return "denied";
    case ErrorKind::kConflict: return "conflict";
    case ErrorKind::kExhausted: return "exhausted";
    case ErrorKind::kCorrupt: return "corrupt";
    case ErrorKind::kDefect: return "defect";
  }
  return "defect";
}

Error Error::withContext(std::string_view doing) const& { return {kind, fmt::format("{}: {}", doing, message)}; }

static ErrorKind kindOfErrno(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorKind::kDenied;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case EFBIG: return ErrorKind::kExhausted;
    case EEXIST: return ErrorKind::kConflict;
    case EISDIR:
    case EINVAL:
    case ENAMETOOLONG: return ErrorKind::kInvalid;
    default: return ErrorKind::kUnavailable;
  }
}

std::unexpected<Error> failErrno(int error, std::string_view doing) {
  return fail(kindOfErrno(error), fmt::format("{}: {}", doing, std::strerror(error)));
}

}  // namespace gander
