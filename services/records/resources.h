// The oneof of stored resources and its messages: wrapping and taking out, by type.
#pragma once

#include <utility>

#include "hotline/store/v1/change.pb.h"

namespace hotline::records {

inline knowledge::v1::Entry* MutableIn(store::v1::Resource* r, const knowledge::v1::Entry*) {
  return r->mutable_entry();
}
inline knowledge::v1::Department* MutableIn(store::v1::Resource* r,
                                            const knowledge::v1::Department*) {
  return r->mutable_department();
}
inline knowledge::v1::Policy* MutableIn(store::v1::Resource* r, const knowledge::v1::Policy*) {
  return r->mutable_policy();
}
inline knowledge::v1::Fact* MutableIn(store::v1::Resource* r, const knowledge::v1::Fact*) {
  return r->mutable_fact();
}
inline knowledge::v1::Task* MutableIn(store::v1::Resource* r, const knowledge::v1::Task*) {
  return r->mutable_task();
}
inline knowledge::v1::Calendar* MutableIn(store::v1::Resource* r, const knowledge::v1::Calendar*) {
  return r->mutable_calendar();
}
inline knowledge::v1::Release* MutableIn(store::v1::Resource* r, const knowledge::v1::Release*) {
  return r->mutable_release();
}
inline knowledge::v1::Recall* MutableIn(store::v1::Resource* r, const knowledge::v1::Recall*) {
  return r->mutable_recall();
}
inline knowledge::v1::GoldenQuestion* MutableIn(store::v1::Resource* r,
                                                const knowledge::v1::GoldenQuestion*) {
  return r->mutable_golden_question();
}
inline knowledge::v1::TermList* MutableIn(store::v1::Resource* r, const knowledge::v1::TermList*) {
  return r->mutable_term_list();
}
inline knowledge::v1::SynonymSet* MutableIn(store::v1::Resource* r,
                                            const knowledge::v1::SynonymSet*) {
  return r->mutable_synonym_set();
}
inline insight::v1::Gap* MutableIn(store::v1::Resource* r, const insight::v1::Gap*) {
  return r->mutable_gap();
}
inline insight::v1::Correction* MutableIn(store::v1::Resource* r, const insight::v1::Correction*) {
  return r->mutable_correction();
}
inline insight::v1::AnswerReceipt* MutableIn(store::v1::Resource* r,
                                             const insight::v1::AnswerReceipt*) {
  return r->mutable_receipt();
}
inline insight::v1::UsageBatch* MutableIn(store::v1::Resource* r, const insight::v1::UsageBatch*) {
  return r->mutable_usage_batch();
}
inline insight::v1::MajorEvent* MutableIn(store::v1::Resource* r, const insight::v1::MajorEvent*) {
  return r->mutable_major_event();
}
inline insight::v1::Subscription* MutableIn(store::v1::Resource* r,
                                            const insight::v1::Subscription*) {
  return r->mutable_subscription();
}
inline insight::v1::ReadingBatch* MutableIn(store::v1::Resource* r,
                                            const insight::v1::ReadingBatch*) {
  return r->mutable_reading_batch();
}
inline insight::v1::Webhook* MutableIn(store::v1::Resource* r, const insight::v1::Webhook*) {
  return r->mutable_webhook();
}
inline insight::v1::QualityReport* MutableIn(store::v1::Resource* r,
                                             const insight::v1::QualityReport*) {
  return r->mutable_quality_report();
}
inline insight::v1::RetentionRun* MutableIn(store::v1::Resource* r,
                                            const insight::v1::RetentionRun*) {
  return r->mutable_retention_run();
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

}  // namespace hotline::records
