// A SQL file as its template makes it, as far as that can be told without running anything: macros of the projects put in the place
// of their calls, loops over lists that are known gone through, texts put in the place of their names.
//
//   {% for c in ['user_name', 'track'] %} max({{ c }}) as {{ c }}_max {% if not loop.last %},{% endif %} {% endfor %}
//     ->  max(user_name) as user_name_max , max(track) as track_max        "user_name" comes from the list, twice
//   {{ clean(source('lake', 'plays')) }}
//     ->  select user_name from {{ relation }}       from the macro's file; relation is the source, here
//
// What is not known stays as it is written: a hole. Each byte is mapped to where it comes from.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rewriter/dbt/names.h"

namespace gander::rewriter::dbt {

struct Segment {
  ByteRange range;   // of the expansion's text
  std::string path;  // where its bytes come from; empty: from nowhere
  uint32_t at = 0;
  bool pasted = false;  // a literal of a template, put in the place of its name
  ByteRange outer;      // what made it in the file that is expanded: itself, or the expression of a call
};

// An expression that stayed one.
struct ExpandedHole {
  ByteRange range;   // of the expansion's text, with braces
  ByteRange source;  // of its file
  Held held;         // names in it mean what they mean where the macro is called
};

class Expansion {
 public:
  Expansion(const Projects& projects, const Names& names, const std::string& path);
  Expansion(const Expansion&) = delete;
  Expansion& operator=(const Expansion&) = delete;

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  const std::vector<Segment>& segments() const { return segments_; }
  // The macros whose bodies stand in the text.
  const std::set<const Macro*>& macros() const { return macros_; }

  const ExpandedHole* holeAt(ByteRange range) const;
  // Where bytes come from, if all of them are one piece of one file; an empty range belongs to what stands before it.
  const Segment* segmentOf(ByteRange range) const;
  std::optional<Span> spanOf(ByteRange range) const;
  // Where bytes of a file stand in the text, the first time.
  std::optional<ByteRange> placeOf(const Span& span) const;
  // In the file that is expanded: the place itself, or the call that made it.
  ByteRange ownRange(ByteRange range) const;
  // What a range of the file that is expanded became.
  ByteRange expandedRange(ByteRange own) const;

 private:
  friend class Expander;
  std::string path_;
  std::string text_;
  std::vector<Segment> segments_;
  std::deque<ExpandedHole> holes_;
  std::set<const Macro*> macros_;
  std::deque<Environment> environments_;
};

}  // namespace gander::rewriter::dbt
