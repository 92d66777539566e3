// Histograms: all tracks behind, the shown ones in front, and the slider pair of each dimension.
const histograms = new Map();

function binned(values, edges, tracks) { // how many lie in each bin; the first and the last are open
  const counts = new Float64Array(edges.length - 1);
  for (const track of tracks) {
    const value = values[track];
    if (!Number.isFinite(value)) continue;
    let low = 0, high = counts.length;
    while (high - low > 1) { const middle = (low + high) >> 1; if (value >= edges[middle]) low = middle; else high = middle; }
    counts[low]++;
  }
  return counts;
}

async function drawBars(id, column = id) {
  const figure = await draw(`bars-${id}`);
  const edges = data.scales[id], every = Int32Array.from({ length: meta.tracks }, (_, track) => track);
  const all = binned(data[column], edges, every);
  const most = Math.max(1, ...all);
  fillBars(layer(figure, 0), all, most);
  histograms.set(id, { shown: layer(figure, 1), edges, all, values: data[column], most });
}

function updateBars(id) {
  const { shown, edges, all, values, most } = histograms.get(id);
  fillBars(shown, state.list.length === meta.tracks ? all : binned(values, edges, state.list), most);
}

function fillBars(source, counts, most) {
  const at = Array.from(counts.keys());
  source.data = { left: at.map((place) => place + 0.06), right: at.map((place) => place + 0.94), bottom: at.map(() => 0), top: Array.from(counts, (count) => count / most) };
}

function slider(card) {
  const id = card.dataset.dimension, field = meta.dimensions.find((each) => each.id === id), edges = data.scales[id];
  const [least, most] = card.querySelectorAll('input'), told = card.querySelector('output'), bins = edges.length - 1;
  const ends = () => [Math.min(+least.value, +most.value), Math.max(+least.value, +most.value)];
  const tell = () => {
    const [low, high] = ends();
    told.textContent = low === 0 && high === bins ? '' : `${low === 0 ? 'up to' : shown(field, edges[low])}${high === bins ? ' and more' : `${low === 0 ? ' ' : ' to '}${withUnit(field, edges[high])}`}`;
    least.setAttribute('aria-valuetext', withUnit(field, edges[low]));
    most.setAttribute('aria-valuetext', withUnit(field, edges[high]));
    return told.textContent;
  };
  const change = () => {
    const text = tell(), [low, high] = ends();
    if (!text) return setFilter(`range ${id}`, null);
    const from = low === 0 ? -Infinity : edges[low], to = high === bins ? Infinity : edges[high], values = data[id];
    setFilter(`range ${id}`, {
      label: `${field.label} ${text}`,
      keeps: (track) => values[track] >= from && values[track] <= to,
      dropped: () => { least.value = 0; most.value = bins; tell(); },
    });
  };
  let waiting = 0;
  for (const input of [least, most]) input.addEventListener('input', () => { tell(); cancelAnimationFrame(waiting); waiting = requestAnimationFrame(change); });
  tell();
}
