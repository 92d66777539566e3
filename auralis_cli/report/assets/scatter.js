// Tracks as points: the map and the planes of the loudness page share colours, selection, hover and click.
const REACH = 14; // pixels from the pointer in which a point is meant
const scatters = new Map();

async function drawScatter(name, x, y) {
  const figure = await draw(name);
  if (name === 'map') frameMap(figure, x, y);
  const source = sourceOf(figure, 'points'), selected = source.selected;
  const drawn = { figure, source, home: [figure.x_range.start, figure.x_range.end, figure.y_range.start, figure.y_range.end], x, y, pushing: false };
  scatters.set(name, drawn);
  paint(drawn);
  selected.properties.indices.change.connect(() => { if (!drawn.pushing) lassoed(selected.indices); }); // only the map has a lasso
  figure.on_event('mousemove', (event) => { const track = trackAt(drawn, event); track < 0 ? hideTip() : showTip(track, event, byId(name)); });
  figure.on_event('mouseleave', hideTip);
  figure.on_event('tap', (event) => { const track = trackAt(drawn, event); if (track >= 0) openTrack(track, { play: true }); });
  keyboard(byId(name), drawn);
}

function lassoed(indices) {
  if (!indices.length) return setFilter('lasso', null);
  const chosen = new Set(indices);
  setFilter('lasso', { label: 'lasso', keeps: (track) => chosen.has(track) });
}

function paint({ figure, source, x, y }) {
  named(figure, 'mapper').setv({ palette: colouring.palette, low: colouring.low, high: colouring.high });
  source.data = { x, y, shade: colouring.values };
}

function pushSelection(drawn) {
  const all = state.list.length === meta.tracks;
  drawn.pushing = true;
  drawn.source.selected.indices = all ? [] : Array.from(state.list);
  drawn.pushing = false;
  named(drawn.figure, 'glyphs').visible = state.list.length > 0;
}

function trackAt({ figure, x, y }, event) {
  const { x_range, y_range, inner_width, inner_height } = figure;
  const across = inner_width / (x_range.end - x_range.start), up = inner_height / (y_range.end - y_range.start);
  let found = -1, least = REACH * REACH;
  for (const track of state.list) {
    const right = (x[track] - event.x) * across, above = (y[track] - event.y) * up;
    const apart = right * right + above * above;
    if (apart < least) { least = apart; found = track; }
  }
  return found;
}

const MAP_MARGIN = 1.08, MAP_LEAST = 300; // pixels
function frameMap(figure, x, y) { // all tracks but the farthest two in a hundred, as large as fits, one scale for both axes
  figure.height = Math.max(MAP_LEAST, innerHeight - byId('map').getBoundingClientRect().top - scrollY - 90);
  const [wide, tall] = [[x, figure.x_range, Math.max(byId('map').clientWidth, MAP_LEAST)], [y, figure.y_range, figure.height]].map(([values, range, pixels]) => {
    const known = Float32Array.from(values.filter(Number.isFinite)).sort(), last = Math.max(0, known.length - 1);
    const low = known[Math.round(last * 0.01)] ?? -1, high = known[Math.round(last * 0.99)] ?? 1;
    return { range, pixels, middle: (low + high) / 2, span: Math.max(high - low, 0.1) * MAP_MARGIN };
  });
  const perPixel = Math.max(wide.span / (wide.pixels - 30), tall.span / (tall.pixels - 30));
  for (const { range, pixels, middle } of [wide, tall]) range.setv({ start: middle - (perPixel * pixels) / 2, end: middle + (perPixel * pixels) / 2 });
}

const goHome = ({ figure, home, x, y }) => {
  if (figure === scatters.get('map')?.figure) return frameMap(figure, x, y); // the window may have changed since
  figure.x_range.setv({ start: home[0], end: home[1] }); figure.y_range.setv({ start: home[2], end: home[3] });
};

function keyboard(place, drawn) {
  place.tabIndex = 0;
  const { x_range, y_range } = drawn.figure;
  const change = (shiftX, shiftY, zoom) => {
    for (const [range, shift] of [[x_range, shiftX], [y_range, shiftY]]) {
      const middle = (range.start + range.end) / 2 + shift * (range.end - range.start), half = ((range.end - range.start) / 2) * zoom;
      range.setv({ start: middle - half, end: middle + half });
    }
  };
  const keys = { ArrowLeft: [-0.1, 0, 1], ArrowRight: [0.1, 0, 1], ArrowUp: [0, 0.1, 1], ArrowDown: [0, -0.1, 1], '+': [0, 0, 0.8], '-': [0, 0, 1.25] };
  place.addEventListener('keydown', (event) => {
    if (event.key === '0') goHome(drawn); else if (keys[event.key]) change(...keys[event.key]); else return;
    event.preventDefault();
  });
}

function useLasso(wanted) {
  const map = scatters.get('map');
  if (!map) return;
  const tools = map.figure.toolbar.tools;
  for (const tool of tools) if (tool.type === 'PanTool' || tool.type === 'LassoSelectTool') tool.active = (tool.type === 'LassoSelectTool') === wanted;
  byId('lasso').setAttribute('aria-pressed', wanted);
  byId('move').setAttribute('aria-pressed', !wanted);
}
