#include "repos/git/remote_call.h"

#include <fmt/format.h>
#include <git2/sys/transport.h>

#include "repos/git/failure.h"

namespace gander::repos {
namespace {

// libgit2's two structures, each the first member of the object that it is handed out for.
struct Subtransport {
  git_smart_subtransport face{};
  RemoteCall* call = nullptr;
  std::unique_ptr<Connection> connection;
  git_smart_subtransport_stream* stream = nullptr;  // owned by libgit2, until it frees it
};

struct Stream {
  git_smart_subtransport_stream face{};
  Subtransport* owner = nullptr;
  std::unique_ptr<WireStream> wire;
};

int readStream(git_smart_subtransport_stream* face, char* buffer, size_t size, size_t* count) {
  auto* stream = reinterpret_cast<Stream*>(face);
  *count = 0;
  auto result = stream->wire->read(buffer, size);
  if (!result) return stream->owner->call->note(result.error());
  *count = *result;
  return 0;
}

int writeStream(git_smart_subtransport_stream* face, const char* buffer, size_t size) {
  auto* stream = reinterpret_cast<Stream*>(face);
  auto status = stream->wire->write({buffer, size});
  return status ? 0 : stream->owner->call->note(status.error());
}

void freeStream(git_smart_subtransport_stream* face) {
  auto* stream = reinterpret_cast<Stream*>(face);
  if (stream->owner->stream == face) stream->owner->stream = nullptr;
  delete stream;
}

int act(git_smart_subtransport_stream** out, git_smart_subtransport* face, const char*, git_smart_service_t action) {
  auto* owner = reinterpret_cast<Subtransport*>(face);
  bool listing = action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_RECEIVEPACK_LS;
  bool fetch = action == GIT_SERVICE_UPLOADPACK_LS || action == GIT_SERVICE_UPLOADPACK;
  if (owner->stream != nullptr) {  // the one conversation over ssh goes on
    *out = owner->stream;
    return 0;
  }
  if (!owner->connection) owner->connection = owner->call->connect();
  auto wire = owner->connection->open(fetch ? Service::kFetch : Service::kPush, listing);
  if (!wire) return owner->call->note(wire.error());
  auto* stream = new Stream{{face, readStream, writeStream, freeStream}, owner, std::move(*wire)};
  owner->stream = *out = &stream->face;
  return 0;
}

int closeSubtransport(git_smart_subtransport* face) {
  reinterpret_cast<Subtransport*>(face)->connection.reset();
  return 0;
}

void freeSubtransport(git_smart_subtransport* face) { delete reinterpret_cast<Subtransport*>(face); }

int makeSubtransport(git_smart_subtransport** out, git_transport*, void* call) {
  auto* made = new Subtransport{{act, closeSubtransport, freeSubtransport}, static_cast<RemoteCall*>(call), {}, {}};
  *out = &made->face;
  return 0;
}

}  // namespace

Result<RemoteHandle> RemoteCall::makeRemote(git_repository* mirror) const {
  git_remote_create_options options = GIT_REMOTE_CREATE_OPTIONS_INIT;
  options.repository = mirror;
  options.fetchspec = "+refs/heads/*:refs/heads/*";
  options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF;
  RemoteHandle remote;
  GANDER_GIT(git_remote_create_with_opts(into(remote), remote_.url.address.c_str(), &options), "read the address");
  return remote;
}

void RemoteCall::setCallbacks(git_remote_callbacks& callbacks) {
  callbacks.payload = this;
  const auto& scheme = remote_.url.scheme;
  if (scheme == "https" || scheme == "http" || scheme == "ssh") callbacks.transport = onTransport;
}

int RemoteCall::onTransport(git_transport** out, git_remote* owner, void* payload) {
  auto* call = static_cast<RemoteCall*>(payload);
  git_smart_subtransport_definition definition{makeSubtransport, call->remote_.url.scheme != "ssh" ? 1U : 0U, call};
  return git_transport_smart(out, owner, &definition);
}

std::unique_ptr<Connection> RemoteCall::connect() const {
  return remote_.url.scheme == "ssh" ? connectOverSsh(remote_.url, remote_.access)
                                     : connectOverHttp(remote_.url, remote_.access);
}

std::unexpected<Error> RemoteCall::fail(int code, std::string_view doing) const {
  if (!error_) return failGit(code, doing);
  git_error_clear();
  return std::unexpected(error_->withContext(doing));
}

int RemoteCall::note(const Error& error) {
  if (!error_) error_ = error;
  git_error_set_str(GIT_ERROR_NET, "the connection has failed");
  return GIT_EUSER;
}

}  // namespace gander::repos
