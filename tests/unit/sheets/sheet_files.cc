#include "tests/unit/sheets/sheet_files.h"

#include <memory>

#include <sys/stat.h>
#include <unicode/ucnv.h>
#include <zip.h>

#include "gtest/gtest.h"

#include "proto/cc/errors.h"
#include "services/knowledge/sheets/sheet_writer.h"

namespace hotline::knowledge::sheets {
namespace {

constexpr char kMain[] = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr char kRelation[] = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

std::string XmlText(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '<') {
      escaped += "&lt;";
    } else if (c == '&') {
      escaped += "&amp;";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string Part(const std::string& root, const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><" + root + " xmlns=\"" + kMain +
         "\" xmlns:r=\"" + kRelation + "\">" + inside + "</" + root + ">";
}

}  // namespace

ZipBuilder& ZipBuilder::Add(const std::string& name, const std::string& content) {
  parts_.push_back({name, content, Sort::kPlain});
  return *this;
}
ZipBuilder& ZipBuilder::AddLink(const std::string& name, const std::string& target) {
  parts_.push_back({name, target, Sort::kLink});
  return *this;
}
ZipBuilder& ZipBuilder::AddEncrypted(const std::string& name, const std::string& content) {
  parts_.push_back({name, content, Sort::kEncrypted});
  return *this;
}

std::string ZipBuilder::Build() const {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const Part& part : parts_) {
    zip_source_t* source = zip_source_buffer(archive, part.content.data(), part.content.size(), 0);
    const auto index = static_cast<zip_uint64_t>(
        zip_file_add(archive, part.name.c_str(), source, ZIP_FL_ENC_UTF_8));
    if (part.sort == Sort::kLink) {
      zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX,
                                       static_cast<zip_uint32_t>(S_IFLNK | 0777) << 16U);
    }
    if (part.sort == Sort::kEncrypted) {
      zip_file_set_encryption(archive, index, ZIP_EM_AES_256, "secret");
    }
  }
  EXPECT_EQ(zip_close(archive), 0);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  std::string bytes(static_cast<size_t>(zip_source_tell(target)), '\0');
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  zip_source_free(target);
  return bytes;
}

ZipBuilder WorkbookFile::Zip() const {
  ZipBuilder zip;
  zip.Add("xl/workbook.xml", Part("workbook", workbook));
  zip.Add("xl/_rels/workbook.xml.rels",
          "<Relationships "
          "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" +
              relations + "</Relationships>");
  if (!cell_styles.empty()) {
    zip.Add("xl/styles.xml", Part("styleSheet", "<numFmts>" + formats +
                                                    "</numFmts><cellStyleXfs><xf "
                                                    "numFmtId=\"14\"/></cellStyleXfs><cellXfs>" +
                                                    cell_styles + "</cellXfs>"));
  }
  if (!strings.empty()) zip.Add("xl/sharedStrings.xml", Part("sst", strings));
  zip.Add("xl/worksheets/sheet1.xml",
          Part("worksheet", "<sheetData>" + sheet + "</sheetData>" + after_data));
  return zip;
}

std::string InlineRow(int number, const std::vector<std::string>& cells) {
  std::string row = "<row r=\"" + std::to_string(number) + "\">";
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    row += "<c r=\"" + std::string(1, static_cast<char>('A' + i)) + std::to_string(number) +
           "\" t=\"inlineStr\"><is><t>" + XmlText(cells[i]) + "</t></is></c>";
  }
  return row + "</row>";
}

std::string XlsxOf(const Table& table) {
  auto writer = MakeXlsxWriter();
  EXPECT_TRUE(writer.ok());
  for (const auto& row : table) EXPECT_TRUE((*writer)->Write(row).ok());
  auto file = (*writer)->Finish();
  EXPECT_TRUE(file.ok());
  return file->ReadAt(0, static_cast<size_t>(file->Size())).value();
}

std::string CsvOf(const Table& table, const std::string& separator) {
  std::string csv;
  for (const auto& row : table) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) csv += separator;
      csv += '"';
      for (const char c : row[i]) csv += c == '"' ? std::string("\"\"") : std::string(1, c);
      csv += '"';
    }
    csv += "\r\n";
  }
  return csv;
}

std::string Gb18030(const std::string& utf8) {
  UErrorCode error = U_ZERO_ERROR;
  std::string bytes(utf8.size() * 4 + 16, '\0');
  const int32_t length =
      ucnv_convert("gb18030", "UTF-8", bytes.data(), static_cast<int32_t>(bytes.size()),
                   utf8.data(), static_cast<int32_t>(utf8.size()), &error);
  EXPECT_TRUE(U_SUCCESS(error));
  bytes.resize(static_cast<size_t>(length));
  return bytes;
}

absl::StatusOr<ReadFileResult> ReadFileBytes(const std::string& bytes,
                                             const ReaderSettings& settings) {
  ASSIGN_OR_RETURN(TempFile file, TempFile::Create());
  RETURN_IF_ERROR(file.Append(bytes));
  ASSIGN_OR_RETURN(const auto process, ReaderProcess::Start(file, settings));
  for (bool ended = false; !ended;) {
    ASSIGN_OR_RETURN(ended, process->Wait(std::chrono::milliseconds(500)));
  }
  ReadFileResult result{.facts = process->facts()};
  FrameReader frames(process->rows().file());
  SheetRow row;
  while (frames.Next(&row) == FrameReader::Kind::kRow) result.rows.push_back(row);
  EXPECT_EQ(result.facts.rows, static_cast<int64_t>(result.rows.size()));
  return result;
}

Table TextsOf(const std::vector<SheetRow>& rows) {
  Table texts;
  for (const SheetRow& row : rows) {
    auto& cells = texts.emplace_back();
    for (const Cell& cell : row.cells) cells.push_back(cell.text);
  }
  return texts;
}

}  // namespace hotline::knowledge::sheets
