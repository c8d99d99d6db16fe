#include "repos/git/push.h"

#include <fmt/format.h>

#include <cstring>

#include "repos/git/failure.h"
#include "repos/git/fetch.h"
#include "repos/git/objects.h"

namespace gander::repos {
namespace {

// A reference of the mirror's own that holds what is pushed, since libgit2 pushes references, not ids.
constexpr const char* kOutgoing = "refs/gander/outgoing";

class Negotiation : public RemoteCall {
 public:
  Negotiation(const Remote& remote, const PushOrder& order) : RemoteCall(remote), order(order) {}

  const PushOrder& order;
  std::optional<PushOutcome> decided;  // before anything was sent
  std::string rejection;               // the server's words
};

// libgit2's callbacks share one payload.
Negotiation& negotiationOf(void* payload) { return static_cast<Negotiation&>(*static_cast<RemoteCall*>(payload)); }

int onNegotiation(const git_push_update** updates, size_t count, void* payload) {
  auto& negotiation = negotiationOf(payload);
  if (count != 1) return GIT_ERROR;
  std::optional<git_oid> stands;
  if (git_oid_is_zero(&updates[0]->src) == 0) stands = updates[0]->src;
  auto outcome = compare(negotiation.order, stands);
  if (outcome == PushOutcome::kPushed) return 0;
  negotiation.decided = outcome;
  return GIT_EUSER;
}

int onReference(const char*, const char* status, void* payload) {
  if (status != nullptr) negotiationOf(payload).rejection = status;
  return 0;
}

Result<std::optional<git_oid>> findRemotely(git_repository* mirror, const Remote& to, const std::string& reference) {
  RemoteCall call(to);
  GANDER_TRY(auto remote, call.makeRemote(mirror));
  git_remote_callbacks callbacks = GIT_REMOTE_CALLBACKS_INIT;
  call.setCallbacks(callbacks);
  forgetFailure();
  int code = git_remote_connect(remote.get(), GIT_DIRECTION_PUSH, &callbacks, nullptr, nullptr);
  if (code < 0) return call.fail(code, "connect");
  const git_remote_head** heads = nullptr;
  size_t count = 0;
  GANDER_GIT(git_remote_ls(&heads, &count, remote.get()), "list the branches");
  for (size_t i = 0; i < count; ++i) {
    if (reference == heads[i]->name) return heads[i]->oid;
  }
  return std::nullopt;
}

Result<std::string> prepareRefspec(git_repository* mirror, const PushOrder& order) {
  if (!order.to) return ":" + order.reference;
  ReferenceHandle outgoing;
  GANDER_GIT(git_reference_create(into(outgoing), mirror, kOutgoing, &*order.to, 1, nullptr), "prepare the push");
  // forced: a branch may be made afresh from its base; what protects others' commits is the comparison
  return fmt::format("+{}:{}", kOutgoing, order.reference);
}

}  // namespace

PushOutcome compare(const PushOrder& order, const std::optional<git_oid>& stands) {
  auto same = [](const std::optional<git_oid>& a, const std::optional<git_oid>& b) {
    return a.has_value() == b.has_value() && (!a || git_oid_equal(&*a, &*b) != 0);
  };
  if (same(stands, order.to)) return PushOutcome::kUpToDate;
  return same(stands, order.expected) ? PushOutcome::kPushed : PushOutcome::kRefused;
}

Result<PushOutcome> pushToServer(git_repository* mirror, const Remote& to, const PushOrder& order) {
  GANDER_TRY(auto refspec, prepareRefspec(mirror, order));
  Negotiation negotiation(to, order);
  GANDER_TRY(auto remote, negotiation.makeRemote(mirror));
  git_push_options options = GIT_PUSH_OPTIONS_INIT;
  options.callbacks.push_negotiation = onNegotiation;
  options.callbacks.push_update_reference = onReference;
  negotiation.setCallbacks(options.callbacks);
  char* spec = refspec.data();
  git_strarray specs{&spec, 1};
  forgetFailure();
  int code = git_remote_upload(remote.get(), &specs, &options);
  if (negotiation.decided) return *negotiation.decided;
  if (code < 0) return negotiation.fail(code, "push");
  if (negotiation.rejection.empty()) return PushOutcome::kPushed;
  // the server's words differ between servers; where the branch stands now tells whether somebody was faster
  GANDER_TRY(auto stands, findRemotely(mirror, to, order.reference));
  auto now = compare(order, stands);
  if (now != PushOutcome::kPushed) return now;
  return fail(ErrorKind::kDenied, fmt::format("the server refuses {}: {}", order.reference, negotiation.rejection));
}

}  // namespace gander::repos
