// What the linter found in the tracks that are shown: by rule, by album, and one by one.
const LEVELS = ['error', 'warning', 'info'], FINDINGS_MOST = 200, CHECKED_ALBUMS_MOST = 40;
const findingsOf = (track) => (data.findings ?? []).filter(([about]) => about === track);
const level = (name) => element('span', { class: `level ${name}` }, name);

function countedRows(counts, label, choose, most) {
  const ranked = [...counts].sort(([, one], [, other]) => other - one).slice(0, most);
  return ranked.map(([id, count]) => element('tr', {}, element('th', { scope: 'row' }, element('button', { class: 'plain', on: { click: () => choose(id) } }, ...label(id))), element('td', { class: 'number' }, number(count, 0))));
}

function updateCheck() {
  const rules = new Map(), folders = new Map(), found = data.findings.filter(([track]) => state.mask[track]);
  for (const [track, code] of found) {
    rules.set(code, (rules.get(code) ?? 0) + 1);
    folders.set(data.folder[track], (folders.get(data.folder[track]) ?? 0) + 1);
  }
  const chooseRule = (code) => {
    const tracks = new Set(data.findings.filter((one) => one[1] === code).map(([track]) => track));
    setFilter('rule', { label: `${code} ${data.rules[code].name}`, keeps: (track) => tracks.has(track) });
  };
  const chooseFolder = (folder) => setFilter('album', { label: data.folders[folder], keeps: (track) => data.folder[track] === folder });
  byId('rules').tBodies[0].replaceChildren(...countedRows(rules, (code) => [level(data.rules[code].level), ` ${code} ${data.rules[code].what}`], chooseRule, Infinity));
  byId('checked').tBodies[0].replaceChildren(...countedRows(folders, (folder) => [data.folders[folder]], chooseFolder, CHECKED_ALBUMS_MOST));
  byId('findings').replaceChildren(...found.slice(0, FINDINGS_MOST).map(([track, code, text]) => element('li', {}, element('button', { title: byline(track), on: { click: () => openTrack(track, {}) } },
    element('span', {}, level(data.rules[code].level), ` ${code} `, element('b', {}, data.name[track]), ` ${text}`)))));
  byId('findings-count').textContent = `${number(Math.min(found.length, FINDINGS_MOST), 0)} of ${number(found.length, 0)} findings in the tracks that are shown`;
}
