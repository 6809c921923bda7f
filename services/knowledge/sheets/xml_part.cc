#include "services/knowledge/sheets/xml_part.h"

#include <memory>
#include <type_traits>

#include <expat.h>

#include "services/knowledge/sheets/limits.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr char kNamespaceMark = '|';

std::string_view LocalName(const char* name) {
  const std::string_view whole(name);
  const size_t mark = whole.rfind(kNamespaceMark);
  return mark == std::string_view::npos ? whole : whole.substr(mark + 1);
}

// What the C callbacks see. They stop the parser once the handler is done.
struct Reading {
  XML_Parser parser;
  XmlHandler* handler;
  int depth = 0;

  void StopIfDone() const {
    if (handler->done()) XML_StopParser(parser, XML_FALSE);
  }
};

void OnStart(void* data, const XML_Char* name, const XML_Char** attributes) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.handler->done()) return;
  if (++reading.depth > kXmlDepthMax) {
    reading.handler->Fail({"表格内部的层次过深，不像是表格软件保存的文件。",
                           "xml_depth<=" + std::to_string(kXmlDepthMax), ""});
  } else {
    reading.handler->Start(LocalName(name), XmlAttributes(attributes));
  }
  reading.StopIfDone();
}

void OnEnd(void* data, const XML_Char* name) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.handler->done()) return;
  --reading.depth;
  reading.handler->End(LocalName(name));
  reading.StopIfDone();
}

void OnText(void* data, const XML_Char* text, int length) {
  auto& reading = *static_cast<Reading*>(data);
  if (reading.handler->done()) return;
  reading.handler->Text(std::string_view(text, static_cast<size_t>(length)));
  reading.StopIfDone();
}

void OnDoctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  auto& reading = *static_cast<Reading*>(data);
  reading.handler->Fail({"表格内部带有 DOCTYPE 声明，已拒绝读取。", "", ""});
  reading.StopIfDone();
}

}  // namespace

std::string_view XmlAttributes::Get(std::string_view name) const {
  for (const char* const* pair = pairs_; pair[0] != nullptr; pair += 2) {
    if (LocalName(pair[0]) == name) return pair[1];
  }
  return {};
}

MaybeFault ReadXmlPart(ZipArchive* archive, const std::string& part, XmlHandler* handler) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
      XML_ParserCreateNS(nullptr, kNamespaceMark), XML_ParserFree);
  if (parser == nullptr) return FileFault{"内存不足，请稍后再试。", "", ""};
  Reading reading{.parser = parser.get(), .handler = handler};
  XML_SetUserData(parser.get(), &reading);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDoctype);
  bool sound = true;
  const auto feed = [&](std::string_view piece, bool last) {
    const auto status = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), last);
    sound = status != XML_STATUS_ERROR;
    return sound && !handler->done();
  };
  if (MaybeFault fault =
          archive->Read(part, [&](std::string_view piece) { return feed(piece, false); })) {
    return fault;
  }
  if (sound && !handler->done()) feed("", true);
  if (handler->fault()) return handler->fault();
  if (sound || handler->done()) return std::nullopt;
  return FileFault{
      "表格内部的 XML 损坏（" + part.substr(0, 100) + "），请用表格软件重新另存后再导入。", "", ""};
}

}  // namespace hotline::knowledge::sheets
