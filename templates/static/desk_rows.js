// Rows of a body: added and taken away in place, names found while one types.
// Every button is one of the form, which does the same without this file.
'use strict';

(() => {
  const form = document.querySelector('form[data-b-suggest]');
  if (!form) return;
  const kindOf = (node) => node.closest('[data-b-rows]');
  const make = (kind) => {
    const n = Number(kind.dataset.bNext), old = kind.dataset.bRows + '.0';
    kind.dataset.bNext = n + 1;
    const row = kind.querySelector('template').content.firstElementChild.cloneNode(true);
    // The blank row is number 0 in every name and id.
    for (const node of [row, ...row.querySelectorAll('*')]) {
      for (const name of ['id', 'name', 'for']) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(old, kind.dataset.bRows + '.' + n));
      }
      if (node.name === 'do') node.value = node.value.replace(/-0$/, '-' + n);
    }
    return row;
  };
  const add = (kind) => {
    const row = make(kind), none = kind.querySelector('[data-b-none]');
    if (none) none.remove();
    kind.querySelector('[data-b-list]').append(row);
    row.querySelector('input.input').focus();
  };
  const drop = (row, kind) => {
    const fields = [...row.querySelectorAll('input.input')];
    const next = row.nextElementSibling || row.previousElementSibling;
    const focus = () => ((next && next.querySelector('[data-b-drop], [data-b-undo]')) || kind.querySelector('[data-b-add]')).focus();
    if (fields.every((field) => !field.value.trim()) && row.querySelector('[data-b-new]')) { row.remove(); focus(); return; }
    const mark = document.createElement('input');
    mark.type = 'hidden'; mark.name = row.id + '.gone'; mark.value = '1';
    const said = document.createElement('div'), words = document.createElement('del'), tag = document.createElement('span');
    said.className = 'b-cell';
    words.textContent = fields.map((field) => field.value.trim()).filter(Boolean).join(', ');
    tag.className = 'tag tag-plain'; tag.textContent = kind.dataset.bGone;
    said.append(words, ' ', tag, mark);
    const place = document.createElement('div'), undo = document.createElement('button');
    place.className = 'b-do';
    undo.type = 'button'; undo.className = 'link-like'; undo.textContent = kind.dataset.bBack; undo.dataset.bUndo = '';
    place.append(undo);
    const parts = [...row.children].filter((part) => !part.classList.contains('b-at'));
    parts.forEach((part) => { part.hidden = true; });
    row.classList.add('b-gone');
    row.append(said, place);
    undo.addEventListener('click', () => {
      said.remove(); place.remove();
      parts.forEach((part) => { part.hidden = false; });
      row.classList.remove('b-gone');
      row.querySelector('[data-b-drop]').focus();
    });
    undo.focus();
  };
  const moreTopics = (button, kind) => {
    const row = button.closest('[data-b-row]'), cells = [...row.querySelectorAll('.b-topics .b-cell')];
    const blank = kind.querySelector('template').content.querySelector('.b-topics .b-cell').cloneNode(true);
    const field = blank.querySelector('input'), label = blank.querySelector('label');
    field.name = row.id + '.topic.' + (cells.length + 1);
    field.id = 'f-' + field.name;
    label.htmlFor = field.id;
    cells[cells.length - 1].after(blank);
    field.focus();
  };
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button'), kind = button && kindOf(button);
    if (!kind) return;
    const row = button.closest('[data-b-row]');
    // A unit in force goes by the server, which says what still hangs on it.
    const own = row && !(kind.dataset.bRows === 'unit' && row.querySelector('[name$=".known"]'));
    if (button.matches('[data-b-add]')) { event.preventDefault(); add(kind); }
    else if (button.matches('[data-b-topic]')) { event.preventDefault(); moreTopics(button, kind); }
    else if (button.matches('[data-b-drop]') && own) { event.preventDefault(); drop(row, kind); }
    else return;
    form.dispatchEvent(new Event('input', { bubbles: true }));
  });

  // Names while one types; the last question wins.
  const lists = { topics: 'topic', places: 'place', bodies: 'body' };
  let waiting, asked = 0;
  form.addEventListener('input', (event) => {
    const field = event.target, id = field.getAttribute && field.getAttribute('list'), of = lists[id];
    if (!of || event.inputType === 'insertReplacementText') return;
    clearTimeout(waiting);
    const turn = ++asked, words = field.value.trim();
    if (words.endsWith(')')) return;
    waiting = setTimeout(() => {
      fetch(form.dataset.bSuggest + '?of=' + of + '&q=' + encodeURIComponent(words), { headers: { Accept: 'application/json' } })
        .then((answer) => (answer.ok ? answer.json() : null))
        .then((found) => {
          if (!found || turn !== asked) return;
          document.getElementById(id).replaceChildren(...found.names.map((name) => {
            const option = document.createElement('option');
            option.value = name;
            return option;
          }));
        })
        .catch(() => {}); // the network is away: the server finds the name when the form is sent
    }, 200);
  });
})();
