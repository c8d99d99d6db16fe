#include "rules/proto_edition.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/common.h>

namespace gander::rules {
namespace {

namespace io = google::protobuf::io;

class Silent final : public io::ErrorCollector {
 public:
  void AddError(int, int, const std::string&) override {}
};

}  // namespace

std::string editionProblem(std::string_view text) {
  io::ArrayInputStream stream(text.data(), static_cast<int>(text.size()));
  Silent errors;
  io::Tokenizer tokenizer(&stream, &errors);
  if (!tokenizer.Next() || tokenizer.current().text != "edition") return "";
  return fmt::format("it names an edition, and protobuf {}.{} reads proto2 and proto3",
                     GOOGLE_PROTOBUF_VERSION / 1000000, GOOGLE_PROTOBUF_VERSION / 1000 % 1000);
}

}  // namespace gander::rules
