#include "tests/rewriter/sql/edited_text.h"

namespace gander::rewriter::sql::generated {
namespace {

std::string place(ByteRange range) { return std::to_string(range.begin) + "-" + std::to_string(range.end); }

template <typename Items>
std::string wrongIn(std::string_view text, const Items& items, std::string_view what) {
  for (const auto& item : items) {
    if (item.range.begin > item.range.end || item.range.end > text.size())
      return std::string(what) + " out of the text: " + place(item.range);
    if (&item == &items.front()) continue;
    const ByteRange before = (&item)[-1].range;
    if (item.range.begin < before.begin) return std::string(what) + " not sorted: " + place(item.range);
  }
  return {};
}

}  // namespace

std::string wrongRanges(std::string_view text, const SqlResult& result) {
  if (auto wrong = wrongIn(text, result.edits, "edit"); !wrong.empty()) return wrong;
  if (auto wrong = wrongIn(text, result.judged, "judged name"); !wrong.empty()) return wrong;
  for (size_t i = 1; i < result.edits.size(); ++i) {
    const ByteRange before = result.edits[i - 1].range;
    const ByteRange range = result.edits[i].range;
    if (range.begin < before.end || range == before) return "edits overlap: " + place(before) + " and " + place(range);
  }
  return {};
}

std::string editedText(std::string_view text, const SqlResult& result) {
  std::string out;
  size_t done = 0;
  for (const SqlEdit& edit : result.edits) {
    out += text.substr(done, edit.range.begin - done);
    out += edit.now;
    done = edit.range.end;
  }
  return out.append(text.substr(done));
}

std::string show(std::string_view text, const SqlResult& result) {
  std::string out;
  const auto quoted = [&](ByteRange range) {
    return place(range) + " '" + std::string(text.substr(range.begin, range.size())) + "'";
  };
  for (const SqlEdit& edit : result.edits) out += "edit " + quoted(edit.range) + " -> '" + edit.now + "'\n";
  for (const SqlJudged& judged : result.judged) {
    out += (judged.listed ? "listed " : "other ") + std::string(judged.blocks ? "(blocks) " : "") +
           quoted(judged.range) + ": " + judged.reason + "\n";
  }
  for (const SqlHazard& hazard : result.hazards) out += "hazard " + hazard.name + " " + quoted(hazard.range) + "\n";
  return out;
}

}  // namespace gander::rewriter::sql::generated
