// What the curves have where the pointer is.
function readings(figure, x) {
  const found = [];
  for (const renderer of figure.renderers) {
    if (renderer.glyph?.type !== 'Line' || !renderer.name) continue;
    const { x: places, y: values } = renderer.data_source.data;
    let low = 0, high = places.length - 1;
    while (high - low > 1) { const middle = (low + high) >> 1; if (places[middle] <= x) low = middle; else high = middle; }
    const at = Math.abs(places[low] - x) <= Math.abs(places[high] - x) ? low : high;
    const step = places.length > 1 ? Math.abs(places[high] - places[low]) : Infinity;
    if (Math.abs(places[at] - x) <= step) found.push({ letter: renderer.name, place: places[at], value: values[at] });
  }
  return found;
}

function placeText(figure, x) {
  if (tagOf(figure, 'time') === '1') {
    const tenths = Math.abs(Math.round(x / 100));
    return `${x < 0 ? MINUS : ''}${clock(Math.floor(tenths / 10))}.${tenths % 10}`;
  }
  return `${number(x, x < 100 ? 1 : 0)} Hz`;
}

function showReadout(figure, event, place) {
  const found = readings(figure, event.x);
  if (!found.length) return hideReadout();
  const tip = byId('tip'), box = place.getBoundingClientRect();
  const decimals = Math.abs(figure.y_range.end - figure.y_range.start) < 4 ? 2 : 1;
  tip.className = 'readout';
  tip.replaceChildren(element('div', { class: 'quiet' }, placeText(figure, found[0].place)), element('dl', {}, ...found.flatMap(({ letter, value }) =>
    [element('dt', { class: `track-${letter.charCodeAt(0) - 64}` }, letter), element('dd', {}, number(value ?? NaN, decimals))])));
  tip.hidden = false;
  const x = box.left + event.sx + 18, y = box.top + event.sy + 18;
  tip.style.left = `${x + tip.offsetWidth > innerWidth - 8 ? Math.max(8, x - tip.offsetWidth - 36) : x}px`;
  tip.style.top = `${Math.max(8, Math.min(y, innerHeight - tip.offsetHeight - 8))}px`;
}
function hideReadout() { byId('tip').hidden = true; }

function readOut(place, figure) {
  if (!figure.renderers.some((renderer) => renderer.glyph?.type === 'Line')) return;
  figure.on_event('mousemove', (event) => showReadout(figure, event, place));
  figure.on_event('mouseleave', hideReadout);
}
