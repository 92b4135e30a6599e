// Pictures of QR codes as a phone would take them: drawn by the browser from the picture that a page of ours has, as PNG and as a film
// that Chromium shows in place of a camera.
import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

/** Brightness as a PNG. */
export function png({ width, height, pixels }) {
  const chunk = (name, bytes) => {
    const body = Buffer.concat([Buffer.from(name), bytes]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(bytes.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) Buffer.from(pixels.buffer, pixels.byteOffset + y * width, width).copy(rows, y * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

/** A gray table of these sides. */
export const table = (width, height) => ({ width, height, pixels: new Uint8Array(width * height).fill(120) });

/** A table on which lies what an element of a page shows: a code on paper. */
export async function photographed(page, element, width = 1280, height = 720) {
  const shown = await element.screenshot({ type: 'png' });
  const address = `data:image/png;base64,${shown.toString('base64')}`;
  // A page without a policy draws; the picture's own page does not know of it.
  const drawing = await page.context().browser().newPage();
  const values = await drawing.evaluate(
    async ({ address, width, height }) => {
      const picture = await createImageBitmap(await (await fetch(address)).blob());
      const canvas = new OffscreenCanvas(width, height);
      const ink = canvas.getContext('2d');
      ink.fillStyle = '#787878';
      ink.fillRect(0, 0, width, height);
      const side = Math.min(width, height) * 0.7;
      ink.translate(width / 2, height / 2);
      ink.rotate(0.1);
      ink.drawImage(picture, -side / 2, -side / 2, side, side);
      const { data } = ink.getImageData(0, 0, width, height);
      return Array.from({ length: width * height }, (_, at) => data[4 * at + 1]);
    },
    { address, width, height },
  );
  await drawing.close();
  return { width, height, pixels: Uint8Array.from(values) };
}

/** Writes a film of one picture, gray (YUV4MPEG2, 4:2:0). */
export function film(file, { width, height, pixels }) {
  const colours = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(pixels), colours]);
  writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420mpeg2\n`), frame, frame]));
}
