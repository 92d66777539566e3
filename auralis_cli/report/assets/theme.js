// Figures in the colours of the style sheet, light or dark.
const darkness = matchMedia('(prefers-color-scheme: dark)');
const themed = new Set();
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const GLYPHS = {
  back: { fill_color: 'back' }, front: { fill_color: 'accent' }, fields: { fill_color: 'accent', line_color: 'surface' },
  edges: { line_color: 'ink' }, labels: { text_color: 'ink' }, ends: { fill_color: 'ink' }, spans: { line_color: 'accent' },
};

function applyTheme(figure) {
  themed.add(figure);
  for (const model of figure.references()) {
    if (model.type.endsWith('Axis')) {
      model.setv({ axis_line_color: colour('line'), major_tick_line_color: colour('line'), major_label_text_color: colour('muted'), axis_label_text_color: colour('muted') });
    } else if (model.type === 'Grid') model.grid_line_color = colour('line');
    else if (model.type === 'Span') model.line_color = colour('muted');
    else if (model.type === 'GlyphRenderer' && GLYPHS[model.name]) {
      for (const [property, name] of Object.entries(GLYPHS[model.name])) model.glyph[property] = { value: colour(name) };
    }
  }
}
darkness.addEventListener('change', () => themed.forEach(applyTheme));
