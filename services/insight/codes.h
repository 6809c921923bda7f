// Codes that people read to each other over the phone: 12 digits, the last one a check digit.
//
// Digits, since every phone can key them in and every voice can say them. A code names a receipt
// (`receipts/r{code}`) or a correction (`corrections/c{code}`); its first digit says which: 2 to 7
// a receipt, 8 a correction.
//
// The check digit is that of H. Michael Damm, "Total anti-symmetrische Quasigruppen" (dissertation,
// Philipps-Universität Marburg, 2004): the digits are folded from the left through a totally
// anti-symmetric quasigroup of order 10 with zeros on its diagonal, starting from 0, and a code
// with its check digit folds to 0. Every single wrong digit and every exchange of two neighbours is
// detected, with digits alone.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

#include "services/text/check_digit.h"

namespace hotline::insight {

enum class CodeKind { kReceipt, kCorrection };

inline constexpr size_t kCodeDigits = 12;
// Attempts after which a name is given up: at 100 million receipts one in 600 needs a second.
inline constexpr int kCodeAttemptsMax = 8;

using text::CheckDigit;

// The code of this request: uniform over its kind's codes, from SHA-256 of the request_id. Equal
// requests, equal codes. When the name is taken by another request (two names of the same code with
// different fingerprints), the next `attempt` (0, 1, …) gives the next code.
std::string MakeCode(CodeKind kind, std::string_view request_id, int attempt);

// In groups of four, as people read it: "4830 1296 5547". `code` has 12 digits.
std::string DisplayCode(std::string_view code);

// `receipts/r{code}`, `corrections/c{code}`.
std::string NameOfCode(CodeKind kind, std::string_view code);
// The 12 digits of such a name; as it is when it is none.
std::string_view CodeOfName(std::string_view name);

// The 12 digits of a code as people give it, or of the resource's name: blanks, hyphens and dots do
// not matter, nor full width, the letter in front, nor Chinese digits (一 壹 幺, 两, 零 〇).
// INVALID_ARGUMENT: FIELD_REQUIRED when empty; FIELD_INVALID when it holds something else, or the
// code of another kind; BAD_CODE when digits are missing, too many, or wrong by the check digit.
absl::StatusOr<std::string> ParseCode(std::string_view text, CodeKind kind, std::string_view field);

}  // namespace hotline::insight
