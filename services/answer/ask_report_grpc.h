// The way of the ask reporter's batches over gRPC.
#pragma once

#include <memory>
#include <string>

#include "grpcpp/channel.h"

#include "services/answer/ask_reporter.h"

namespace hotline::answer {

// Sends batches to the insight service behind the channel: its RPC RecordAsks.
AskReporter::Send SendAsksOver(const std::shared_ptr<grpc::Channel>& channel);
// The same, to the process at this address; one that comes back is found within seconds.
AskReporter::Send SendAsksTo(const std::string& address);

}  // namespace hotline::answer
