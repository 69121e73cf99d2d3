// Runs inside the frame of one view, after py3Dmol has drawn it: keeps the camera over reruns of the page, and
// serves the buttons. KEY and STEM are replaced by quoted strings of our own making.
(() => {
  const start = viewer.getView();
  const kept = sessionStorage.getItem(KEY);
  if (kept) viewer.setView(JSON.parse(kept));
  viewer.setViewChangeCallback((view) => sessionStorage.setItem(KEY, JSON.stringify(view)));
  viewer.render();

  document.getElementById("reset").onclick = () => {
    sessionStorage.removeItem(KEY);
    viewer.setView(start);
    viewer.render();
  };
  document.getElementById("png").onclick = () => {
    const link = document.createElement("a");
    link.href = viewer.pngURI();
    link.download = `${STEM}.png`;
    link.click();
  };
  new ResizeObserver(() => viewer.resize()).observe(document.body);
  document.body.dataset.ready = "true";
})();
