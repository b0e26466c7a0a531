// Sums follow what is chosen, a signature can be drawn, and reading is timed for whoever agreed to it.
(() => {
  const main = document.querySelector('main[data-base]');
  if (!main) return;
  const base = main.dataset.base;
  const choose = document.getElementById('choose');
  const buy = document.getElementById('buy');
  if (choose && buy) {
    choose.classList.add('live');
    let turn = 0;
    choose.addEventListener('change', async (event) => {
      const mine = ++turn;
      const focus = event.target.id;
      const query = new URLSearchParams(new FormData(choose));
      const answer = await fetch(`${base}/buy?${query}`).catch(() => null);
      if (mine !== turn || !answer) return;
      if (!answer.ok) { choose.submit(); return; }
      buy.innerHTML = await answer.text();
      document.getElementById(focus)?.focus({ preventScroll: true });
      for (const kept of document.querySelectorAll('[data-query]')) kept.value = query;
      history.replaceState(null, '', `${base}?${query}`);
      const pdf = document.querySelector('a[href*="/offer.pdf"]');
      if (pdf) pdf.href = `${base}/offer.pdf?${query}`;
    });
  }
  const pad = document.querySelector('.pad');
  if (pad) {
    pad.hidden = false;
    const canvas = pad.querySelector('canvas');
    const kept = pad.querySelector('input[name="drawn"]');
    const pen = canvas.getContext('2d');
    let drawn = kept.value !== '';
    if (drawn) {
      const image = new Image();
      image.onload = () => pen.drawImage(image, 0, 0);
      image.src = kept.value;
    }
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      pen.lineWidth = 3;
      pen.lineCap = 'round';
      pen.strokeStyle = '#1a1b1e';
      pen.beginPath();
      pen.moveTo(...at(event));
      event.preventDefault();
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      pen.lineTo(...at(event));
      pen.stroke();
      drawn = true;
    });
    pad.querySelector('[data-clear]').addEventListener('click', () => {
      pen.clearRect(0, 0, canvas.width, canvas.height);
      drawn = false;
      kept.value = '';
    });
    canvas.closest('form').addEventListener('submit', () => {
      kept.value = drawn ? canvas.toDataURL('image/png') : '';
    });
  }
  if ('timed' in main.dataset) {
    const seen = new Set();
    const seconds = new Map();
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) seen[entry.isIntersecting ? 'add' : 'delete'](entry.target.dataset.section);
    }, { threshold: 0.25 });
    document.querySelectorAll('[data-section]').forEach((part) => watch.observe(part));
    setInterval(() => {
      if (document.visibilityState !== 'visible') return;
      for (const part of seen) seconds.set(part, (seconds.get(part) ?? 0) + 1);
    }, 1000);
    const tell = () => {
      if (seconds.size === 0) return;
      const told = new URLSearchParams();
      for (const [part, count] of seconds) told.append(part, String(count));
      seconds.clear();
      navigator.sendBeacon(`${base}/reading`, told);
    };
    document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && tell());
    setInterval(tell, 60_000);
  }
})();
