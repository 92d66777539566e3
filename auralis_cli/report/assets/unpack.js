// The data of the page: columns that Python packed by zlib and wrote in base64.
const ARRAYS = { f32: Float32Array, i16: Int16Array, u8: Uint8Array };

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

async function unpack({ type, data }) {
  const stream = new Blob([bytesOf(data)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const buffer = await new Response(stream).arrayBuffer();
  return type === 'json' ? JSON.parse(new TextDecoder().decode(buffer)) : new ARRAYS[type](buffer);
}

async function unpackAll() {
  const element = document.getElementById('data');
  const packed = Object.entries(JSON.parse(element.textContent));
  element.remove();
  return Object.fromEntries(await Promise.all(packed.map(async ([name, entry]) => [name, await unpack(entry)])));
}
