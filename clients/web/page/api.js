// The read path of the service, over the Connect protocol: JSON by fetch.

const SERVICE = '/hotline.answer.v1.AnswerService/';
const TIMEOUT_MS = 8000;
export const CHANNEL = 'WEB';
export const HOTLINE = '12345';

// An error as the service tells it: `code` says what may be done, `reason` which case it is, `message` is for people.
export class CallError extends Error {
  constructor(code, reason, message) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

// The newest position that this page has seen. Sent with every read, so that an answer is never older than the last.
let token = '';

function remember(reply) {
  if (reply.freshness?.consistencyToken) token = reply.freshness.consistencyToken;
  return reply;
}

async function post(method, request, signal) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), TIMEOUT_MS);
  signal?.addEventListener('abort', () => control.abort(), {once: true});
  let response;
  try {
    response = await fetch(SERVICE + method, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Connect-Protocol-Version': '1',
        'Connect-Timeout-Ms': String(TIMEOUT_MS),
      },
      body: JSON.stringify(request),
      signal: control.signal,
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new CallError('unavailable', 'OFFLINE', `网络不通，请检查网络后再试，或拨打 ${HOTLINE}。`);
  } finally {
    clearTimeout(timer);
  }
  const reply = await response.json().catch(() => null);
  if (response.ok && reply) return remember(reply);
  const reason = reply?.details?.find((detail) => detail.debug?.reason)?.debug.reason ?? '';
  throw new CallError(reply?.code ?? 'unknown', reason,
                      reply?.message ?? `服务暂时不可用，请稍后再试，或拨打 ${HOTLINE}。`);
}

// A read at the newest position that this page has seen. A token of a base that was since replaced is let go, once.
async function read(method, request, signal) {
  const body = {channel: CHANNEL, ...request};
  if (!token) return post(method, body, signal);
  try {
    return await post(method, {...body, consistency: {atLeastToken: token}}, signal);
  } catch (error) {
    if (error.reason !== 'OTHER_TIMELINE' && error.reason !== 'INVALID_CONSISTENCY_TOKEN') throw error;
    token = '';
    return post(method, body, signal);
  }
}

export const ask = (question, region) => read('Ask', {question, region, rendering: 'HTML'});
export const getAnswer = (name, region) => read('GetAnswer', {name, region, rendering: 'HTML'});
export const suggest = (text, region, signal) => read('Suggest', {text, region, pageSize: 6}, signal);

// The address of the event stream of one entry, from a position on.
export function watchUrl(name, region, afterKbRevision) {
  const query = new URLSearchParams({channel: CHANNEL, rendering: 'HTML', names: name});
  if (region) query.set('region', region);
  if (Number(afterKbRevision) > 0) query.set('after_kb_revision', afterKbRevision);
  return `${SERVICE}WatchAnswers?${query}`;
}
