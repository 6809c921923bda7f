// The archive that an XLSX file is, read with suspicion.
//
// Opening refuses what no spreadsheet program writes: too many parts, names that climb out of the
// archive, symbolic links, archives within it, encryption. Reading counts the bytes that really
// come out (kInflatedBytesMax, kInflateRatioMax); what the archive says of its sizes is not used.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "services/knowledge/sheets/sheet.h"

struct zip;

namespace hotline::knowledge::sheets {

class ZipArchive {
 public:
  // `file` is a seekable descriptor of `bytes` bytes.
  static MaybeFault Open(int file, size_t bytes, std::unique_ptr<ZipArchive>* archive);
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;
  ~ZipArchive();

  bool Has(const std::string& part) const;

  // Brings the bytes of a part to `take`, piece by piece, until it returns false.
  MaybeFault Read(const std::string& part, const std::function<bool(std::string_view)>& take);

 private:
  ZipArchive(zip* handle, size_t bytes) : handle_(handle), bytes_(bytes) {}
  MaybeFault CheckEntries() const;
  MaybeFault CheckEntry(int64_t index) const;
  MaybeFault CheckInflated() const;

  zip* const handle_;
  const size_t bytes_;
  size_t inflated_ = 0;
};

}  // namespace hotline::knowledge::sheets
