// What points are coloured by. Categories: Okabe and Ito's colours, which everybody can tell apart; measures: viridis.
const CATEGORIES = ['#E69F00', '#56B4E9', '#009E73', '#CC79A7', '#0072B2', '#D55E00', '#B8A800'];
const OTHERS = '#8a8f98';
const colouring = { id: 'group', values: null, palette: [], low: 0, high: 1, legend: [] };
const colouringFollowers = [];

function colourChoices() {
  const texts = [['group', 'group of sound'], ['key', 'key'], ['format', 'format'], ['folder', 'album'], ['artist', 'artist'], ['genre', 'genre'], ['gravest', 'finding of the check']];
  const there = texts.filter(([id]) => (id === 'gravest' ? data.gravest : !['artist', 'genre'].includes(id) || data[id].some(Boolean)));
  const options = (fields) => fields.map((field) => element('option', { value: field.id }, field.label));
  byId('colour').append(
    element('optgroup', { label: 'kind' }, ...there.map(([id, label]) => element('option', { value: id }, label))),
    element('optgroup', { label: 'dimension' }, ...options(meta.dimensions)),
    element('optgroup', { label: 'measurement' }, ...options(meta.numbers)),
  );
}

function colourBy(id) {
  const field = [...meta.dimensions, ...meta.numbers].find((each) => each.id === id);
  Object.assign(colouring, { id }, field ? byMeasure(field) : id === 'key' ? byKey() : id === 'gravest' ? byFinding() : byCategory(id));
  for (const follower of colouringFollowers) follower();
}

function byMeasure(field) {
  const values = data[field.id];
  const known = Float32Array.from(values.filter(Number.isFinite)).sort();
  const low = known[Math.floor(known.length * 0.02)] ?? 0, high = known[Math.floor(known.length * 0.98)] ?? 1;
  const palette = darkness.matches ? meta.ramp.dark : meta.ramp.light;
  return { values, palette, low, high: high > low ? high : low + 1, legend: null, field };
}

function byKey() { // round the circle of fifths: neighbours have like colours, and the other side has the opposite one
  const palette = ['#3b6fd4', '#5f8fd0', '#8fb0cf', '#c3cbd0', '#d9cf9a', '#dcc25a', '#dcb11f', '#b98f17', '#8f7423', '#6d6440', '#565a66', '#46629c'];
  const values = Float32Array.from(data.key, (key) => (key === 255 ? NaN : parseInt(meta.keys[key].camelot, 10) - 1));
  const legend = palette.map((shade, at) => ({ label: `${at + 1}A ${at + 1}B`, shade, keeps: (track) => values[track] === at }));
  return { values, palette, low: -0.5, high: 11.5, legend };
}

function byFinding() {
  const shades = ['#D55E00', '#E69F00', '#56B4E9'], values = Float32Array.from(data.gravest, (grade) => (grade < LEVELS.length ? grade : NaN));
  const legend = LEVELS.map((name, grade) => ({ label: name, shade: shades[grade], keeps: (track) => values[track] === grade }));
  legend.push({ label: 'nothing found', shade: OTHERS, keeps: (track) => Number.isNaN(values[track]) });
  return { values, palette: shades, low: -0.5, high: shades.length - 0.5, legend };
}

function byCategory(id) {
  const labels = id === 'group' ? (track) => meta.groups[data.group[track]] : id === 'folder' ? (track) => data.folders[data.folder[track]] : (track) => data[id][track];
  const counts = new Map();
  for (let track = 0; track < meta.tracks; track++) {
    const label = labels(track);
    if (label) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const ranked = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one));
  const kept = new Map(ranked.slice(0, CATEGORIES.length).sort(id === 'group' ? undefined : () => 0).map((label, at) => [label, at]));
  const values = Float32Array.from({ length: meta.tracks }, (_, track) => kept.get(labels(track)) ?? NaN);
  const legend = [...kept].map(([label, at]) => ({ label, shade: CATEGORIES[at], keeps: (track) => values[track] === at }));
  if (values.some(Number.isNaN)) legend.push({ label: ranked.length > kept.size ? `${number(ranked.length - kept.size, 0)} others` : 'none', shade: OTHERS, keeps: (track) => Number.isNaN(values[track]) });
  return { values, palette: CATEGORIES, low: -0.5, high: CATEGORIES.length - 0.5, legend };
}

function drawLegend() {
  const place = byId('legend');
  if (colouring.legend) {
    place.replaceChildren(...colouring.legend.map((entry) => element('button', {
      title: `Show these alone: ${entry.label}`,
      on: { click: () => setFilter('colour', { label: entry.label, keeps: entry.keeps }) },
    }, element('span', { class: 'swatch', style: { background: entry.shade } }), element('span', { class: 'cut' }, entry.label))));
    return;
  }
  const strip = element('canvas', { width: colouring.palette.length, height: 1, 'aria-hidden': 'true' });
  colouring.palette.forEach((shade, at) => { const pen = strip.getContext('2d'); pen.fillStyle = shade; pen.fillRect(at, 0, 1, 1); });
  place.replaceChildren(element('span', { class: 'ramp' }, shown(colouring.field, colouring.low), strip, withUnit(colouring.field, colouring.high)));
}
