// Every limit of sheets, by name. What a file may be is decided by what it turns out to be (bytes
// inflated, rows seen), never by what it says of itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hotline::knowledge::sheets {

// The file as it comes.
inline constexpr size_t kFileBytesMax = 64U << 20U;
inline constexpr size_t kFileNameMax = 200;  // characters

// XLSX: the archive and its parts.
inline constexpr int64_t kZipEntriesMax = 200;
inline constexpr size_t kInflatedBytesMax = 512U << 20U;  // over all parts that are read
inline constexpr size_t kInflateRatioMax = 100;           // inflated bytes : bytes of the file
// Below this the ratio says nothing: a small sheet of repeated words packs better than any bomb.
inline constexpr size_t kInflateRatioFreeBytes = 16U << 20U;
inline constexpr int kXmlDepthMax = 64;
inline constexpr size_t kSharedStringsMax = 4'000'000;
inline constexpr size_t kStylesMax = 65'536;

// The sheet. Cells are counted in characters, as spreadsheet programs do.
inline constexpr int64_t kRowsMax = 200'000;  // with something in them
inline constexpr size_t kColumnsMax = 64;
inline constexpr size_t kCellMax = 32'767;
// Rows above the heading: titles, notes.
inline constexpr int kHeadingWithinRows = 10;
// CSV: one broken byte spoils one row; more than one in so many characters means that the file is
// no text.
inline constexpr size_t kBrokenOneIn = 20;

// The process that reads files (sandbox.h).
inline constexpr int kReaderMemoryMib = 512;
inline constexpr int kReaderCpuSeconds = 60;
inline constexpr int kReaderWallSeconds = 180;
inline constexpr size_t kReaderOutputMib = 1024;
// Files read at once in one service; further imports are told to come again.
inline constexpr int kReadersMax = 4;

// An import.
inline constexpr size_t kReportsMax = 1'000;
inline constexpr size_t kPieceBytes = 512U << 10U;  // of a file that goes out
inline constexpr int kDepartmentsMax = 50'000;      // known by their display names

// An export: as many rows as an import takes.
inline constexpr int64_t kExportRowsMax = kRowsMax;

}  // namespace hotline::knowledge::sheets
