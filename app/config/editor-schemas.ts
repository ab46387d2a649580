/** JSON schemas for editors, made of the same schemas that check the files. */
import * as z from 'zod';
import { databasesEditorSchema } from './databases-schema.ts';
import { schedulesEditorSchema } from './schedules-schema.ts';
import { settingsSchema } from './settings-schema.ts';

/** The schema files by name, as they lie in `config/schemas/`. `node build/write-schemas.ts` writes them. */
export function editorSchemas(): Readonly<Record<string, string>> {
  return {
    'databases.schema.json': render(databasesEditorSchema),
    'schedules.schema.json': render(schedulesEditorSchema),
    'settings.schema.json': render(settingsSchema),
  };
}

/** Draft 7, because that is what editors' YAML support understands best. */
function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: 'input', target: 'draft-7' }), null, 2)}\n`;
}
