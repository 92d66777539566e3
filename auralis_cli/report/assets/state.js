// Which tracks are shown: those that every filter lets through. All pages follow.
let data, meta;
const filters = new Map(); // name → {label, keeps: track → boolean, mask}
const state = { mask: null, list: null, track: -1 };
const followers = [];
const followTracks = (follower) => followers.push(follower);

function setFilter(name, filter) {
  if (filter) {
    filter.mask = Uint8Array.from({ length: meta.tracks }, (_, track) => (filter.keeps(track) ? 1 : 0));
    filters.set(name, filter);
  } else if (!filters.delete(name)) return;
  refresh();
}

function clearFilters() {
  const dropped = [...filters.values()];
  filters.clear();
  for (const filter of dropped) filter.dropped?.();
  refresh();
}

function refresh() {
  const mask = new Uint8Array(meta.tracks).fill(1);
  for (const filter of filters.values()) for (let track = 0; track < mask.length; track++) mask[track] &= filter.mask[track];
  let count = 0;
  for (const shown of mask) count += shown;
  const list = new Int32Array(count);
  for (let track = 0, at = 0; track < mask.length; track++) if (mask[track]) list[at++] = track;
  Object.assign(state, { mask, list });
  for (const follower of followers) follower();
}

const ASCII = /^[\0-\x7f]*$/;
const plain = (text) => (ASCII.test(text) ? text : text.normalize('NFKD').replace(/\p{M}/gu, '')).toLowerCase();
let searchable;
function search(text) {
  const words = plain(text).split(/\s+/).filter(Boolean);
  if (!words.length) return setFilter('search', null);
  searchable ??= data.name.map((name, track) =>
    plain([name, data.artist[track], data.album[track], data.genre[track], pathOf(track)].join('\n')));
  setFilter('search', {
    label: `“${text.trim()}”`,
    keeps: (track) => words.every((word) => searchable[track].includes(word)),
    dropped: () => { document.getElementById('search').value = ''; },
  });
}
