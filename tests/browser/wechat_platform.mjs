// WeChat's platform as an account meets it: seals what a person says, sends it, opens the reply. The cryptography is that
// of the npm package wechat-crypto, not ours.

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);

const textOf = (xml, name) => new RegExp(`<${name}>(?:<!\\[CDATA\\[)?([^]*?)(?:\\]\\]>)?</${name}>`).exec(xml)?.[1];

export class WechatPlatform {
  #crypto;
  #id = 1_000_000;

  constructor({url, appId, token, aesKey, person = 'o-person-1'}) {
    const WechatCrypto = require('wechat-crypto');
    Object.assign(this, {url, appId, person});
    this.#crypto = new WechatCrypto(token, aesKey, appId);
  }

  // What the account answers to a text; the same `id` is the platform's own repeat of a message.
  async say(text, id = ++this.#id) {
    const now = Math.floor(Date.now() / 1000);
    const message = `<xml><ToUserName><![CDATA[gh_account]]></ToUserName><FromUserName><![CDATA[${this.person}]]></FromUserName>` +
      `<CreateTime>${now}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId></xml>`;
    const sealed = this.#crypto.encrypt(message);
    const nonce = String(++this.#id);
    const query = new URLSearchParams({timestamp: String(now), nonce, encrypt_type: 'aes',
      msg_signature: this.#crypto.getSignature(String(now), nonce, sealed)});
    const reply = await fetch(`${this.url}?${query}`, {method: 'POST', headers: {'Content-Type': 'text/xml'},
      body: `<xml><ToUserName><![CDATA[gh_account]]></ToUserName><Encrypt><![CDATA[${sealed}]]></Encrypt></xml>`});
    assert.equal(reply.status, 200);
    const body = await reply.text();
    const packed = textOf(body, 'Encrypt');
    assert.equal(textOf(body, 'MsgSignature'), this.#crypto.getSignature(textOf(body, 'TimeStamp'), textOf(body, 'Nonce'), packed));
    return {id, text: textOf(this.#crypto.decrypt(packed).message, 'Content')};
  }
}
