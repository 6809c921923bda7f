// kb-sheet-reader: reads a spreadsheet for the service, in a process that can do nothing else.
//
//   kb-sheet-reader MEMORY_MIB CPU_SECONDS OUTPUT_MIB  <file  >rows  2>outcome
//
// Started by reader_process.h, never by people. Exit 0 when the outcome says what became of the
// file, good or bad; anything else means that a limit or a fault of this program ended it.
#include <charconv>
#include <cstring>
#include <new>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "services/knowledge/sheets/csv_reader.h"
#include "services/knowledge/sheets/limits.h"
#include "services/knowledge/sheets/row_frames.h"
#include "services/knowledge/sheets/sandbox.h"
#include "services/knowledge/sheets/xlsx_reader.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr int kExitUsage = 2;
constexpr int kExitNoSandbox = 3;

bool StartsWith(std::string_view bytes, std::string_view start) {
  return bytes.substr(0, start.size()) == start;
}

bool ReadWhole(size_t bytes, std::string* content) {
  content->resize(bytes);
  size_t done = 0;
  while (done < bytes) {
    const ssize_t got =
        pread(STDIN_FILENO, content->data() + done, bytes - done, static_cast<off_t>(done));
    if (got <= 0) return false;
    done += static_cast<size_t>(got);
  }
  return true;
}

// What the file is, by its first bytes, and its rows.
void ReadFile(const CsvDecoder& decoder, FrameWriter* writer) {
  struct stat facts {};
  char head[8] = {};
  if (fstat(STDIN_FILENO, &facts) != 0 || facts.st_size <= 0) {
    return writer->Fail({"文件是空的，请检查后再导入。", "", ""});
  }
  const auto bytes = static_cast<size_t>(facts.st_size);
  if (bytes > kFileBytesMax) {
    return writer->Fail({"文件超过 64 MiB。", "file_mib<=64", std::to_string(bytes >> 20U)});
  }
  const ssize_t got = pread(STDIN_FILENO, head, sizeof head, 0);
  const std::string_view start(head, got > 0 ? static_cast<size_t>(got) : 0);
  MaybeFault fault;
  FileFormat format = FileFormat::kXlsx;
  char separator = ',';
  if (StartsWith(start, "PK")) {
    fault = ReadXlsx(STDIN_FILENO, bytes, writer);
  } else if (StartsWith(start, "\xD0\xCF\x11\xE0")) {
    fault = FileFault{
        "文件是旧版 .xls 或加了打开密码，请在表格软件中去掉密码并另存为 .xlsx 后再导入。", "", ""};
  } else {
    format = FileFormat::kCsv;
    std::string content;
    if (!ReadWhole(bytes, &content)) return writer->Fail({"文件读取不完整，请重试。", "", ""});
    fault = ReadCsv(content, decoder, writer, &separator);
  }
  fault ? writer->Fail(*fault) : writer->End(format, separator);
}

bool ParseLimit(const char* text, int* value) {
  const char* end = text + std::strlen(text);
  const auto parsed = std::from_chars(text, end, *value);
  return parsed.ec == std::errc() && parsed.ptr == end && *value > 0;
}

int Run(int argc, char** argv) {
  ReaderLimits limits{};
  if (argc != 4 || !ParseLimit(argv[1], &limits.memory_mib) ||
      !ParseLimit(argv[2], &limits.cpu_seconds) || !ParseLimit(argv[3], &limits.output_mib)) {
    return kExitUsage;
  }
  const CsvDecoder decoder;  // its tables are loaded while files can be opened
  if (!LimitProcess(limits) || !CloseSandbox()) return kExitNoSandbox;
  FrameWriter writer(STDOUT_FILENO, STDERR_FILENO);
  try {
    ReadFile(decoder, &writer);
  } catch (const std::bad_alloc&) {
    writer.Fail({"读取这个文件需要的内存超过上限，请拆成几个文件分别导入。",
                 "memory_mib<=" + std::to_string(limits.memory_mib), ""});
  }
  return writer.ok() ? 0 : 1;
}

}  // namespace
}  // namespace hotline::knowledge::sheets

int main(int argc, char** argv) {
  // _exit: there is nothing to clean up that the kernel does not clean up.
  _exit(hotline::knowledge::sheets::Run(argc, argv));
}
