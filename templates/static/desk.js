// Comforts for those who work at the desk all day; every page works without them.
'use strict';

(() => {
  const one = (selector, where) => (where || document).querySelector(selector);
  const all = (selector, where) => [...(where || document).querySelectorAll(selector)];
  const say = (text) => { const place = one('[data-said]'); if (place) place.textContent = text; };

  // ---- rows: one of them is the current one; Tab and mouse move the same mark.
  let current = null;
  const rows = () => all('[data-rows] tbody tr');
  const mark = (row) => {
    if (current) current.classList.remove('row-at');
    current = row;
    if (row) row.classList.add('row-at');
  };
  const go = (row) => {
    if (!row) return;
    mark(row);
    const target = one('.offer:not([aria-disabled])', row) || one('.q-summary a, a', row);
    if (target) target.focus({ preventScroll: true });
    row.scrollIntoView({ block: 'nearest' });
  };
  const step = (by) => {
    const list = rows(), at = list.indexOf(current);
    go(list[Math.max(0, Math.min(list.length - 1, at + by))]);
  };
  document.addEventListener('focusin', (event) => {
    const row = event.target.closest('[data-rows] tbody tr');
    if (row && row !== current) mark(row);
  });

  // ---- selection
  const picks = () => all('.q-pick');
  const tell = () => {
    const n = picks().filter((box) => box.checked).length, place = one('[data-picked]'), box = one('[data-pick-all] input');
    if (place) place.textContent = place.dataset.text + ' ' + n;
    if (box) { box.checked = n > 0 && n === picks().length; box.indeterminate = n > 0 && n < picks().length; }
    return n;
  };
  const pickAll = (on) => { picks().forEach((box) => { box.checked = on; }); tell(); };
  document.addEventListener('change', (event) => {
    if (event.target.matches('.q-pick')) tell();
    if (event.target.matches('[data-pick-all] input')) pickAll(event.target.checked);
  });
  const showPicker = () => { const label = one('[data-pick-all]'); if (label) { label.hidden = false; tell(); } };
  showPicker();
  const bulk = (act) => {
    const button = one('[data-bulk] button[name=act][value=' + act + ']');
    if (!button) return false;
    if (current && !picks().some((box) => box.checked)) { const box = one('.q-pick', current); if (box) box.checked = true; }
    button.click();
    return true;
  };

  // ---- offers: taken in place, then the next row has the focus.
  const settle = (row, text, done) => {
    const place = one('.offers', row);
    const note = document.createElement('span');
    note.className = 'tag tag-' + (done ? 'good' : 'warn');
    note.textContent = text;
    place.replaceChildren(note);
    row.classList.toggle('row-done', done);
    if (done) { const box = one('.q-pick', row); if (box) { box.checked = false; box.disabled = true; tell(); } }
    say(text);
  };
  const take = (button) => {
    const row = button.closest('tr'), form = button.form, body = new URLSearchParams();
    if (button.getAttribute('aria-disabled')) return;
    all('.offer', row).forEach((other) => other.setAttribute('aria-disabled', 'true'));
    for (const name of ['_csrf', 'back']) if (form.elements[name]) body.append(name, form.elements[name].value);
    body.append(button.name, button.value);
    const list = rows();
    go(list.slice(list.indexOf(row) + 1).find((next) => one('.offer:not([aria-disabled])', next)) || list.slice(0, list.indexOf(row)).find((next) => one('.offer:not([aria-disabled])', next)) || row);
    fetch(form.action, { method: 'POST', body, headers: { Accept: 'application/json' } })
      .then((answer) => { if (!answer.ok) throw new Error(); return answer.json(); })
      .then((result) => settle(row, result.text, result.done))
      .catch(() => {
        // On any doubt the page itself asks, and says what is the matter.
        all('.offer', row).forEach((other) => other.removeAttribute('aria-disabled'));
        form.requestSubmit ? (button.dataset.plain = '1', form.requestSubmit(button)) : location.reload();
      });
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest('.offer');
    if (!button || button.dataset.plain) return;
    event.preventDefault();
    take(button);
  });

  // ---- live refresh: a small question now and then, an exchange on demand.
  const fresh = one('[data-fresh]');
  let seenMark = fresh && fresh.dataset.mark, shownMark = seenMark;
  const changed = (now) => {
    const here = new Map(rows().map((row) => [row.dataset.row, row]));
    let n = 0;
    for (const id in now) if (!here.has(id) || !here.get(id).classList.contains('row-done') && here.get(id).dataset.v !== String(now[id])) n++;
    for (const [id, row] of here) if (!(id in now) && !row.classList.contains('row-done')) n++;
    return n;
  };
  const ask = () => {
    if (!fresh || document.visibilityState !== 'visible') return;
    fetch(fresh.dataset.fresh + '&mark=' + seenMark, { headers: { Accept: 'application/json' } })
      .then((answer) => (answer.status === 200 ? answer.json() : null))
      .then((state) => {
        if (!state) return;
        seenMark = state.mark;
        const n = seenMark === shownMark ? 0 : changed(state.rows);
        if (n) { fresh.textContent = fresh.dataset.text + ' ' + n; fresh.classList.add('fresh-new'); say(fresh.textContent); }
      })
      .catch(() => {}); // the network is away: the next question tries again
  };
  // What has the focus is found again in the new list by what it is.
  const sameOf = (target) => {
    const attr = (name) => (target.getAttribute(name) ? '[' + name + '="' + CSS.escape(target.getAttribute(name)) + '"]' : '');
    const what = attr('id') || attr('href') || (attr('name') ? attr('name') + attr('value') : '');
    return what ? target.tagName.toLowerCase() + what : target.closest('[data-pick-all]') ? '[data-pick-all] input' : '';
  };
  const exchange = () => {
    fetch(fresh.href, { headers: { Accept: 'text/html' } }).then((answer) => answer.text()).then((text) => {
      const page = new DOMParser().parseFromString(text, 'text/html'), list = one('[data-list]', page), link = one('[data-fresh]', page);
      if (!list || !link) { location.reload(); return; }
      const picked = new Set(picks().filter((box) => box.checked).map((box) => box.value));
      const active = document.activeElement, inside = active && active.closest('[data-list], [data-tabs]'), same = inside && sameOf(active);
      const id = current && current.dataset.row, at = rows().indexOf(current), top = current ? current.getBoundingClientRect().top : 0;
      one('[data-list]').replaceWith(list);
      const tabs = one('[data-tabs]', page);
      if (tabs) one('[data-tabs]').replaceWith(tabs);
      picks().forEach((box) => { box.checked = picked.has(box.value); });
      showPicker();
      current = null;
      const now = rows(), row = id && (now.find((r) => r.dataset.row === id) || now[Math.min(at, now.length - 1)]);
      if (row) {
        const whole = same && one('[data-list] ' + same + ', [data-tabs] ' + same);
        if (whole) { mark(row); whole.focus({ preventScroll: true }); } else if (inside) go(row); else mark(row);
        window.scrollBy(0, row.getBoundingClientRect().top - top);
      } else if (same) {
        const whole = one('[data-list] ' + same + ', [data-tabs] ' + same);
        if (whole) whole.focus({ preventScroll: true });
      }
      fresh.dataset.fresh = link.dataset.fresh;
      seenMark = shownMark = link.dataset.mark;
      fresh.textContent = link.textContent;
      fresh.classList.remove('fresh-new');
      say(link.textContent);
    }).catch(() => location.reload());
  };
  if (fresh) {
    fresh.addEventListener('click', (event) => { event.preventDefault(); exchange(); });
    document.addEventListener('visibilitychange', ask);
    setInterval(ask, 30000);
  }

  // ---- keys: the help sheet is their table, and may be switched off.
  const press = (selector) => { const target = one(selector); if (target) target.click(); return !!target; };
  const acts = {
    down: () => step(1),
    up: () => step(-1),
    open: () => press('.row-at .q-summary a, .row-at a'),
    pick: () => { const box = current && one('.q-pick:not(:disabled)', current); if (box) { box.checked = !box.checked; tell(); } },
    pickAll: () => pickAll(picks().some((box) => !box.checked && !box.disabled)),
    take: (event) => {
      const button = current && all('.offer', current)[Number(event.code.slice(-1)) - 1];
      if (button) take(button);
    },
    assign: () => bulk('assign') || press('[data-assign], form[action$="/assign"] select[name=officer]') && one('form[action$="/assign"] select[name=officer]').focus(),
    forward: () => bulk('forward') || press('main a[href$="/forward"]'),
    mark: () => bulk('mark') || press('main a[href$="/act/mark"]'),
    fresh: () => press('[data-fresh]'),
    before: () => press('.pager a[rel=prev]'),
    after: () => press('.pager a[rel=next]'),
    accept: () => press('[data-accept]'),
    register: () => press('[data-register]'),
    edit: () => press('a[data-edit]'),
    repeat: () => press('[data-link=repeat]'),
    duplicate: () => press('[data-link=duplicate]'),
    back: () => press('.back a'),
    search: () => { const field = one('[data-search]'); if (field) { field.focus(); field.select(); } else press('.nav a[href="/desk/search"]'); },
    help: () => { const dialog = document.getElementById('keys'); if (dialog && dialog.showModal && !dialog.open) dialog.showModal(); },
  };
  // A Russian layout gives other letters for the same keys, so places count.
  const bound = new Map();
  all('#keys [data-on]').forEach((line) => line.dataset.on.split(' ').forEach((key) => bound.set(key, line.dataset.do)));
  const kept = 'desk-keys';
  const isOff = () => { try { return localStorage.getItem(kept) === 'off'; } catch { return false; } };
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !event.target.closest) return;
    if (event.target.closest('input:not([type=checkbox]):not([type=submit]), textarea, select, dialog[open], [contenteditable]')) return;
    const arrow = event.code === 'ArrowDown' || event.code === 'ArrowUp';
    if (arrow ? !event.target.closest('[data-rows] tbody') : isOff()) return;
    const name = event.key === '?' ? '?' : event.key === '/' ? 'Slash' : (event.shiftKey ? 'Shift+' : '') + event.code;
    const act = bound.get(name);
    if (!act || event.repeat && act !== 'down' && act !== 'up') return;
    event.preventDefault();
    acts[act](event);
  });
  all('[data-keys]').forEach((button) => { button.hidden = false; });
  all('[data-keys-switch]').forEach((button) => {
    const show = () => { button.textContent = isOff() ? button.dataset.onText : button.dataset.offText; };
    button.addEventListener('click', () => {
      try { if (isOff()) localStorage.removeItem(kept); else localStorage.setItem(kept, 'off'); } catch { /* nothing is kept here */ }
      show();
    });
    show();
  });

  // ---- the way back leads to the list that one came from
  const shelf = 'desk-list', list = one('[data-list]');
  try {
    if (list && location.pathname === '/desk') sessionStorage.setItem(shelf, location.search);
    else all('.back a[href="/desk"]').forEach((link) => { link.href = '/desk' + (sessionStorage.getItem(shelf) || ''); });
  } catch { /* nothing is kept here: the way back leads to the first list */ }

  // ---- pasted letters: bold, italic and lists of an office program become the
  // marks of a letter; plain text, and anything on any doubt, is pasted as it is.
  const insert = (field, text) => {
    field.focus();
    // The only way that undo knows; setRangeText where it is gone.
    if (!document.execCommand || !document.execCommand('insertText', false, text)) {
      field.setRangeText(text, field.selectionStart, field.selectionEnd, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
  };
  document.addEventListener('paste', (event) => {
    const field = event.target.closest && event.target.closest('form[data-paste] textarea'), data = event.clipboardData;
    if (!field || !data) return;
    const html = data.getData('text/html'), plain = data.getData('text/plain');
    if (!/<(b|strong|i|em|ul|ol|li|h[1-4]|table)[\s>]/i.test(html) || html.length > 400000) return;
    event.preventDefault();
    const form = field.form, body = new URLSearchParams({ _csrf: form.elements._csrf.value, html });
    fetch(form.dataset.paste, { method: 'POST', body, headers: { Accept: 'text/plain' } })
      .then((answer) => { if (!answer.ok) throw new Error(); return answer.text(); })
      .then((text) => insert(field, text || plain))
      .catch(() => insert(field, plain));
  });

  // Typed text is not lost by a slip: the browser asks before it leaves.
  document.querySelectorAll('form[data-guard]').forEach((form) => {
    let typed = false;
    form.addEventListener('input', () => { typed = true; });
    form.addEventListener('submit', () => { typed = false; });
    window.addEventListener('beforeunload', (event) => { if (typed) event.preventDefault(); });
  });
})();
