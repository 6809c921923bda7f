#include "tests/eval/file_error.h"

#include "proto/cc/errors.h"

namespace hotline::eval {

absl::Status AtLine(const std::string& path, int64_t line, const absl::Status& status) {
  return MakeError(status.code(), ReasonOf(status),
                   path + " 第 " + std::to_string(line) + " 行：" + std::string(status.message()),
                   MetadataOf(status));
}

}  // namespace hotline::eval
