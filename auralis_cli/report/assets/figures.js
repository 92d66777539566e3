// Bokeh's figures, each drawn when its page is first opened.
let softwareOnly; // WebGL computed by the processor is many times slower than Bokeh's own canvas
function drawsInSoftware() {
  if (softwareOnly === undefined) {
    const context = document.createElement('canvas').getContext('webgl');
    const info = context?.getExtension('WEBGL_debug_renderer_info');
    const renderer = context ? String(context.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : context.RENDERER)) : 'none';
    softwareOnly = /none|swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
  }
  return softwareOnly;
}

async function draw(name) {
  const item = data.figures[name];
  const attributes = item.doc.roots[0].attributes;
  if (attributes.output_backend === 'webgl' && drawsInSoftware()) {
    Object.assign(attributes, { output_backend: 'canvas', lod_factor: 25 }); // every 25th point while it is dragged
  }
  await Bokeh.embed.embed_item(item, name);
  const root = Bokeh.documents.map((shown) => shown.get_model_by_id(item.root_id)).find(Boolean);
  applyTheme(root);
  return root;
}
const sourceOf = (figure, name) => [...figure.references()].find((model) => model.type === 'ColumnDataSource' && model.name === name);
const layer = (figure, at) => figure.renderers[at].data_source; // of a described figure, in the order of its layers
const named = (figure, name) => [...figure.references()].find((model) => model.name === name);

function tellTrouble(error) {
  byId('trouble').textContent = `Part of this page cannot be shown: ${error.message}`;
  byId('trouble').hidden = false;
  console.error(error);
}
