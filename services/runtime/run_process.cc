#include "services/runtime/run_process.h"

#include <cstdio>
#include <vector>

#include "proto/cc/errors.h"
#include "services/runtime/config.h"
#include "services/runtime/server.h"

namespace hotline::runtime {
namespace {

constexpr int kExitFailed = 1;
constexpr int kExitUsage = 2;

int Complain(const std::string& program, const absl::Status& status, int code) {
  std::fprintf(stderr, "%s: %s\n  [%s]\n", program.c_str(), std::string(status.message()).c_str(),
               type::v1::ErrorReason_Name(ReasonOf(status)).c_str());
  return code;
}

}  // namespace

int RunProcess(int argc, char** argv, const std::string& program, const ProcessBody& body) {
  BlockStopSignals();
  const auto line = ReadCommandLine({argv + 1, argv + argc}, ProcessEnvironment());
  if (!line.ok()) return Complain(program, line.status(), kExitUsage);
  if (line->help) {
    std::fputs(Usage(program).c_str(), stdout);
    return 0;
  }
  if (line->version) {
    std::printf("%s %s\n", program.c_str(), KOUJING_VERSION);
    return 0;
  }
  const auto logger = Logger::Open(line->config.log());
  if (!logger.ok()) return Complain(program, logger.status(), kExitUsage);
  const absl::Status status = body(line->config, **logger);
  if (!status.ok()) return Complain(program, status, kExitFailed);
  return 0;
}

}  // namespace hotline::runtime
