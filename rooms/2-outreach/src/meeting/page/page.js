// Times are shown where the guest is, unless they chose otherwise; arrow keys move about the month.
(() => {
  const zone = document.querySelector('form.zone');
  if (zone) {
    const select = zone.querySelector('select');
    select.addEventListener('change', () => zone.submit());
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if ('ask' in zone.dataset && own && own !== zone.dataset.zone) {
      const url = new URL(location.href);
      url.searchParams.set('zone', own);
      location.replace(url);
    }
  }
  const days = [...document.querySelectorAll('td a')];
  const place = (link) => link.parentElement.cellIndex + 7 * link.closest('tr').rowIndex;
  document.querySelector('table')?.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const at = days.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    const far = (link) => (place(link) - place(event.target)) / step;
    const ahead = days.filter((link) => far(link) > 0).sort((a, b) => far(a) - far(b));
    const straight = ahead.find((link) => Number.isInteger(far(link)));
    (straight ?? ahead[0])?.focus();
  });
  document.querySelector('.grid')?.addEventListener('change', () => {
    document.querySelector('.rest').scrollIntoView({ block: 'nearest', behavior: 'smooth' });
  });
})();
