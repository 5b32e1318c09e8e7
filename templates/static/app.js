// Small comforts only: every page works without this file.
'use strict';

(() => {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act);

  // The error summary takes the focus, so that a screen reader starts with it.
  const summary = document.querySelector('[data-focus]');
  if (summary) summary.focus();

  // A link of the summary moves the focus into the field and not only the view.
  each('.error-summary a', (link) => link.addEventListener('click', (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    field.scrollIntoView({ block: 'center' });
    (field.matches('fieldset') ? field.querySelector('input') || field : field).focus();
  }));

  // Counter: characters as the server counts them (code points, line ends as one).
  each('textarea[data-max]', (area) => {
    const note = document.getElementById(area.id + '-count');
    if (!note) return;
    let waiting;
    note.setAttribute('aria-live', 'polite');
    const count = () => {
      const left = Number(area.dataset.max) - [...area.value.replace(/\r\n/g, '\n')].length;
      note.textContent = (left < 0 ? note.dataset.over : note.dataset.left) + ' ' + Math.abs(left).toLocaleString(document.documentElement.lang);
      note.classList.toggle('counter-over', left < 0);
    };
    area.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(count, 400); });
    if (area.value) count();
  });

  // Drafts: a form with data-autosave="/address" sends its typed fields there.
  each('form[data-autosave]', (form) => {
    const note = form.querySelector('[data-saved]');
    let waiting, last = '';
    const save = () => {
      const body = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
      const now = body.toString();
      if (now === last) return;
      fetch(form.dataset.autosave, { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: now.length < 60000 })
        .then((answer) => { if (answer.ok) { last = now; if (note) note.textContent = note.dataset.saved; } })
        .catch(() => {}); // the network is away: the next change tries again
    };
    form.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(save, 1500); });
    document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') save(); });
    form.addEventListener('submit', () => clearTimeout(waiting));
  });

  // Uploads: show progress; the server answers the same way as to a plain form.
  const upload = (form, field, submitter) => {
    const bar = field.querySelector('.upload-bar'), note = field.querySelector('.upload-state');
    const data = new FormData(form);
    if (submitter && submitter.name) data.append(submitter.name, submitter.value);
    const request = new XMLHttpRequest();
    const own = submitter && submitter.getAttribute('formaction');
    const target = new URL(own || form.getAttribute('action') || '', location.href).href;
    // No progress bar is worth a lost form: on any doubt the browser sends it itself.
    const plain = () => { form.dataset.plain = '1'; delete form.dataset.sent; form.requestSubmit(submitter); };
    bar.hidden = note.hidden = false;
    request.upload.addEventListener('progress', (event) => {
      if (!event.lengthComputable) return;
      bar.value = Math.round(event.loaded / event.total * 100);
      note.textContent = note.dataset.progress + ' ' + bar.value + ' %';
    });
    request.addEventListener('load', () => {
      if (request.responseURL && request.status < 400 && request.responseURL !== target) {
        location.assign(request.responseURL);
        return;
      }
      const page = new DOMParser().parseFromString(request.responseText, 'text/html');
      const main = page.getElementById('main');
      if (!main) { plain(); return; }
      document.getElementById('main').replaceWith(main);
      document.title = page.title;
      (main.querySelector('[data-focus]') || main).focus();
    });
    request.addEventListener('error', plain);
    request.open('POST', target);
    request.send(data);
  };

  // A second press of the same button does nothing while the first is on its way.
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.getAttribute('method') !== 'post') return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    const again = () => { delete form.dataset.sent; each('[aria-disabled]', (b) => b.removeAttribute('aria-disabled')); };
    if (event.submitter) event.submitter.setAttribute('aria-disabled', 'true');
    setTimeout(again, 15000);
    window.addEventListener('pageshow', again, { once: true });
    const field = form.querySelector('.file-field');
    if (field && !form.dataset.plain && [...form.querySelectorAll('input[type=file]')].some((i) => i.files.length)) {
      event.preventDefault();
      upload(form, field, event.submitter);
    }
  });

  // Dialogs and toasts.
  document.addEventListener('click', (event) => {
    const opener = event.target.closest('[data-dialog]');
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    const closer = event.target.closest('[data-dismiss]');
    if (closer) closer.closest('.toast').remove();
  });
  each('[data-dismiss]', (button) => { button.hidden = false; });
})();
