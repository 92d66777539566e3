// The tracks that are shown, page by page.
const ROWS = 100;
const table = { fields: [], chosen: new Set(['name', 'artist', 'folder', 'duration_s', 'year', 'tempo_bpm', 'key', 'lufs', 'loudness_range_lu', 'spectral_centroid', 'format']), sort: null, down: false, page: 0, order: [] };

function tableFields() {
  const text = (id, label, of) => ({ id, label, of, show: of, text: true });
  const measure = (field) => ({ ...field, of: (track) => data[field.id][track], show: (track) => shown(field, data[field.id][track]) });
  const some = (id) => data[id].some(Boolean);
  return [
    text('name', 'title', (track) => data.name[track]),
    ...(some('artist') ? [text('artist', 'artist', (track) => data.artist[track])] : []),
    text('folder', 'album', (track) => data.album[track] || data.folders[data.folder[track]]),
    ...(some('genre') ? [text('genre', 'genre', (track) => data.genre[track])] : []),
    { id: 'key', label: 'key', of: (track) => data.key[track], show: (track) => (keyOf(track) ? `${keyOf(track).camelot} · ${keyOf(track).name}` : '–'), text: true },
    ...meta.dimensions.map(measure), ...meta.numbers.map(measure),
    text('format', 'format', (track) => data.format[track]),
    ...(data.warning_codes.some(Boolean) ? [text('warning_codes', 'warnings', (track) => data.warning_codes[track])] : []),
  ];
}

async function drawTable() {
  table.fields = tableFields();
  const first = [...table.chosen];
  const rank = (field) => { const at = first.indexOf(field.id); return at < 0 ? first.length : at; };
  table.fields.sort((one, other) => rank(one) - rank(other));
  byId('chooser').querySelector('.choices').append(...table.fields.slice(1).map((field) => element('label', {}, element('input', {
    type: 'checkbox', ...(table.chosen.has(field.id) ? { checked: '' } : {}),
    on: { change: ({ target }) => { target.checked ? table.chosen.add(field.id) : table.chosen.delete(field.id); fillTable(); } },
  }), ` ${field.label}`)));
  byId('back').addEventListener('click', () => { table.page--; fillTable(); });
  byId('forth').addEventListener('click', () => { table.page++; fillTable(); });
}

function updateTable() {
  table.page = 0;
  table.order = sorted(state.list);
  fillTable();
}

function sorted(list) { // what a track does not have comes last, whichever way
  const field = table.fields.find((each) => each.id === table.sort);
  if (!field) return list;
  const turn = table.down ? -1 : 1, collate = new Intl.Collator('en', { numeric: true }).compare;
  const missing = (value) => value === '' || value === undefined || Number.isNaN(value) || (field.id === 'key' && value === 255);
  return Array.from(list).sort((one, other) => {
    const a = field.of(one), b = field.of(other);
    if (missing(a) || missing(b)) return missing(a) - missing(b);
    return turn * (typeof a === 'string' ? collate(a, b) : a - b);
  });
}

function fillTable() {
  const fields = table.fields.filter((field) => table.chosen.has(field.id)), last = Math.max(0, Math.ceil(table.order.length / ROWS) - 1);
  table.page = Math.min(Math.max(table.page, 0), last);
  const part = table.order.slice(table.page * ROWS, (table.page + 1) * ROWS), [head, body] = ['thead', 'tbody'].map((tag) => document.querySelector(`.tracks ${tag}`));
  const arrow = (field) => (table.sort === field.id ? (table.down ? ' ↓' : ' ↑') : '');
  head.replaceChildren(element('tr', {}, ...fields.map((field) => element('th', { scope: 'col', class: field.text ? undefined : 'number', 'aria-sort': table.sort === field.id ? (table.down ? 'descending' : 'ascending') : undefined },
    element('button', { title: field.unit || undefined, on: { click: () => sortBy(field) } }, field.label, arrow(field))))));
  body.replaceChildren(...Array.from(part, (track) => element('tr', {}, ...fields.map((field, at) => (at === 0
    ? element('th', { scope: 'row' }, element('button', { on: { click: () => openTrack(track, {}) } }, field.show(track)))
    : element('td', { class: field.text ? undefined : 'number' }, field.show(track)))))));
  byId('page-of').textContent = table.order.length ? `${number(table.page * ROWS + 1, 0)}–${number(table.page * ROWS + part.length, 0)} of ${number(table.order.length, 0)}` : 'no track';
  byId('back').disabled = table.page === 0;
  byId('forth').disabled = table.page === last;
}

function sortBy(field) { // measures highest first, texts from A; a second click turns the order
  const again = table.sort === field.id;
  Object.assign(table, { sort: field.id, down: again ? !table.down : !field.text });
  updateTable();
  [...document.querySelectorAll('.tracks thead th[aria-sort] button')][0]?.focus();
}
