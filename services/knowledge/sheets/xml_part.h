// A part of an XLSX file as a stream of XML events (expat): no tree, so memory does not grow with
// the sheet. A document type is refused, so there are no entities but the five of XML.
#pragma once

#include <string>
#include <string_view>

#include "services/knowledge/sheets/sheet.h"
#include "services/knowledge/sheets/zip_archive.h"

namespace hotline::knowledge::sheets {

// The attributes of one element, by local name.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}
  // Empty when absent.
  std::string_view Get(std::string_view name) const;

 private:
  const char* const* pairs_;
};

// Takes the events of one part. Names are local: prefixes and namespaces are taken off.
class XmlHandler {
 public:
  XmlHandler() = default;
  XmlHandler(const XmlHandler&) = delete;
  XmlHandler& operator=(const XmlHandler&) = delete;
  virtual ~XmlHandler() = default;
  virtual void Start(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void End(std::string_view name) = 0;
  virtual void Text(std::string_view text) = 0;

  // Ends the reading with a fault, or without one when nothing more is wanted.
  void Fail(FileFault fault) {
    if (!fault_) fault_ = std::move(fault);
    done_ = true;
  }
  void Finish() { done_ = true; }
  bool done() const { return done_; }
  const MaybeFault& fault() const { return fault_; }

 private:
  MaybeFault fault_;
  bool done_ = false;
};

MaybeFault ReadXmlPart(ZipArchive* archive, const std::string& part, XmlHandler* handler);

}  // namespace hotline::knowledge::sheets
