// The nearest in sound: the distance of the preset "sound", as `auralis similar` has it.
const NEAREST = 10, TEMPO_TOLERANCE = 0.06;

function distancesFrom(track) {
  const found = new Float32Array(meta.tracks);
  if (data.apart) return data.apart.subarray(track * meta.tracks, (track + 1) * meta.tracks);
  const width = meta.dimensions.length, points = data.points, own = track * width;
  for (let other = 0, at = 0; other < meta.tracks; other++) {
    let sum = 0;
    for (let axis = 0; axis < width; axis++, at++) sum += Math.abs(points[at] - points[own + axis]);
    found[other] = sum * meta.unit;
  }
  return found;
}

function nearest(track, wanted = () => true) { // [track, distance] pairs; tracks without a place on the map have none
  if (data.group[track] === 255) return [];
  const distances = distancesFrom(track), found = [];
  for (let other = 0; other < meta.tracks; other++) {
    const distance = distances[other];
    if (other === track || data.group[other] === 255 || !Number.isFinite(distance) || !wanted(other)) continue;
    if (found.length === NEAREST && distance >= found.at(-1)[1]) continue;
    let at = found.length;
    while (at && found[at - 1][1] > distance) at--;
    found.splice(at, 0, [other, distance]);
    found.length = Math.min(found.length, NEAREST);
  }
  return found;
}

function closerThan(distance) { // of the pairs of the library so many are farther apart
  const after = meta.curve.findIndex(([at]) => at >= distance);
  if (!meta.curve.length) return '';
  const share = after < 0 ? 0 : after === 0 ? 1 : between(meta.curve[after - 1], meta.curve[after], distance);
  return `${number(Math.min(99.9, Math.floor(share * 1000) / 10), 1)} %`;
}
const between = ([x0, y0], [x1, y1], x) => y0 + ((y1 - y0) * (x - x0)) / (x1 - x0 || 1);

function mixesWith(track) {
  const key = keyOf(track), tempo = data.tempo_bpm[track];
  if (!key || !Number.isFinite(tempo)) return [];
  const place = parseInt(key.camelot, 10), ring = key.camelot.at(-1);
  return nearest(track, (other) => {
    const second = keyOf(other), ratio = data.tempo_bpm[other] / tempo;
    if (!second || ![0.5, 1, 2].some((level) => Math.abs(ratio / level - 1) <= TEMPO_TOLERANCE)) return false;
    const step = (parseInt(second.camelot, 10) - place + 12) % 12;
    return second.camelot.at(-1) === ring ? [0, 1, 11].includes(step) : step === 0;
  });
}
