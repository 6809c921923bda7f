#include "services/knowledge/sheets/zip_archive.h"

#include <algorithm>
#include <array>
#include <vector>

#include <sys/stat.h>
#include <zip.h>

#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr size_t kReadBytes = 64U << 10U;

FileFault NoXlsx(std::string_view why) {
  return {"文件不是完整的 .xlsx（" + std::string(why) + "），请用表格软件重新另存后再导入。", "",
          ""};
}

bool ClimbsOut(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos ||
      name.find(':') != std::string_view::npos) {
    return true;
  }
  while (!name.empty()) {
    const size_t slash = name.find('/');
    if (name.substr(0, slash) == "..") return true;
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  return false;
}

bool IsArchiveName(std::string_view name) {
  constexpr std::array<std::string_view, 14> kEndings = {".zip", ".xlsx", ".xlsm", ".docx", ".pptx",
                                                         ".xls", ".rar",  ".7z",   ".gz",   ".bz2",
                                                         ".xz",  ".tar",  ".jar",  ".zst"};
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view ending) {
    return lower.size() > ending.size() &&
           lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0;
  });
}

}  // namespace

MaybeFault ZipArchive::Open(int file, size_t bytes, std::unique_ptr<ZipArchive>* archive) {
  int error = 0;
  zip_t* handle = zip_fdopen(file, 0, &error);
  if (handle == nullptr) return NoXlsx("压缩包打不开或不完整");
  archive->reset(new ZipArchive(handle, bytes));
  return (*archive)->CheckEntries();
}

ZipArchive::~ZipArchive() { zip_discard(handle_); }

MaybeFault ZipArchive::CheckEntries() const {
  const int64_t count = zip_get_num_entries(handle_, 0);
  if (count > kZipEntriesMax) {
    return FileFault{"压缩包内的部件超过 " + std::to_string(kZipEntriesMax) +
                         " 个，不像是表格文件，请重新另存后再导入。",
                     "zip_entries<=" + std::to_string(kZipEntriesMax), std::to_string(count)};
  }
  for (int64_t index = 0; index < count; ++index) {
    if (MaybeFault fault = CheckEntry(index)) return fault;
  }
  return std::nullopt;
}

MaybeFault ZipArchive::CheckEntry(int64_t index) const {
  zip_stat_t entry;
  zip_stat_init(&entry);
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_stat_index(handle_, at, 0, &entry) != 0 || (entry.valid & ZIP_STAT_NAME) == 0) {
    return NoXlsx("部件目录损坏");
  }
  const std::string_view name(entry.name);
  if (ClimbsOut(name)) return FileFault{"压缩包内有不安全的路径，已拒绝读取。", "", ""};
  if (IsArchiveName(name)) {
    return FileFault{"表格里嵌有其他文件（压缩包或文档），请删除嵌入对象后再导入。", "", ""};
  }
  if ((entry.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && entry.encryption_method != ZIP_EM_NONE) {
    return FileFault{"文件已加密，请去掉打开密码后再导入。", "", ""};
  }
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(handle_, at, 0, &system, &attributes) == 0 &&
      system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16U)) {
    return FileFault{"压缩包内有符号链接，已拒绝读取。", "", ""};
  }
  return std::nullopt;
}

bool ZipArchive::Has(const std::string& part) const {
  return zip_name_locate(handle_, part.c_str(), ZIP_FL_NOCASE) >= 0;
}

MaybeFault ZipArchive::CheckInflated() const {
  if (inflated_ > kInflatedBytesMax) {
    return FileFault{"表格展开后超过 " + std::to_string(kInflatedBytesMax >> 20U) +
                         " MiB，请拆成几个文件分别导入。",
                     "inflated_mib<=" + std::to_string(kInflatedBytesMax >> 20U),
                     ">" + std::to_string(kInflatedBytesMax >> 20U)};
  }
  if (inflated_ > kInflateRatioFreeBytes && inflated_ > kInflateRatioMax * bytes_) {
    return FileFault{
        "文件的压缩比超过 " + std::to_string(kInflateRatioMax) + " 倍，像是压缩炸弹，已停止读取。",
        "inflate_ratio<=" + std::to_string(kInflateRatioMax),
        ">" + std::to_string(kInflateRatioMax)};
  }
  return std::nullopt;
}

MaybeFault ZipArchive::Read(const std::string& part,
                            const std::function<bool(std::string_view)>& take) {
  const zip_int64_t index = zip_name_locate(handle_, part.c_str(), ZIP_FL_NOCASE);
  if (index < 0) return NoXlsx("缺少部件 " + part.substr(0, 100));
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> entry(
      zip_fopen_index(handle_, static_cast<zip_uint64_t>(index), 0), zip_fclose);
  if (entry == nullptr) return NoXlsx("部件打不开");
  std::vector<char> buffer(kReadBytes);
  for (;;) {
    const zip_int64_t got = zip_fread(entry.get(), buffer.data(), buffer.size());
    if (got < 0) return NoXlsx("部件损坏");
    if (got == 0) return std::nullopt;
    inflated_ += static_cast<size_t>(got);
    if (MaybeFault fault = CheckInflated()) return fault;
    if (!take(std::string_view(buffer.data(), static_cast<size_t>(got)))) return std::nullopt;
  }
}

}  // namespace hotline::knowledge::sheets
