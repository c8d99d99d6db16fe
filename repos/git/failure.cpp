#include "repos/git/failure.h"

#include <fmt/format.h>
#include <git2.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

namespace gander::repos {
namespace {

std::optional<ErrorKind> kindOfCode(int code) {
  switch (code) {
    case GIT_ENOTFOUND: return ErrorKind::kNotFound;
    case GIT_EAUTH:
    case GIT_ECERTIFICATE: return ErrorKind::kDenied;
    case GIT_EEXISTS:
    case GIT_ECONFLICT:
    case GIT_ELOCKED:
    case GIT_EMODIFIED:
    case GIT_EMERGECONFLICT:
    case GIT_ENONFASTFORWARD: return ErrorKind::kConflict;
    case GIT_EINVALIDSPEC:
    case GIT_EAMBIGUOUS:
    case GIT_EPEEL:
    case GIT_EINVALID: return ErrorKind::kInvalid;
    case GIT_EEOF: return ErrorKind::kUnavailable;
    case GIT_EMISMATCH: return ErrorKind::kCorrupt;
    default: return std::nullopt;
  }
}

// libgit2 drops errno but ends its sentence with the system's words for it.
std::optional<ErrorKind> kindOfSystemWords(std::string_view message) {
  constexpr std::array kCauses = {ENOSPC, EDQUOT, EFBIG, ENOMEM, EMFILE, ENFILE, EACCES, EPERM, EROFS, ENOENT, ENOTDIR};
  for (int cause : kCauses) {
    if (message.ends_with(std::strerror(cause))) return failErrno(cause, "").error().kind;
  }
  return std::nullopt;
}

// A server's refusal has no code of its own, only words.
ErrorKind kindOfServerWords(std::string_view message) {
  auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
  if (says("unsupported URL protocol")) return ErrorKind::kInvalid;
  if (says("status code: 404") || says("not exported") || says("not found")) return ErrorKind::kNotFound;
  if (says("status code: 401") || says("status code: 403") || says("authenticat") || says("access denied"))
    return ErrorKind::kDenied;
  return ErrorKind::kUnavailable;
}

ErrorKind kindOfClass(int errorClass, std::string_view message) {
  switch (errorClass) {
    case GIT_ERROR_NOMEMORY: return ErrorKind::kExhausted;
    case GIT_ERROR_NET:
    case GIT_ERROR_HTTP:
    case GIT_ERROR_SSL:
    case GIT_ERROR_SSH: return kindOfServerWords(message);
    case GIT_ERROR_OS: return ErrorKind::kUnavailable;
    case GIT_ERROR_ODB:
    case GIT_ERROR_OBJECT:
    case GIT_ERROR_TREE:
    case GIT_ERROR_ZLIB:
    case GIT_ERROR_INDEXER: return ErrorKind::kCorrupt;
    case GIT_ERROR_REFERENCE:
      return message.find("collides") != std::string_view::npos ? ErrorKind::kConflict : ErrorKind::kCorrupt;
    case GIT_ERROR_INVALID:
    case GIT_ERROR_CONFIG:
    case GIT_ERROR_REPOSITORY: return ErrorKind::kInvalid;
    default: return ErrorKind::kDefect;
  }
}

}  // namespace

std::unexpected<Error> failGit(int code, std::string_view doing) {
  int cause = errno;
  const git_error* last = git_error_last();
  bool silent = last == nullptr || last->message == nullptr;
  // the loose object's writer fails without a word, and leaves the system's
  if (silent && cause != 0) return failErrno(cause, doing);
  std::string message = silent ? fmt::format("libgit2 gives no reason (code {})", code) : last->message;
  int errorClass = last != nullptr ? last->klass : GIT_ERROR_NONE;
  git_error_clear();
  auto kind = errorClass == GIT_ERROR_NOMEMORY ? ErrorKind::kExhausted
                                               : kindOfSystemWords(message)
                                                     .or_else([&] { return kindOfCode(code); })
                                                     .value_or(kindOfClass(errorClass, message));
  return fail(kind, fmt::format("{}: {}", doing, message));
}

void forgetFailure() {
  git_error_clear();
  errno = 0;
}

void ensureGitStarted() {
  static const bool started = [] {
    git_libgit2_init();
    for (int level :
         {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL}) {
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    }
    // git asks who owns a repository since its settings can name programs to run; libgit2 runs none
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    return true;
  }();
  static_cast<void>(started);
}

}  // namespace gander::repos
