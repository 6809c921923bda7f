// What we seal, two implementations of others open, and the other way round: wechat-crypto and @wecom/crypto.

import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import {parseArgs} from 'node:util';

const SKIP = 77;
const LENGTHS = 200;
const {values: options} = parseArgs({options: {program: {type: 'string'}}});

const require = createRequire(import.meta.url);
let WechatCrypto;
let wecom;
try {
  WechatCrypto = require('wechat-crypto');
  wecom = require('@wecom/crypto');
} catch {
  console.log('skipped: wechat-crypto or @wecom/crypto is not installed (make deps)');
  process.exit(SKIP);
}

const child = spawn(options.program, [], {stdio: ['pipe', 'pipe', 'inherit']});
const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();

async function ours(...words) {
  child.stdin.write(words.join(' ') + '\n');
  const {value, done} = await lines.next();
  assert.ok(!done, 'kb-seal-peer ended');
  return value;
}

const base64 = (text) => Buffer.from(text).toString('base64') || '====';

// 43 characters as the platform gives them out: the last one may have bits to spare.
function newKey() {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(randomBytes(43), (byte) => alphabet[byte % alphabet.length]).join('');
}

// A text of so many bytes, with Hanzi and emoji as far as they fit.
function textOf(bytes) {
  let text = '';
  for (const part of ['口', '径', '😀', 'x']) {
    while (Buffer.byteLength(text + part) <= bytes && (part === 'x' || text.length < bytes / 6)) text += part;
  }
  assert.equal(Buffer.byteLength(text), bytes);
  return text;
}

for (let bytes = 1; bytes <= LENGTHS; bytes++) {
  const key = newKey();
  const receiver = 'wx' + randomBytes(8).toString('hex');
  const token = 'Token' + randomBytes(4).toString('hex');
  const stamp = String(1_700_000_000 + bytes);
  const nonce = String(bytes * 7919);
  const text = textOf(bytes);
  const theirs = new WechatCrypto(token, key, receiver);

  const sealed = await ours('seal', key, receiver, base64(text));
  assert.deepEqual(theirs.decrypt(sealed), {message: text, id: receiver}, `wechat-crypto opens ours, ${bytes} bytes`);
  const opened = wecom.decrypt(key, sealed);
  assert.equal(opened.message, text, `@wecom/crypto opens ours, ${bytes} bytes`);
  assert.equal(opened.id, receiver);

  for (const [name, foreign] of [['wechat-crypto', theirs.encrypt(text)], ['@wecom/crypto', wecom.encrypt(key, text, receiver)]]) {
    assert.equal(await ours('open', key, receiver, foreign), base64(text), `we open ${name}, ${bytes} bytes`);
    assert.equal(await ours('open', key, receiver + 'x', foreign), '-', `not for us, ${name}`);
  }

  const signature = await ours('sign', token, stamp, nonce, sealed);
  assert.equal(signature, theirs.getSignature(stamp, nonce, sealed));
  assert.equal(signature, wecom.getSignature(token, stamp, nonce, sealed));
}

child.stdin.end();
console.log(`${LENGTHS} lengths, two peers, both ways: equal`);
