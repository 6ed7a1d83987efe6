import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Site, SiteSchema } from '../../contracts/clinical.ts';
import { SettingsSchema } from '../../contracts/settings.ts';
import { projectRoot } from '../demo/project.ts';
import { remark } from '../say.ts';

/** What the cart's settings say of the site. A machine without a cart has none. */
export function siteOf(dataFolder: string): Site {
  const settings = readJson(path.join(dataFolder, 'settings.json'));
  const parsed = SettingsSchema.safeParse(settings ?? {});
  if (!parsed.success) {
    remark('Réglages illisibles, laissés de côté / settings unreadable, left aside: settings.json');
  }
  return parsed.success ? parsed.data.site : SiteSchema.parse({});
}

/** Version of Chariot, as documents name the software that made them. */
export function softwareVersion(): string {
  const found = readJson(path.join(projectRoot(), 'package.json'));
  const isNamed = typeof found === 'object' && found !== null && 'version' in found;
  return isNamed ? String(found.version) : '';
}

/** undefined: it is not there; null: it is not JSON. */
function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
