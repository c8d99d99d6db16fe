// How the program ends: the one place where a kind of error becomes an exit status.
#pragma once

#include "base/error.h"

namespace gander::cli {

enum class ExitStatus {
  kDone = 0,
  kAsksForPerson = 1,  // done, but something asks for a person: a listed site, a failed target
  kWrongInput = 2,     // a wrong document, argument or setting
  kUnavailable = 3,    // the outside is not available: a remote, a program, room on a disk
  kDefect = 4,         // a defect of gander
};

constexpr ExitStatus exitStatusOf(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid:
    case ErrorKind::kNotFound:
    case ErrorKind::kConflict: return ExitStatus::kWrongInput;
    case ErrorKind::kUnavailable:
    case ErrorKind::kDenied:
    case ErrorKind::kExhausted: return ExitStatus::kUnavailable;
    case ErrorKind::kCorrupt:
    case ErrorKind::kDefect: return ExitStatus::kDefect;
  }
  return ExitStatus::kDefect;
}

}  // namespace gander::cli
