// Values as text, and elements whose text is never read as HTML.
const MINUS = '−';
function number(value, decimals) {
  if (!Number.isFinite(value)) return '–';
  const text = Math.abs(value).toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return value < 0 && /[1-9]/.test(text) ? MINUS + text : text;
}
function clock(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.round(seconds), two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60), hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${two(minutes % 60)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
const PLAIN_NUMBERS = new Set(['year', 'bit_depth', 'channels']);
function shown(field, value) {
  if (field.id === 'duration_s') return clock(value);
  return PLAIN_NUMBERS.has(field.id) && Number.isFinite(value) ? String(value) : number(value, field.decimals);
}
const withUnit = (field, value) => (field.unit ? `${shown(field, value)} ${field.unit}` : shown(field, value));

function element(tag, options = {}, ...children) {
  const { on = {}, style = {}, ...attributes } = options;
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  for (const [name, value] of Object.entries(style)) made.style.setProperty(name, value);
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.filter((child) => child !== null && child !== undefined)); // texts, never HTML
  return made;
}
const byId = (id) => document.getElementById(id);
const keyOf = (track) => meta.keys[data.key[track]];
const byline = (track) => [data.artist[track], data.album[track] || data.folders[data.folder[track]]].filter(Boolean).join(' · ');
const isFar = (track) => /^[a-z][a-z0-9+.-]*:\/\//i.test(data.link?.[track] ?? ''); // in a store, not on a disk
const isWeb = (track) => /^https?:/i.test(data.link[track]);
function pathOf(track) {
  if (!data.link) return '';
  if (isFar(track) && isWeb(track)) return data.link[track];
  try { return decodeURIComponent(data.link[track]); } catch { return data.link[track]; } // bytes that are not UTF-8
}
