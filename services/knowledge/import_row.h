// One row of an import, read from its bytes. docs/import-format.md says what each key means.
//
// Pure and thread-safe. Errors are INVALID_ARGUMENT with the reasons of ErrorReason and the
// metadata key `field`: the key of the row that is wrong.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

#include "hotline/knowledge/v1/knowledge_service.pb.h"

namespace hotline::knowledge {

// What a row says, in stored form and checked, apart from what only the base can tell.
struct ImportRow {
  std::string entry_name;                  // entries/{entry}
  v1::EntryContent content;                // department and policies are resource names
  std::vector<v1::EntryVariant> variants;  // source_revision still open
  // Written when the base does not have them; empty name = the row brings none.
  v1::Department department;
  std::vector<v1::Policy> policies;
};

// Size, UTF-8 and JSON of any row: FIELD_TOO_LONG, INVALID_UTF8.
absl::Status CheckRowBytes(std::string_view bytes);

// True for a blank line.
bool IsBlankRow(std::string_view bytes);

// Reads a row of format JSONL_SEED. `source` names the collection when the row does not. `row_id`
// becomes the id as far as it could be read, also on errors.
absl::Status ReadSeedRow(std::string_view bytes, const std::string& source, ImportRow* row,
                         std::string* row_id);

// Reads a row of format JSONL_ROW: an EntryRow in protobuf JSON.
absl::Status ReadEntryRow(std::string_view bytes, ImportRow* row, std::string* row_id);

// As ReadEntryRow, for a message that is there already (a row of a sheet).
absl::Status CheckEntryRow(v1::EntryRow parsed, ImportRow* row, std::string* row_id);

// Text from other systems may carry control, zero-width and bidirectional characters that nobody
// sees: they are taken out, so that what is stored is what people read.
std::string WithoutHidden(std::string text);

// The id of the entry that a seed row with this id becomes: lower case; ids that need other changes
// get a hash of the original, so that two ids never meet in one entry.
std::string EntryIdOf(std::string_view row_id);

// The id of the department of this name, for bases that do not know it.
std::string DepartmentIdOf(std::string_view display_name);

// An answer as blocks' texts of at most `limit` characters: cut at a blank line, else at a line,
// else after a sentence, else hard.
std::vector<std::string> SplitAnswer(std::string_view text, size_t limit);

// MALFORMED_ROW.
absl::Status MalformedRow();

}  // namespace hotline::knowledge
