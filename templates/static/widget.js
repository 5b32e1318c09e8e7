// The widget of Приёмная for websites of departments: opens the form in a frame
// over the page. Without it, or where it fails, the link stays a link.
(function () {
  'use strict';
  var script = document.currentScript;
  if (!script || !script.dataset.site || !window.URL) return;
  var home = new URL(script.src).origin;
  var site = script.dataset.site;
  var lang = script.dataset.lang || (document.documentElement.lang.slice(0, 2) === 'en' ? 'en' : 'ru');
  var words = {
    ru: ['Написать обращение', 'Обращение', 'Закрыть', 'Форма здесь не открылась.', 'Открыть её в новом окне'],
    en: ['Write an appeal', 'Appeal', 'Close', 'The form did not open here.', 'Open it in a new window']
  }[lang] || [];
  var page = home + '/widget/' + encodeURIComponent(site);
  var dialog, frame, note, timer;

  function make(tag, style, text) {
    var node = document.createElement(tag);
    // Rules set one by one pass a strict policy of the page; an attribute would not.
    for (var rule in style) node.style.setProperty(rule, style[rule]);
    if (text) node.textContent = text;
    return node;
  }

  function away(link) {
    link.href = page;
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    link.referrerPolicy = 'no-referrer';
    return link;
  }

  function build() {
    dialog = make('dialog', { width: 'min(40rem, 100vw)', 'max-width': '100vw', 'max-height': '100vh', margin: 'auto', padding: '0', border: '0', 'border-radius': '.5rem', overflow: 'hidden', 'color-scheme': 'light dark', background: 'Canvas', color: 'CanvasText' });
    dialog.setAttribute('aria-label', words[1]);
    var close = make('button', { display: 'block', margin: '.25rem .25rem .25rem auto', padding: '.5rem .75rem', 'min-height': '2.75rem', font: 'inherit', cursor: 'pointer', background: 'transparent', color: 'inherit', border: '1px solid currentColor', 'border-radius': '.375rem' }, words[2]);
    close.type = 'button';
    close.addEventListener('click', function () { dialog.close(); });
    note = make('p', { margin: '0', padding: '0 1rem 1rem' }, words[3] + ' ');
    note.hidden = true;
    note.appendChild(away(make('a', {}, words[4])));
    frame = make('iframe', { display: 'block', width: '100%', height: '26rem', border: '0' });
    frame.title = words[1];
    frame.referrerPolicy = 'no-referrer';
    dialog.append(close, note, frame);
    document.body.appendChild(dialog);
  }

  function open() {
    if (!dialog) build();
    if (!frame.src) {
      frame.src = page + '/frame?l=' + lang + '&origin=' + encodeURIComponent(location.origin);
      // A page that is not on the list never answers: the browser refuses the frame.
      timer = setTimeout(function () { note.hidden = false; frame.hidden = true; frame.style.setProperty('display', 'none'); }, 6000);
    }
    dialog.showModal();
  }

  window.addEventListener('message', function (event) {
    if (!frame || event.origin !== home || event.source !== frame.contentWindow) return;
    var said = event.data;
    if (!said || said.priemnaya !== 1) return;
    if (said.type === 'ready') {
      clearTimeout(timer);
      frame.contentWindow.postMessage({ priemnaya: 1, type: 'hello' }, home);
    } else if (said.type === 'height' && said.height > 0) {
      frame.style.setProperty('height', Math.min(Math.ceil(said.height), Math.max(200, window.innerHeight - 80)) + 'px');
    } else if (said.type === 'close') {
      dialog.close();
    }
  });

  function enhance(link) {
    away(link);
    link.addEventListener('click', function (event) {
      if (!window.HTMLDialogElement || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }

  var links = document.querySelectorAll('a[data-priemnaya="' + CSS.escape(site) + '"]');
  if (links.length) links.forEach(enhance);
  else {
    var link = make('a', {}, script.dataset.text || words[0]);
    enhance(link);
    script.after(link);
  }
})();
