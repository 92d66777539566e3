// Axes that move together: all figures over the whole time, and all of the rhythm.
const linked = new Map(); // name → the x ranges
const tagOf = (figure, name) => figure.tags.find((tag) => tag.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
let moving = false;
const TICK_PX = 110; // from one label of time to the next

function link(figure, place) {
  const name = tagOf(figure, 'link'), range = figure.x_range;
  if (tagOf(figure, 'time') === '1') figure.below[0].ticker.desired_num_ticks = Math.max(3, Math.min(8, Math.floor(place.clientWidth / TICK_PX)));
  if (!name) return;
  if (!linked.has(name)) linked.set(name, []);
  const group = linked.get(name);
  if (group.length) range.setv({ start: group[0].start, end: group[0].end }); // drawn later, after others were moved
  group.push(range);
  range.change.connect(() => { if (!moving) showSpan(name, range.start, range.end); });
}

function showSpan(name, start, end) {
  moving = true;
  for (const range of linked.get(name)) range.setv({ start, end });
  moving = false;
}

const LEAST_MS = 2000;
const STEPS = { back: [-0.25, 1], forth: [0.25, 1], in: [0, 0.5], out: [0, 2], whole: [0, Infinity] };
const KEYS = { ArrowLeft: 'back', ArrowRight: 'forth', '+': 'in', '-': 'out', 0: 'whole' };
function move(name, step) { // never beyond what there is
  const [range] = linked.get(name) ?? [];
  if (!range) return;
  const [first, last] = range.bounds, [shift, zoom] = STEPS[step];
  const width = Math.min(last - first, Math.max(LEAST_MS, (range.end - range.start) * zoom));
  const middle = (range.start + range.end) / 2 + shift * (range.end - range.start);
  const start = Math.max(first, Math.min(last - width, middle - width / 2));
  showSpan(name, start, start + width);
}

function moveByKeys(place, figure) {
  const name = tagOf(figure, 'link');
  if (!name) return;
  place.tabIndex = 0;
  place.addEventListener('keydown', (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    move(name, KEYS[event.key]);
    event.preventDefault();
  });
}
