// The shown tracks as text for other programs.
function asM3u8(tracks) {
  const line = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '); // nothing that breaks the line, turns it or is not seen
  const place = (track) => { // a URL where a line cannot hold the name, or the name is not UTF-8
    if (isFar(track)) return pathOf(track);
    const url = new URL(data.link[track], location.href);
    try {
      const path = decodeURIComponent(url.pathname);
      return /[\r\n]|\s$/.test(path) ? url.href : path;
    } catch { return url.href; }
  };
  const entries = Array.from(tracks, (track) => `#EXTINF:${Math.round(data.duration_s?.[track] ?? -1)},${line([data.artist[track], data.name[track]].filter(Boolean).join(' - '))}\n${place(track)}\n`);
  return `#EXTM3U\n${entries.join('')}`;
}

function asCsv(tracks) { // RFC 4180; a text that a spreadsheet would compute gets an apostrophe
  const cell = (value) => {
    if (typeof value === 'number') return Number.isFinite(value) ? String(+value.toPrecision(7)) : '';
    const text = /^[=+\-@\t\r]/.test(value ?? '') ? `'${value}` : value ?? '';
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const texts = [['title', 'name'], ['artist', 'artist'], ['album', 'album'], ['genre', 'genre'], ['format', 'format']];
  const measures = [...meta.numbers, ...meta.dimensions].map((field) => field.id);
  const row = (track) => [...(data.link ? [pathOf(track)] : []), ...texts.map(([, column]) => data[column][track]), keyOf(track)?.name ?? '', ...measures.map((id) => data[id][track])];
  const head = [...(data.link ? ['path'] : []), ...texts.map(([name]) => name), 'key', ...measures];
  return [head, ...Array.from(tracks, row)].map((cells) => cells.map(cell).join(',')).join('\r\n') + '\r\n';
}

async function copyTracks(button) {
  const tracks = sorted(state.list); // anew: the table follows what is shown only while it is open
  const text = button.dataset.copy === 'csv' ? asCsv(tracks) : asM3u8(tracks);
  try {
    await navigator.clipboard.writeText(text);
    button.dataset.label ??= button.textContent;
    button.textContent = `Copied ${number(tracks.length, 0)}`;
    setTimeout(() => { button.textContent = button.dataset.label; }, 1500);
  } catch { // a browser that does not let pages of files write to the clipboard: the user copies
    const dialog = byId('copied');
    dialog.querySelector('p').textContent = 'This browser does not let a page copy by itself: select all and copy.';
    dialog.querySelector('textarea').value = text;
    dialog.showModal();
    dialog.querySelector('textarea').select();
  }
}
