// On a site: puts the form where this script stands, and makes its frame as tall as the form.
(() => {
  const script = document.currentScript;
  const address = script.src.replace(/\/embed\.js(\?.*)?$/, '');
  const frame = document.createElement('iframe');
  const language = script.dataset.lang;
  frame.src = `${address}?embed=1${language ? `&lang=${encodeURIComponent(language)}` : ''}`;
  frame.title = script.dataset.title || 'Form';
  frame.loading = 'lazy';
  frame.style.cssText = 'width:100%;border:0;min-height:20rem';
  script.insertAdjacentElement('afterend', frame);
  addEventListener('message', (event) => {
    if (event.source !== frame.contentWindow || event.origin !== new URL(address).origin) return;
    const said = event.data && event.data.sevenfoldForm;
    if (!said) return;
    if (Number.isFinite(said.height)) frame.style.height = `${Math.min(Math.max(said.height, 100), 5000)}px`;
    if (typeof said.redirect === 'string' && said.redirect.startsWith('https://')) location.assign(said.redirect);
  });
})();
