// Plays one of the tracks; another one goes on where the first was, so that they can be compared by ear.
let heard = null; // {button, audio}
const players = new Map();

function playerOf(button) {
  if (!players.has(button)) {
    const audio = new Audio();
    audio.preload = 'none';
    audio.src = button.dataset.link;
    audio.addEventListener('error', () => {
      byId('playing').textContent = 'The browser cannot play this file: it has moved since, or its format is not one that browsers know. The link opens it elsewhere.';
      byId('playing').hidden = false;
      stopListening();
    });
    audio.addEventListener('ended', stopListening);
    players.set(button, audio);
  }
  return players.get(button);
}

function stopListening() {
  heard?.audio.pause();
  heard?.button.setAttribute('aria-pressed', false);
  heard = null;
}

function listenTo(button) {
  const again = heard?.button === button, lag = (one) => data.lags[+one.dataset.track];
  const at = heard && Math.max(0, heard.audio.currentTime - lag(heard.button) + lag(button)); // the same music
  stopListening();
  if (again) return;
  byId('playing').hidden = true;
  heard = { button, audio: playerOf(button) };
  if (at !== null) heard.audio.currentTime = at;
  setVolumes();
  button.setAttribute('aria-pressed', true);
  heard.audio.play().catch(() => {}); // the element itself reports what is wrong with the file
}

function setVolumes() { // matched, all sound as the quietest one would
  if (heard) heard.audio.volume = matched ? data.volumes[+heard.button.dataset.track] : 1;
}
