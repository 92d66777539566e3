// Albums as ranges of loudness; what lies in one folder is an album.
let albums;
const ALBUM_LEAST = 2, ALBUMS_MOST = 30, LABEL_MOST = 30;

async function drawAlbums() {
  const figure = await draw('albums');
  albums = figure;
  byId('albums-order').addEventListener('change', updateAlbums);
}

function albumRanges() {
  const levels = new Map();
  for (const track of state.list) {
    const level = data.lufs[track];
    if (!Number.isFinite(level)) continue;
    if (!levels.has(data.folder[track])) levels.set(data.folder[track], []);
    levels.get(data.folder[track]).push(level);
  }
  return [...levels].filter(([, found]) => found.length >= ALBUM_LEAST).map(([folder, found]) => {
    found.sort((one, other) => one - other);
    const half = found.length >> 1;
    return { label: data.folders[folder], low: found[0], high: found.at(-1), middle: found.length % 2 ? found[half] : (found[half - 1] + found[half]) / 2 };
  });
}

function updateAlbums() {
  const orders = { widest: (album) => album.low - album.high, loudest: (album) => -album.middle, quietest: (album) => album.middle };
  const rank = orders[byId('albums-order').value], all = albumRanges().sort((one, other) => rank(one) - rank(other));
  const found = all.slice(0, ALBUMS_MOST), figure = albums;
  const cut = (text) => { const letters = [...text.replace(/\s+/g, ' ')]; return letters.length > LABEL_MOST ? `${letters.slice(0, LABEL_MOST - 1).join('')}…` : text; };
  const short = innerWidth < 700 ? (text) => cut(text).slice(0, 14) : cut;
  const axis = figure.left[0];
  axis.ticker.ticks = found.map((_, at) => at);
  axis.major_label_overrides = new Map(found.map((album, at) => [at, short(album.label)]));
  const levels = found.flatMap((album) => [album.low, album.high]);
  if (found.length) figure.x_range.setv({ start: Math.min(...levels) - 1, end: Math.max(...levels) + 1 });
  figure.y_range.setv({ start: Math.max(found.length, 1) - 0.5, end: -0.5 });
  figure.height = Math.max(140, 60 + 20 * found.length);
  const y = found.map((_, at) => at), column = (name) => found.map((album) => album[name]);
  layer(figure, 0).data = { x0: column('low'), y0: y, x1: column('high'), y1: y };
  ['low', 'high', 'middle'].forEach((name, at) => { layer(figure, at + 1).data = { x: column(name), y }; });
  byId('albums-count').textContent = `${number(found.length, 0)} of ${number(all.length, 0)} albums of two tracks or more that are shown`;
}
