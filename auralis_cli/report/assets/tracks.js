// The page of tracks: draws its figures, and shows them as they are or at one loudness.
let data;
let matched = false;
const drawn = new Map(); // name → Bokeh's figure, or the promise of it

function isShown(place) { return !place.closest('[hidden]'); }

async function drawOne(place) {
  const figure = await draw(place.id);
  link(figure, place);
  moveByKeys(place, figure);
  readOut(place, figure);
  letPageScroll(figure);
  return figure;
}

function letPageScroll(figure) { // a finger that goes up or down moves the page, one that goes sideways the figure
  const view = Bokeh.index.find_one(figure);
  if (view?.canvas_view?.events_el) view.canvas_view.events_el.style.touchAction = 'pan-y';
}

async function drawShown() {
  for (const place of document.querySelectorAll('.picture')) {
    if (!isShown(place) || drawn.has(place.id)) continue;
    drawn.set(place.id, drawOne(place));
    drawn.set(place.id, await drawn.get(place.id));
  }
}

async function showMatched(wanted) {
  matched = wanted;
  byId('plain').setAttribute('aria-pressed', !wanted);
  byId('matched').setAttribute('aria-pressed', wanted);
  for (const view of document.querySelectorAll('[data-view]')) view.hidden = (view.dataset.view === 'matched') !== wanted;
  hideReadout();
  setVolumes();
  await drawShown();
}

(async () => {
  Bokeh.set_log_level('error');
  data = await unpackAll();
  byId('plain')?.addEventListener('click', () => showMatched(false).catch(tellTrouble));
  byId('matched')?.addEventListener('click', () => showMatched(true).catch(tellTrouble));
  document.querySelectorAll('[data-move] button').forEach((button) => button.addEventListener('click', () => move(button.parentElement.dataset.move, button.dataset.step)));
  document.querySelectorAll('.play').forEach((button) => button.addEventListener('click', () => listenTo(button)));
  await (byId('matched')?.dataset.first === undefined ? drawShown() : showMatched(true));
  document.documentElement.dataset.ready = Math.round(performance.now());
})().catch(tellTrouble);
