// The session that `kbctl login` keeps for later commands: ~/.config/koujing/token, readable by its
// owner alone. One line per server: address, token, idle until and end in seconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"

#include "clients/cpp/client.h"

namespace hotline::cli {

// Where it is: KOUJING_TOKEN_FILE, or under XDG_CONFIG_HOME or HOME.
std::string SessionFile();

// Keeps the session of a server in place of the one before.
absl::Status KeepSession(const std::string& server, const identity::v1::SignInResponse& session);
absl::Status ForgetSession(const std::string& server);

// Gives the client the kept session of its server, if there is one that is not over, and asks for a
// later token when a third of the idle time is gone.
void UseKeptSession(client::Client& client, const std::string& server);

}  // namespace hotline::cli
