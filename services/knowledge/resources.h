// The oneof of stored resources and its messages: wrapping and taking out, by type.
#pragma once

#include <utility>

#include "hotline/store/v1/change.pb.h"

namespace hotline::knowledge {

inline v1::Entry* MutableIn(store::v1::Resource* r, const v1::Entry*) { return r->mutable_entry(); }
inline v1::Department* MutableIn(store::v1::Resource* r, const v1::Department*) {
  return r->mutable_department();
}
inline v1::Policy* MutableIn(store::v1::Resource* r, const v1::Policy*) {
  return r->mutable_policy();
}
inline v1::Fact* MutableIn(store::v1::Resource* r, const v1::Fact*) { return r->mutable_fact(); }
inline v1::Task* MutableIn(store::v1::Resource* r, const v1::Task*) { return r->mutable_task(); }
inline v1::Calendar* MutableIn(store::v1::Resource* r, const v1::Calendar*) {
  return r->mutable_calendar();
}
inline v1::Release* MutableIn(store::v1::Resource* r, const v1::Release*) {
  return r->mutable_release();
}
inline v1::Recall* MutableIn(store::v1::Resource* r, const v1::Recall*) {
  return r->mutable_recall();
}
inline v1::GoldenQuestion* MutableIn(store::v1::Resource* r, const v1::GoldenQuestion*) {
  return r->mutable_golden_question();
}
inline v1::TermList* MutableIn(store::v1::Resource* r, const v1::TermList*) {
  return r->mutable_term_list();
}
inline v1::SynonymSet* MutableIn(store::v1::Resource* r, const v1::SynonymSet*) {
  return r->mutable_synonym_set();
}

// The message inside; must be of the kind that the resource holds.
template <typename T>
T Unwrap(store::v1::Resource&& resource) {
  return std::move(*MutableIn(&resource, static_cast<const T*>(nullptr)));
}

template <typename T>
store::v1::Resource Wrap(T message) {
  store::v1::Resource resource;
  *MutableIn(&resource, static_cast<const T*>(nullptr)) = std::move(message);
  return resource;
}

}  // namespace hotline::knowledge
