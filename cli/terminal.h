// What people see: colours where standard output is a terminal, and a run's progress on standard error.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/environment.h"
#include "fleet/fleet.h"

namespace gander::cli {

// Text of a repository as it may be shown: control characters, which could drive the terminal, as '?'. Line ends and tabs stay.
std::string printable(std::string_view text);

class Style {
 public:
  explicit Style(bool colours) : colours_(colours) {}
  bool colours() const { return colours_; }
  std::string bold(std::string_view text) const { return wrap("1", text); }
  std::string dim(std::string_view text) const { return wrap("2", text); }
  std::string good(std::string_view text) const { return wrap("32", text); }
  std::string bad(std::string_view text) const { return wrap("31", text); }
  std::string attention(std::string_view text) const { return wrap("33", text); }

 private:
  std::string wrap(std::string_view code, std::string_view text) const;
  bool colours_;
};

// A unified diff, its lines coloured; byte for byte as it is where there are no colours, so that it can be applied.
std::string styleDiff(std::string_view diff, const Style& style);

// The word for a state in its colour.
std::string styleState(fleet::TargetState state, const Style& style);

void printOut(std::string_view text);  // standard output, as it is
void printErr(std::string_view text);  // standard error

// The progress of a run: on a terminal a line for each target, changed in place; elsewhere a line for each change.
class RunProgress final : public fleet::Observer {
 public:
  explicit RunProgress(const Environment& environment) : environment_(environment) {}
  void onTarget(const std::string& repository, fleet::TargetState state, const std::string& detail) override;

 private:
  void redraw();

  const Environment& environment_;
  std::vector<std::string> order_;
  std::map<std::string, std::string> lines_;
  size_t drawn_ = 0;    // lines on the terminal that are ours
  bool plain_ = false;  // more targets than rows: from here on a line for each change
};

}  // namespace gander::cli
