// A policy document as its form has it, and back.
import {Policy_Status as Status, type Policy} from '@/gen/hotline/knowledge/v1/resources_pb';
import {dayField, endOfDay, instantOf, lastDayField} from '@/lib/spans';

export const blankPolicy = {id: '', title: '', number: '', issuer: '', issued: '', effective: '', last: '', review: '',
  status: String(Status.VALID), url: '', interpretations: '', replacedBy: '', region: '', etag: ''};

export type PolicyDraft = typeof blankPolicy;

export const POLICY_PATHS = ['title', 'document_number', 'issuer', 'issue_time', 'validity', 'status', 'url', 'interpretation_urls',
  'replaced_by', 'region'];

export function draftOfPolicy(policy: Policy): PolicyDraft {
  return {
    id: policy.name, title: policy.title, number: policy.documentNumber, issuer: policy.issuer, issued: dayField(policy.issueTime),
    effective: dayField(policy.validity?.effectiveTime), last: lastDayField(policy.validity?.expireTime),
    review: dayField(policy.validity?.reviewTime), status: String(policy.status || Status.VALID), url: policy.url,
    interpretations: policy.interpretationUrls.join('\n'), replacedBy: policy.replacedBy, region: policy.region,
    etag: policy.etag,
  };
}

export function policyOf(draft: PolicyDraft, name: string, etag: string) {
  return {
    name, etag, title: draft.title, documentNumber: draft.number, issuer: draft.issuer, issueTime: instantOf(draft.issued),
    validity: {effectiveTime: instantOf(draft.effective), expireTime: endOfDay(draft.last), reviewTime: instantOf(draft.review)},
    status: Number(draft.status) as Status, url: draft.url, replacedBy: draft.replacedBy, region: draft.region,
    interpretationUrls: draft.interpretations.split('\n').map((line) => line.trim()).filter(Boolean),
  };
}
