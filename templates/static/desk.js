// Keys for those who work at the desk all day; every page works without them.
'use strict';

(() => {
  const rows = [...document.querySelectorAll('[data-rows] tbody tr')];
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove('row-at');
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add('row-at');
    const link = rows[at].querySelector('a');
    link.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: 'nearest' });
  };
  // Tab and mouse move the same mark.
  rows.forEach((row, i) => row.addEventListener('focusin', () => {
    if (at >= 0) rows[at].classList.remove('row-at');
    at = i;
    row.classList.add('row-at');
  }));

  const press = (selector) => { const target = document.querySelector(selector); if (target) target.click(); return !!target; };
  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    a: () => press('[data-accept]'),
    r: () => press('[data-register]'),
    e: () => press('a[data-edit]'),
    u: () => press('.back a'),
    '/': () => { const field = document.querySelector('[data-search]'); if (field) { field.focus(); field.select(); } else press('.nav a[href="/desk/search"]'); },
    '?': () => { const dialog = document.getElementById('keys'); if (dialog && dialog.showModal && !dialog.open) dialog.showModal(); },
  };
  // A Russian layout gives other letters for the same keys.
  const places = { KeyJ: 'j', KeyK: 'k', KeyA: 'a', KeyR: 'r', KeyE: 'e', KeyU: 'u' };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat && !/^Key[JK]$/.test(event.code)) return;
    const busy = event.target.closest && event.target.closest('input, textarea, select, dialog[open], [contenteditable]');
    if (busy) return;
    const question = event.key === '?' || event.code === 'Slash' && event.shiftKey || event.code === 'Digit7' && event.key === '?';
    const name = question ? '?' : event.key === '/' || event.key === '.' && event.code === 'Slash' ? '/' : places[event.code];
    if (!name || event.shiftKey && name !== '?') return;
    event.preventDefault();
    keys[name]();
  });
  document.querySelectorAll('[data-keys]').forEach((button) => { button.hidden = false; });

  // Typed text is not lost by a slip: the browser asks before it leaves.
  document.querySelectorAll('form[data-guard]').forEach((form) => {
    let typed = false;
    form.addEventListener('input', () => { typed = true; });
    form.addEventListener('submit', () => { typed = false; });
    window.addEventListener('beforeunload', (event) => { if (typed) event.preventDefault(); });
  });
})();
