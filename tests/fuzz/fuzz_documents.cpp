// Migration and model documents of any bytes: read, or refused with places that are in the document. The places of texts that
// are languages of their own are too.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/migration.h"
#include "rules/model.h"

namespace {

using namespace gander;         // NOLINT(google-build-using-namespace)
using namespace gander::rules;  // NOLINT(google-build-using-namespace)

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// Every file that a document may name holds the document.
class SameFile final : public DocumentFiles {
 public:
  explicit SameFile(std::string_view text) : text_(text) {}
  Result<std::string> read(const std::string&) const override { return std::string(text_); }

 private:
  std::string_view text_;
};

void demandPlaces(const WrittenText& written, uint32_t lines) {
  for (uint32_t offset = 0; offset <= written.text.size(); ++offset) {
    const auto place = written.at(offset);
    demand(place.line >= 1 && place.column >= 1 && place.line <= lines, "a text's byte stands outside of its document");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto lines = LineIndex(text).lineCount();
  const auto migration = parseMigration("m.yaml", text, SameFile(text));
  demand(migration || !migration.error().message.empty(), "refused without a reason");
  if (migration) {
    for (const auto& rule : migration->rules)
      for (const auto* written : {&rule.match, &rule.range, &rule.replace}) demandPlaces(*written, lines);
    for (const auto& source : migration->definitions) demandPlaces(source.query, lines);
  }
  const auto model = parseModel("model.yaml", text);
  demand(model || !model.error().message.empty(), "refused without a reason");
  return 0;
}
