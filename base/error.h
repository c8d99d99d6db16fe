// One vocabulary of failure for the whole tree.
//
// An error is a kind for the program and a sentence for the person. The sentence says what is wrong and what to do; each
// caller adds what it was doing on the way up: `fetch acme/api: connection timed out`. Kinds become exit statuses in cli/,
// and a retry policy in fleet/; nothing else switches on them. Nothing throws across a part's face.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace gander {

enum class ErrorKind {
  kInvalid,      // what the user gave is wrong: a document, an argument, a setting
  kNotFound,     // what was named is not there
  kUnavailable,  // the outside does not answer, or not now: a remote, a missing program
  kDenied,       // the outside refuses: permissions, credentials
  kConflict,     // somebody else was faster, or a state does not allow it
  kExhausted,    // a budget ran out: disk, memory, time
  kCorrupt,      // data of our own that cannot be read back
  kDefect,       // a defect of gander itself
};

std::string_view toString(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::kDefect;
  std::string message;  // one or more lines of `what: why`, no trailing newline, never a secret

  // Before: "connection timed out"   After: "fetch acme/api: connection timed out"
  Error withContext(std::string_view doing) const&;
};

template <typename T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected<Error>(Error{kind, std::move(message)});
}

// The sentence for a C library's errno, with the kind that fits it (ENOSPC is kExhausted, EACCES is kDenied, ...).
std::unexpected<Error> failErrno(int error, std::string_view doing);

}  // namespace gander

#define GANDER_CONCAT_(a, b) a##b
#define GANDER_CONCAT(a, b) GANDER_CONCAT_(a, b)

// GANDER_TRY(auto text, readFile(path)): binds the value, or returns the error to the caller.
#define GANDER_TRY(declaration, expression) \
  GANDER_TRY_(GANDER_CONCAT(gander_result_, __LINE__), declaration, expression)
#define GANDER_TRY_(result, declaration, expression)              \
  auto result = (expression);                                     \
  if (!result) return std::unexpected(std::move(result.error())); \
  declaration = std::move(*result)

// GANDER_CHECK(writeFile(path, text)): returns the error to the caller; the value, if there is one, is dropped.
#define GANDER_CHECK(expression)                                                                                     \
  do {                                                                                                               \
    if (auto gander_status = (expression); !gander_status) return std::unexpected(std::move(gander_status.error())); \
  } while (false)
