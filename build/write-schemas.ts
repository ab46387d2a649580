/** Writes the JSON schemas for editors into `config/schemas/`. A test says when they are not current. */
import { mkdir, writeFile } from 'node:fs/promises';
import { editorSchemas } from '../app/config/editor-schemas.ts';

const folder = new URL('../config/schemas/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(editorSchemas())) {
  await writeFile(new URL(name, folder), text);
  console.log(`config/schemas/${name}`);
}
