// What the city's own page does with the widget: its search box and topics ask it, its 长辈版 is the widget's too.

const chat = () => document.querySelector('kb-chat');

document.addEventListener('submit', (event) => {
  if (!event.target.matches('[data-ask]')) return;
  event.preventDefault();
  const field = event.target.elements.question;
  chat()?.show(field.value);
  field.value = '';
});

document.addEventListener('click', (event) => {
  const topic = event.target.closest('[data-question]');
  if (topic) chat()?.show(topic.dataset.question);
  if (event.target.closest('[data-elder]')) chat()?.setElder(document.documentElement.dataset.size !== 'elder');
});

function setElder(on) {
  if (on) document.documentElement.dataset.size = 'elder';
  else delete document.documentElement.dataset.size;
  for (const button of document.querySelectorAll('[data-elder]')) button.setAttribute('aria-pressed', String(on));
}

document.addEventListener('kb-elder', (event) => setElder(event.detail));
customElements.whenDefined('kb-chat').then(() => setElder(chat()?.elder === true));
