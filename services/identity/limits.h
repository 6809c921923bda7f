// Every limit of identities, by name.
#pragma once

#include <chrono>
#include <cstddef>

namespace hotline::identity {

inline constexpr size_t kDisplayNameMax = 100;
inline constexpr size_t kSubjectMax = 200;
inline constexpr size_t kCategoryMax = 100;
inline constexpr int kGrantsMax = 50;
inline constexpr int kChannelsMax = 16;

// Passwords, in characters.
inline constexpr size_t kPasswordMin = 10;
inline constexpr size_t kPasswordMax = 128;
inline constexpr int kOldPasswordsMax = 5;

// Sessions of one person at once; the oldest ends when one more begins.
inline constexpr size_t kSessionsPerPersonMax = 20;
inline constexpr size_t kKeysPerAccountMax = 100;
inline constexpr std::chrono::days kKeyLifeMax{400};
inline constexpr std::chrono::days kMigratorKeyLifeMax{7};
inline constexpr std::chrono::days kDelegationMax{30};

// Logins whose failures are counted at once; beyond it the one that failed longest ago is
// forgotten.
inline constexpr size_t kCountedLoginsMax = 10'000;

// Conflicts with concurrent writers that a handler retries by itself.
inline constexpr int kConflictAttemptsMax = 8;

}  // namespace hotline::identity
