// The page of a case: keys for likenesses, marks for redaction. Every page
// works without them.
'use strict';

(() => {
  const one = (selector) => document.querySelector(selector);

  // ---- hide what is selected in the text
  const text = one('[data-redact-text]'), picked = one('[data-redact-picked]');
  if (text && picked) {
    picked.hidden = false;
    picked.addEventListener('click', () => {
      const choice = window.getSelection(), field = one('textarea[name=words]');
      if (!field || !choice.rangeCount || !text.contains(choice.anchorNode)) return;
      const words = choice.toString().split('\n').map((line) => line.trim()).filter(Boolean);
      if (!words.length) return;
      field.value = field.value.replace(/\s*$/, '') + (field.value.trim() ? '\n' : '') + words.join('\n') + '\n';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  // ---- draw areas over a picture; the list of areas stays the truth
  const stage = one('[data-redact-image]'), list = one('textarea[name=areas]');
  if (!stage || !list) return;
  const hint = one('[data-redact-hint]'), canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  stage.append(canvas);
  stage.dataset.ready = '';
  if (hint) hint.hidden = false;
  let from = null;
  const areas = () => list.value.split('\n').map((line) => line.trim().replace(/,/g, '.').split(/[\s;]+/).map(Number))
    .filter((a) => a.length === 4 && a.every((n) => n >= 0));
  const paint = (extra) => {
    const box = stage.getBoundingClientRect(), draw = canvas.getContext('2d');
    canvas.width = box.width; canvas.height = box.height;
    draw.fillStyle = 'rgb(0 0 0 / .75)';
    areas().concat(extra ? [extra] : []).forEach(([x, y, w, h]) =>
      draw.fillRect(x / 100 * box.width, y / 100 * box.height, w / 100 * box.width, h / 100 * box.height));
  };
  const place = (event) => {
    const box = stage.getBoundingClientRect(), within = (n) => Math.max(0, Math.min(100, n));
    return [within((event.clientX - box.left) / box.width * 100), within((event.clientY - box.top) / box.height * 100)];
  };
  const area = (to) => [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
  stage.addEventListener('pointerdown', (event) => { event.preventDefault(); from = place(event); stage.setPointerCapture(event.pointerId); });
  stage.addEventListener('pointermove', (event) => { if (from) paint(area(place(event))); });
  stage.addEventListener('pointerup', (event) => {
    if (!from) return;
    const drawn = area(place(event));
    from = null;
    if (drawn[2] >= 0.5 && drawn[3] >= 0.5) {
      const numbers = [Math.floor(drawn[0] * 10), Math.floor(drawn[1] * 10)];
      numbers.push(Math.min(1000 - numbers[0], Math.ceil(drawn[2] * 10)), Math.min(1000 - numbers[1], Math.ceil(drawn[3] * 10)));
      list.value = list.value.replace(/\s*$/, '') + (list.value.trim() ? '\n' : '') + numbers.map((n) => n / 10).join(' ') + '\n';
      list.dispatchEvent(new Event('input', { bubbles: true }));
    }
    paint();
  });
  stage.addEventListener('pointercancel', () => { from = null; paint(); });
  list.addEventListener('input', () => paint());
  window.addEventListener('resize', () => paint());
  window.addEventListener('load', () => paint());
  const image = stage.querySelector('img');
  if (image && !image.complete) image.addEventListener('load', () => paint()); else paint();
})();

// The turns of agreement: those who are asked stand first, in their order, and
// move by buttons. The selects stay the truth.
(() => {
  const list = document.querySelector('[data-steps]');
  if (!list) return;
  const turn = (item) => item.querySelector('select').selectedIndex || Infinity;
  const arrange = () => [...list.children].sort((a, b) => turn(a) - turn(b) || 0).forEach((item) => list.append(item));
  for (const item of list.children) {
    const choice = item.querySelector('select'), name = item.querySelector('label').textContent.trim();
    const moves = document.createElement('span');
    moves.className = 'steps-moves';
    for (const [sign, by, text] of [['\u2191', -1, list.dataset.up], ['\u2193', 1, list.dataset.down]]) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'button button-quiet button-small';
      button.textContent = sign;
      button.setAttribute('aria-label', text + ': ' + name);
      button.addEventListener('click', () => {
        const to = choice.selectedIndex + by;
        if (to < 0 || to >= choice.options.length) return;
        choice.selectedIndex = to;
        choice.dispatchEvent(new Event('change', { bubbles: true }));
        button.focus();
      });
      moves.append(button);
    }
    item.append(moves);
    choice.addEventListener('change', () => { const held = document.activeElement; arrange(); if (held) held.focus(); });
  }
  arrange();
})();
