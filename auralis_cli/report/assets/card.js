// What is told of one track: beside the pointer in short, in the drawer in full.
function told(track) {
  const list = element('dl', { class: 'told' });
  for (let at = 0; at < 5; at++) {
    const field = meta.dimensions[data.telling[5 * track + at]], value = data[field.id][track];
    if (!Number.isFinite(value)) continue;
    const place = Math.min(1, Math.max(0, (value - field.low) / (field.high - field.low)));
    list.append(element('dt', {}, field.label), element('dd', {}, withUnit(field, value)), element('i', { style: { '--at': place }, title: `usual: ${withUnit(field, field.low)} to ${withUnit(field, field.high)}` }));
  }
  return list;
}
const facts = (track) => [clock(data.duration_s?.[track]), keyOf(track) && `${keyOf(track).name} (${keyOf(track).camelot})`, Number.isFinite(data.tempo_bpm[track]) && `${number(data.tempo_bpm[track], 0)} BPM`, data.format[track]].filter(Boolean).join(' · ');
const headOf = (track) => [element('div', { class: 'name' }, data.name[track]), element('div', { class: 'words' }, byline(track)), element('div', { class: 'quiet' }, facts(track))];

let tipped = -1;
function showTip(track, event, place) {
  const tip = byId('tip'), box = place.getBoundingClientRect();
  if (tipped !== track) tip.replaceChildren(...headOf(track), told(track));
  tipped = track;
  tip.hidden = false;
  const x = box.left + event.sx + 18, y = box.top + event.sy + 18;
  tip.style.left = `${x + tip.offsetWidth > innerWidth - 8 ? Math.max(8, x - tip.offsetWidth - 36) : x}px`;
  tip.style.top = `${Math.max(8, Math.min(y, innerHeight - tip.offsetHeight - 8))}px`;
}
function hideTip() { byId('tip').hidden = true; tipped = -1; }

function trackList(found) {
  return element('ol', { class: 'list' }, ...found.map(([other, distance]) => element('li', {}, element('button', { title: `${data.name[other]} · ${byline(other)}`, on: { click: () => openTrack(other, {}) } },
    element('span', {}, [data.name[other], data.artist[other]].filter(Boolean).join(' · ')), element('span', { class: 'number quiet' }, closerThan(distance))))));
}

function player(track, play) {
  if (!data.link) return [];
  const link = (text) => element('a', { href: data.link[track], target: '_blank', rel: 'noopener', class: 'file' }, text);
  if (isFar(track)) return [element('p', { class: 'words' }, isWeb(track) ? link(pathOf(track)) : pathOf(track))]; // a page plays files alone
  const trouble = element('p', { class: 'quiet', role: 'status' });
  const audio = element('audio', { controls: '', preload: 'none', src: data.link[track], 'aria-label': `Play ${data.name[track]}`, on: {
    error: () => { trouble.textContent = 'The browser cannot play this file: it has moved since, or its format is not one that browsers know. The link opens it elsewhere.'; },
  } });
  if (play) audio.play().catch(() => {}); // the element itself reports what is wrong with the file
  return [audio, trouble, element('p', { class: 'words' }, link(pathOf(track)))];
}

let opener = null; // what gets the keyboard back when the drawer closes
function openTrack(track, { play = false }) {
  const drawer = byId('track'), found = nearest(track), mixes = mixesWith(track);
  if (drawer.hidden) opener = document.activeElement;
  state.track = track;
  hideTip();
  const telling = told(track), findings = findingsOf(track);
  drawer.replaceChildren(
    element('button', { class: 'close', 'aria-label': 'Close', on: { click: closeTrack } }, '✕'), ...headOf(track), ...player(track, play),
    ...(telling.hasChildNodes() ? [element('h3', {}, 'What tells most'), telling] : []),
    ...(findings.length ? [element('h3', {}, 'What the check finds'), element('ul', { class: 'list' }, ...findings.map(([, code, text]) => element('li', {}, level(data.rules[code].level), ` ${code} ${text}`)))] : []),
    element('h3', {}, 'Nearest in sound'), ...(found.length ? [trackList(found), element('p', { class: 'quiet' }, 'Closer than so many of the library’s pairs.')] : [element('p', { class: 'quiet' }, 'Nothing here can be compared with it: it has too few values, or no other track has enough.')]),
  );
  drawer.hidden = false;
  drawer.scrollTop = 0;
  drawer.querySelector('.close').focus({ preventScroll: true });
  byId('mixes').replaceChildren(element('h2', {}, 'Harmonic neighbours of ', element('span', { class: 'cut' }, data.name[track].slice(0, 80))),
    element('p', { class: 'quiet' }, facts(track)), mixes.length ? trackList(mixes) : element('p', { class: 'quiet' }, 'No track mixes with it: it has no key or no tempo, or nothing is near in both.'));
}
function closeTrack() {
  if (byId('track').hidden) return;
  byId('track').querySelector('audio')?.pause();
  byId('track').replaceChildren();
  byId('track').hidden = true;
  state.track = -1;
  opener?.focus({ preventScroll: true });
  opener = null;
}
