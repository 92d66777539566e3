// Figures in the colours of the style sheet, light or dark.
const darkness = matchMedia('(prefers-color-scheme: dark)');
const themed = new Set();
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

function applyTheme(figure) {
  themed.add(figure);
  for (const model of figure.references()) {
    if (model.type.endsWith('Axis')) {
      model.setv({ axis_line_color: colour('line'), major_tick_line_color: colour('line'), major_label_text_color: colour('muted'), axis_label_text_color: colour('muted') });
    } else if (model.type === 'Grid') model.grid_line_color = colour('line');
    else if (model.tags.length && model !== figure) { // a layer of a description: the names of its colours
      for (const [part, name] of model.tags.map((tag) => tag.split('='))) (model.glyph ?? model)[part] = model.glyph ? { value: colour(name) } : colour(name);
    } else if (model.type === 'Span') model.line_color = colour('muted');
  }
}
darkness.addEventListener('change', () => themed.forEach(applyTheme));
