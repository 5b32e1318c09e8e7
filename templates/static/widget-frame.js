// Inside the frame: tells the page around it how tall the form is and when to
// close. It speaks to the one origin the server has allowed, and hears no other.
'use strict';

(() => {
  const form = document.querySelector('form[data-host]');
  if (!form || window.parent === window) return;
  const host = form.dataset.host;
  const tell = (type, more) => window.parent.postMessage({ priemnaya: 1, type, ...more }, host);
  const height = () => tell('height', { height: document.body.getBoundingClientRect().height });

  window.addEventListener('message', (event) => {
    if (event.origin !== host || event.source !== window.parent || !event.data || event.data.priemnaya !== 1) return;
    if (event.data.type === 'hello') {
      height();
      new ResizeObserver(height).observe(document.body);
    }
  });
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') tell('close'); });
  // What was typed stays: the person may come back to this page.
  form.addEventListener('submit', () => {
    const note = document.getElementById('widget-gone');
    if (note) note.hidden = false;
    tell('continued');
  });
  tell('ready');
})();
