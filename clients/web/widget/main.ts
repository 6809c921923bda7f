// kb-chat.js: one script tag.
//
//   <script src="https://…/widget/kb-chat.js" data-region="440300" data-lang="zh-CN" defer></script>
//
// puts the button of the dialog into the page. Where the page has a <kb-chat> of its own, that one is used, and the data-* of
// the script are its defaults.

import {KbChat} from './chat';

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  KbChat.defaults = {folder: new URL('.', script.src).href, data: {...script.dataset}};
}

function mount(): void {
  if (!document.querySelector('kb-chat')) document.body.append(document.createElement('kb-chat'));
}

if (!customElements.get('kb-chat')) {
  customElements.define('kb-chat', KbChat);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', mount);
  else mount();
}
