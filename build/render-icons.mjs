// Draws the icons of the packages from build/icons/icon.svg, with the Chromium that the tests use:
//
//   npm exec -- node build/render-icons.mjs
//
// The pictures are kept in the repository, so packaging needs no browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from './find-chromium.mjs';

const folder = join(import.meta.dirname, 'icons');
const sizes = [16, 32, 48, 64, 128, 256, 512, 1024];

const browser = await chromium.launch({ executablePath: findChromium(), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage();
  const source = Buffer.from(readFileSync(join(folder, 'icon.svg'))).toString('base64');
  for (const size of sizes) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(
      `<style>body{margin:0;background:transparent}img{display:block}</style><img width="${size}" height="${size}" src="data:image/svg+xml;base64,${source}">`,
    );
    await page.locator('img').evaluate((image) => image.decode());
    await page.screenshot({ path: join(folder, `${size}x${size}.png`), omitBackground: true });
  }
} finally {
  await browser.close();
}
