// A page is drawn when it is opened, and follows what is shown only while it is open.
const pages = new Map(); // name → {draw, update, drawn, stale}
function openPage(name) {
  const page = pages.get(name);
  if (!page) return;
  page.drawn ??= page.draw();
  page.drawn = page.drawn.then(() => { if (page.stale !== false) page.update(); page.stale = false; });
  page.drawn.catch(tellTrouble);
}
function updatePages() {
  for (const [name, page] of pages) {
    page.stale = true;
    if (!byId(`page-${name}`).hidden) openPage(name);
  }
}
