// Tabs, search, the bar below, and which page draws what.
const tabs = [...document.querySelectorAll('[role=tab]')];
function showPage(name) {
  for (const tab of tabs) {
    const chosen = tab.id === `tab-${name}`;
    tab.setAttribute('aria-selected', chosen);
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen) tab.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    byId(`page-${tab.id.slice(4)}`).hidden = !chosen;
  }
  hideTip();
  openPage(name);
}

function tabKeys(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  next.focus();
  showPage(next.id.slice(4));
}

function tellCount() {
  const count = number(state.list.length, 0), all = number(meta.tracks, 0);
  const tracks = meta.tracks === 1 ? 'track' : 'tracks';
  byId('count').textContent = state.list.length < meta.tracks ? `${count} of ${all} ${tracks}` : meta.tracks === 1 ? '1 track' : `All ${all} ${tracks}`;
  byId('clear').disabled = !filters.size;
  byId('filters').replaceChildren(...[...filters].map(([name, filter]) => element('button', { title: 'Drop this filter', on: { click: () => { filter.dropped?.(); setFilter(name, null); } } }, element('span', { class: 'cut' }, filter.label), '✕')));
}

async function drawInOrder(...steps) { for (const step of steps) await step(); }

function setUpPages() {
  const planes = ['loudness_range_lu', 'true_peak_dbtp', 'sample_peak_dbfs'].filter((id) => byId(`plane-${id}`));
  const bars = [...document.querySelectorAll('[data-dimension]')];
  const push = (names) => names.forEach((name) => pushSelection(scatters.get(name)));
  if (byId('bars-year')) pages.set('overview', { draw: () => drawBars('year'), update: () => updateBars('year') });
  pages.set('map', { draw: () => drawScatter('map', data.x, data.y), update: () => push(['map']) });
  pages.set('dimensions', { draw: () => drawInOrder(...bars.map((card) => () => drawBars(card.dataset.dimension))), update: () => bars.forEach((card) => updateBars(card.dataset.dimension)) });
  pages.set('harmony', { draw: () => drawInOrder(drawWheel, () => drawBars('tempo', 'tempo_bpm')), update: () => { updateWheel(); updateBars('tempo'); } });
  pages.set('loudness', { draw: () => drawInOrder(drawAlbums, ...planes.map((id) => () => drawScatter(`plane-${id}`, data.lufs, data[id]))), update: () => { updateAlbums(); push(planes.map((id) => `plane-${id}`)); } });
  if (data.findings) pages.set('check', { draw: async () => {}, update: updateCheck });
  pages.set('table', { draw: drawTable, update: updateTable });
  bars.forEach(slider);
}

function listen() {
  for (const tab of tabs) { tab.addEventListener('click', () => showPage(tab.id.slice(4))); tab.addEventListener('keydown', tabKeys); }
  let waiting;
  byId('search').addEventListener('input', ({ target }) => { clearTimeout(waiting); waiting = setTimeout(() => search(target.value), 150); });
  byId('clear').addEventListener('click', clearFilters);
  byId('colour').addEventListener('change', ({ target }) => colourBy(target.value));
  byId('move').addEventListener('click', () => useLasso(false));
  byId('lasso').addEventListener('click', () => useLasso(true));
  byId('whole').addEventListener('click', () => { if (scatters.has('map')) goHome(scatters.get('map')); });
  document.querySelectorAll('[data-copy]').forEach((button) => button.addEventListener('click', () => copyTracks(button)));
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') closeTrack(); });
  darkness.addEventListener('change', () => colourBy(colouring.id));
}

(async () => {
  Bokeh.set_log_level('error');
  data = await unpackAll();
  meta = data.meta;
  colourChoices();
  colourBy('group');
  drawLegend();
  colouringFollowers.push(drawLegend, () => scatters.forEach(paint));
  setUpPages();
  listen();
  followTracks(tellCount);
  followTracks(updatePages);
  refresh();
  document.documentElement.dataset.ready = Math.round(performance.now());
})().catch(tellTrouble);
