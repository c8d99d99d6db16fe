#include "fleet/conversation.h"

#include <fmt/format.h>

#include <algorithm>

#include "fleet/rewrite_json.h"

namespace gander::fleet {
namespace {

using Json = nlohmann::json;
using prbot::CommandKind;
using prbot::Comment;

std::string evidenceOf(const Json& edit) {
  std::string steps;
  for (const auto& step : edit.at("evidence"))
    steps += fmt::format("{}{}:{}: {}", steps.empty() ? "" : "; ", step.at("file").get<std::string>(),
                         step.at("line").get<int64_t>(), step.at("why").get<std::string>());
  return steps;
}

std::string explained(const Json& rewrite, const std::string& file, size_t line) {
  std::string out;
  auto here = [&](const Json& site) { return site.at("file") == file && site.at("line") == line; };
  auto add = [&](const std::string& sentence) { out += (out.empty() ? "" : " | ") + sentence; };
  for (const auto& edit : rewrite.at("edits"))
    if (here(edit))
      add(fmt::format("{} became {} (tier {}): {}", edit.at("old").get<std::string>(),
                      edit.at("new").get<std::string>(), edit.at("tier").get<std::string>(), evidenceOf(edit)));
  for (const auto& site : rewrite.at("listed"))
    if (here(site))
      add(fmt::format("{} was left: {}", site.at("text").get<std::string>(), site.at("reason").get<std::string>()));
  for (const auto& hazard : rewrite.at("hazards"))
    if (here(hazard))
      add(fmt::format("hazard {}: {}", hazard.at("name").get<std::string>(), hazard.at("message").get<std::string>()));
  return out.empty() ? fmt::format("nothing of {}:{} was edited or listed; lines are those of the base", file, line)
                     : out;
}

}  // namespace

std::vector<AskedCommand> openCommands(const std::vector<Comment>& comments) {
  std::vector<AskedCommand> open;
  for (const auto& comment : comments) {
    size_t number = 0;
    for (auto& command : prbot::commandsOf(comment)) {
      auto mark = fmt::format("<!-- gander answers {}.{} -->", comment.id, ++number);
      auto answers = [&](const Comment& other) { return other.own && other.body.contains(mark); };
      if (std::ranges::none_of(comments, answers))
        open.push_back({std::move(command), comment.author, std::move(mark), &comment - comments.data()});
    }
  }
  return open;
}

std::string reasonOf(const prbot::Command& command) {
  auto reason =
      command.kind == CommandKind::kDeclined ? std::string(prbot::toString(command.why)) : std::string("skip");
  return command.words.empty() ? reason : reason + ": " + command.words;
}

std::string declineReason(const std::vector<Comment>& comments) {
  std::string reason;
  for (const auto& comment : comments)
    for (const auto& command : prbot::commandsOf(comment))
      if (!command.mistaken && (command.kind == CommandKind::kDeclined || command.kind == CommandKind::kSkip))
        reason = reasonOf(command);
  return reason;
}

Result<std::string> explainLine(const std::string& json, const std::string& file, size_t line) {
  return readRewrite(json, [&](const Json& rewrite) { return explained(rewrite, file, line); });
}

}  // namespace gander::fleet
