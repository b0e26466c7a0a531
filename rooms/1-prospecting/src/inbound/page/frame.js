// Inside the frame: tells the page around it how tall the form is, and where to go after it was sent.
(() => {
  const tell = () => parent.postMessage({ sevenfoldForm: { height: document.documentElement.scrollHeight } }, '*');
  new ResizeObserver(tell).observe(document.body);
  tell();
  const redirect = document.body.dataset.redirect;
  if (redirect) parent.postMessage({ sevenfoldForm: { redirect } }, '*');
})();
