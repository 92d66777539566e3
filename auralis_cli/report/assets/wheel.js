// The circle of fifths: how full each key is, and a click that shows one key alone.
let wheel;
async function drawWheel() {
  const figure = await draw('wheel');
  figure.renderers[1].glyph.line_width = { value: 2 };
  wheel = { fields: layer(figure, 0), chosen: layer(figure, 1), counts: layer(figure, 4) };
  figure.on_event('tap', ({ x, y }) => {
    const radius = Math.hypot(x, y), step = Math.round((Math.PI / 2 - Math.atan2(y, x)) / (Math.PI / 6));
    if (radius < 0.32 || radius > 1) return;
    chooseKey(meta.keys.findIndex((key) => key.camelot === `${((step + 11) % 12) + 1}${radius > 0.66 ? 'B' : 'A'}`));
  });
  byId('keys').append(...meta.keys.map((key, at) => element('button', { 'aria-pressed': 'false', title: key.name, on: { click: () => chooseKey(at) } }, key.camelot)));
}

function chooseKey(at) {
  const label = `${meta.keys[at].name} (${meta.keys[at].camelot})`, again = filters.get('key')?.label === label;
  setFilter('key', again ? null : { label, at, keeps: (track) => data.key[track] === at });
}

function updateWheel() {
  const counts = new Float64Array(meta.keys.length);
  for (const track of state.list) if (data.key[track] !== 255) counts[data.key[track]]++;
  const most = Math.max(1, ...counts), chosen = filters.get('key')?.at;
  wheel.fields.data = { ...wheel.fields.data, opacity: Array.from(counts, (count) => (0.62 * count) / most) };
  wheel.counts.data = { ...wheel.counts.data, text: Array.from(counts, (count) => (count ? number(count, 0) : '')) };
  const one = Object.entries(wheel.fields.data).map(([name, values]) => [name, chosen === undefined ? [] : [name === 'opacity' ? 0 : values[chosen]]]);
  wheel.chosen.data = Object.fromEntries(one);
  [...byId('keys').children].forEach((button, at) => {
    button.setAttribute('aria-pressed', at === chosen);
    button.textContent = `${meta.keys[at].camelot} ${number(counts[at], 0)}`;
  });
}
