#include "pr-bot/webhook.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <limits>

#include "base/digest.h"
#include "base/text.h"
#include "pr-bot/http/api_client.h"
#include "pr-bot/http/base64.h"
#include "pr-bot/markdown.h"

namespace gander::prbot {
namespace {

constexpr std::string_view kSignedSecret = "whsec_";
constexpr size_t kMostName = 1024;  // bytes of a repository's or branch's name

// ---------------------------------------------------------------- signatures

const unsigned char* bytesOf(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytesOf(text), text.size(), out.data(), &size);
  return {reinterpret_cast<const char*>(out.data()), size};
}

std::string hexOf(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

// Tells nothing by its time but the lengths, which are no secrets here.
bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

bool signedInHex(const std::string& secret, std::string_view body, const std::string& given) {
  return same(hexOf(hmac(secret, body)), toLowerAscii(given));
}

// "v1,<base64>", several of them with blanks between while a key takes another's place.
bool signedWithId(const std::string& secret, const HttpHeaders& headers, std::string_view body) {
  const auto key = decodeBase64(std::string_view(secret).substr(kSignedSecret.size()));
  if (!key) return false;
  const auto text =
      fmt::format("{}.{}.{}", headerOf(headers, "webhook-id"), headerOf(headers, "webhook-timestamp"), body);
  const auto expected = "v1," + encodeBase64(hmac(*key, text));
  bool found = false;
  for (const auto& one : split(headerOf(headers, "webhook-signature"), ' ')) found |= same(expected, one);
  return found;
}

bool isSignedBy(const WebhookSecret& secret, const HttpHeaders& headers, std::string_view body) {
  switch (secret.forge) {
    case ForgeKind::kGitHub: {
      const auto given = headerOf(headers, "x-hub-signature-256");
      return given.starts_with("sha256=") && signedInHex(secret.secret, body, given.substr(7));
    }
    case ForgeKind::kGitea: return signedInHex(secret.secret, body, headerOf(headers, "x-gitea-signature"));
    case ForgeKind::kGitLab:
      if (secret.secret.starts_with(kSignedSecret)) return signedWithId(secret.secret, headers, body);
      // Digests, for the length of a token is a part of the secret.
      return same(sha256(secret.secret), sha256(headerOf(headers, "x-gitlab-token")));
  }
  return false;
}

// ---------------------------------------------------------------- events

// Reads members of members; what is not there, or of another kind, is null.
const Json& at(const Json& json, std::initializer_list<const char*> path) {
  const Json* out = &json;
  for (const auto* member : path) out = &memberOf(*out, member);
  return *out;
}

std::string text(const Json& json, std::initializer_list<const char*> path) {
  const auto& value = at(json, path);
  return value.is_string() ? value.get<std::string>() : "";
}

int number(const Json& json, std::initializer_list<const char*> path) {
  const auto& value = at(json, path);
  if (!value.is_number_integer()) return 0;
  const auto wide = value.get<int64_t>();
  return wide > 0 && wide <= std::numeric_limits<int>::max() ? static_cast<int>(wide) : 0;
}

const Json& firstOf(const Json& list) {
  static const Json kNone;
  return list.is_array() && !list.empty() ? list.front() : kNone;
}

std::optional<ForgeEvent> eventOf(EventKind kind, int number, std::string branch) {
  return ForgeEvent{.kind = kind, .number = number, .branch = std::move(branch)};
}

std::optional<ForgeEvent> pushOf(const Json& json) {
  const auto ref = text(json, {"ref"});
  constexpr std::string_view kHeads = "refs/heads/";
  if (!ref.starts_with(kHeads)) return std::nullopt;  // a tag
  return eventOf(EventKind::kPushed, 0, ref.substr(kHeads.size()));
}

// GitHub's, and Gitea's, whose bodies are made after them.
std::optional<ForgeEvent> pullOf(const Json& json) {
  const auto action = text(json, {"action"});
  std::optional<EventKind> kind;
  if (action == "opened" || action == "reopened") kind = EventKind::kOpened;
  if (action == "synchronize" || action == "synchronized") kind = EventKind::kUpdated;
  if (action == "closed") kind = flagAt(at(json, {"pull_request"}), "merged") ? EventKind::kMerged : EventKind::kClosed;
  if (!kind) return std::nullopt;
  return eventOf(*kind, number(json, {"pull_request", "number"}), text(json, {"pull_request", "head", "ref"}));
}

std::optional<ForgeEvent> commentOf(const Json& json) {
  const bool atPull = !at(json, {"issue", "pull_request"}).is_null() || flagAt(json, "is_pull");
  if (text(json, {"action"}) != "created" || !atPull) return std::nullopt;
  return eventOf(EventKind::kCommented, number(json, {"issue", "number"}), text(json, {"pull_request", "head", "ref"}));
}

std::optional<ForgeEvent> checkOf(const Json& json, const std::string& event) {
  if (event == "status") {
    if (text(json, {"state"}) == "pending") return std::nullopt;
    return eventOf(EventKind::kChecked, 0, text(firstOf(at(json, {"branches"})), {"name"}));
  }
  if (text(json, {"action"}) != "completed") return std::nullopt;
  const auto& check = at(json, {event.c_str()});
  const auto& suite = event == "check_run" ? at(check, {"check_suite"}) : check;
  return eventOf(EventKind::kChecked, number(firstOf(at(check, {"pull_requests"})), {"number"}),
                 text(suite, {"head_branch"}));
}

std::optional<ForgeEvent> readGitHub(const std::string& event, const Json& json) {
  if (event == "pull_request") return pullOf(json);
  if (event == "push") return pushOf(json);
  if (event == "issue_comment") return commentOf(json);
  if (event == "pull_request_review_comment" || event == "pull_request_review") {
    const auto action = text(json, {"action"});
    if (action != "created" && action != "submitted") return std::nullopt;
    return eventOf(EventKind::kCommented, number(json, {"pull_request", "number"}),
                   text(json, {"pull_request", "head", "ref"}));
  }
  if (event == "check_suite" || event == "check_run" || event == "workflow_run" || event == "status")
    return checkOf(json, event);
  return std::nullopt;
}

std::optional<ForgeEvent> readMergeRequest(const Json& json) {
  const auto& request = at(json, {"object_attributes"});
  const auto action = text(request, {"action"});
  std::optional<EventKind> kind;
  if (action == "open" || action == "reopen") kind = EventKind::kOpened;
  if (action == "update" && !text(request, {"oldrev"}).empty()) kind = EventKind::kUpdated;
  if (action == "close") kind = EventKind::kClosed;
  if (action == "merge") kind = EventKind::kMerged;
  if (!kind) return std::nullopt;
  return eventOf(*kind, number(request, {"iid"}), text(request, {"source_branch"}));
}

std::optional<ForgeEvent> readGitLab(const std::string& event, const Json& json) {
  if (event == "Merge Request Hook") return readMergeRequest(json);
  if (event == "Push Hook") return pushOf(json);
  if (event == "Note Hook") {
    if (text(json, {"object_attributes", "noteable_type"}) != "MergeRequest") return std::nullopt;
    return eventOf(EventKind::kCommented, number(json, {"merge_request", "iid"}),
                   text(json, {"merge_request", "source_branch"}));
  }
  if (event == "Pipeline Hook") {
    const auto status = text(json, {"object_attributes", "status"});
    for (const auto* finished : {"success", "failed", "canceled", "skipped"})
      if (status == finished)
        return eventOf(EventKind::kChecked, number(json, {"merge_request", "iid"}),
                       text(json, {"object_attributes", "ref"}));
  }
  return std::nullopt;
}

bool isName(const std::string& name) {
  return name.size() <= kMostName && std::ranges::none_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

// ---------------------------------------------------------------- one delivery

struct Sender {
  ForgeKind forge;
  std::string event;
  std::string delivery;  // id; may be empty
};

std::optional<Sender> senderOf(const HttpHeaders& headers) {
  for (const auto& [forge, event, delivery] : {std::tuple(ForgeKind::kGitea, "x-gitea-event", "x-gitea-delivery"),
                                               std::tuple(ForgeKind::kGitLab, "x-gitlab-event", "webhook-id"),
                                               std::tuple(ForgeKind::kGitHub, "x-github-event", "x-github-delivery")}) {
    if (!headers.contains(event)) continue;
    auto id = headerOf(headers, delivery);
    if (id.empty() && forge == ForgeKind::kGitLab) id = headerOf(headers, "idempotency-key");
    return Sender{forge, headerOf(headers, event), id};
  }
  return std::nullopt;
}

Result<std::optional<ForgeEvent>> readEvent(const Sender& sender, std::string_view body) {
  const auto json = Json::parse(body, nullptr, false);
  if (!json.is_object())
    return fail(ErrorKind::kInvalid, "the webhook's body is no JSON object: its content type must be application/json");
  auto event = sender.forge == ForgeKind::kGitLab ? readGitLab(sender.event, json) : readGitHub(sender.event, json);
  if (!event) return event;
  event->forge = sender.forge;
  event->repository = sender.forge == ForgeKind::kGitLab ? text(json, {"project", "path_with_namespace"})
                                                         : text(json, {"repository", "full_name"});
  const bool ofPull = event->kind != EventKind::kPushed && event->kind != EventKind::kChecked;
  if (event->repository.empty() || !isName(event->repository) || !isName(event->branch) ||
      (ofPull && event->number == 0))
    return fail(ErrorKind::kInvalid,
                fmt::format("the webhook's {} does not say of what it is", oneLine(sender.event, 40)));
  return event;
}

}  // namespace

std::string_view toString(EventKind kind) {
  switch (kind) {
    case EventKind::kOpened: return "opened";
    case EventKind::kUpdated: return "updated";
    case EventKind::kClosed: return "closed";
    case EventKind::kMerged: return "merged";
    case EventKind::kPushed: return "pushed";
    case EventKind::kCommented: return "commented";
    case EventKind::kChecked: return "checked";
  }
  return "";
}

Result<std::unique_ptr<Webhooks>> Webhooks::make(std::vector<WebhookSecret> secrets, const Clock& clock,
                                                 const WebhookLimits& limits) {
  for (const auto& one : secrets) {
    if (one.secret.empty()) return fail(ErrorKind::kInvalid, "a webhook's secret is empty");
    const bool isSigned = one.forge == ForgeKind::kGitLab && one.secret.starts_with(kSignedSecret);
    if (isSigned && !decodeBase64(std::string_view(one.secret).substr(kSignedSecret.size())))
      return fail(ErrorKind::kInvalid, "a webhook's secret starts with whsec_, and what follows is no base64");
  }
  return std::unique_ptr<Webhooks>(new Webhooks(std::move(secrets), clock, limits));
}

Result<std::optional<ForgeEvent>> Webhooks::receive(const HttpHeaders& given, std::string_view body) {
  if (body.size() > limits_.body)
    return fail(ErrorKind::kExhausted,
                fmt::format("a webhook of {} bytes: at most {} are read", body.size(), limits_.body));
  HttpHeaders headers;
  for (const auto& [name, value] : given) {
    auto& all = headers[toLowerAscii(name)];
    all += (all.empty() ? "" : ", ") + value;
  }
  const auto sender = senderOf(headers);
  if (!sender) return fail(ErrorKind::kDenied, "a webhook without a forge's headers");
  GANDER_CHECK(check(sender->forge, headers, body));
  GANDER_TRY(auto event, readEvent(*sender, body));
  if (!event) return event;
  std::vector<std::string> keys{Digest().add("body").add(body).hex()};
  if (!sender->delivery.empty()) keys.push_back(Digest().add("id").add(sender->delivery).hex());
  if (!remember(keys)) return fail(ErrorKind::kConflict, "a webhook that was received before");
  return event;
}

Status Webhooks::check(ForgeKind forge, const HttpHeaders& headers, std::string_view body) const {
  for (const auto& secret : secrets_)
    if (secret.forge == forge && isSignedBy(secret, headers, body))
      return secret.secret.starts_with(kSignedSecret) && forge == ForgeKind::kGitLab ? checkAge(headers) : Status();
  return fail(ErrorKind::kDenied, "a webhook that no known secret has signed");
}

Status Webhooks::checkAge(const HttpHeaders& headers) const {
  const auto text = headerOf(headers, "webhook-timestamp");
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  // As seconds, so that no number that was sent is too large to be counted with.
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(clock_.now().time_since_epoch()).count();
  const auto most = std::chrono::duration_cast<std::chrono::seconds>(limits_.age).count();
  if (error != std::errc() || end != text.data() + text.size() || seconds < now - most || seconds > now + most)
    return fail(ErrorKind::kDenied, "a webhook that is too old, or from the future: the clocks must agree");
  return {};
}

bool Webhooks::remember(const std::vector<std::string>& keys) {
  std::scoped_lock lock(mutex_);
  if (std::ranges::any_of(keys, [&](const std::string& key) { return known_.contains(key); })) return false;
  for (const auto& key : keys) {
    known_.insert(key);
    order_.push_back(key);
  }
  while (order_.size() > 2 * limits_.remembered) {
    known_.erase(order_.front());
    order_.pop_front();
  }
  return true;
}

}  // namespace gander::prbot
