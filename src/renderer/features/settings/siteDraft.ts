import { type Settings, SettingsSchema } from '../../../contracts/settings.ts';

/** The site's settings as they are typed. */
export type SiteDraft = {
  readonly institution: string;
  readonly department: string;
  readonly finess: string;
  readonly stationName: string;
  readonly uidRoot: string;
  readonly patientSystem: string;
  readonly retentionDays: string;
  /** Kilobytes a second; '' for no cap. */
  readonly liveCap: string;
};
export type SiteField = keyof SiteDraft;
export const SITE_FIELDS = [
  'institution',
  'department',
  'finess',
  'stationName',
  'uidRoot',
  'patientSystem',
  'retentionDays',
  'liveCap',
] as const satisfies readonly SiteField[];

const KILO = 1000;

export function siteDraftOf({ site, outbox }: Settings): SiteDraft {
  const { institution, department, stationName, uidRoot, patientSystem } = site;
  const cap = outbox.liveCapBytesPerSecond;
  return {
    institution,
    department,
    finess: site.finess ?? '',
    stationName,
    uidRoot,
    patientSystem,
    retentionDays: String(outbox.retentionDays),
    liveCap: cap === null ? '' : String(cap / KILO),
  };
}

type Parsed =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly wrong: readonly SiteField[] };

/** @returns the settings with what was typed, or the fields that hold no value of their kind. */
export function parseSite(draft: SiteDraft, settings: Settings): Parsed {
  const { institution, department, finess, stationName, uidRoot, patientSystem } = draft;
  const cap = draft.liveCap.trim().replace(',', '.');
  const parsed = SettingsSchema.safeParse({
    ...settings,
    site: {
      institution: institution.trim(),
      department: department.trim(),
      finess: finess.trim() === '' ? null : finess.trim().toUpperCase(),
      stationName: stationName.trim(),
      uidRoot: uidRoot.trim(),
      patientSystem: patientSystem.trim(),
    },
    outbox: {
      // An empty field is no number of days, though Number('') is 0.
      retentionDays: draft.retentionDays.trim() === '' ? null : Number(draft.retentionDays),
      liveCapBytesPerSecond: cap === '' ? null : Math.round(Number(cap) * KILO),
    },
  });
  if (parsed.success) {
    return { ok: true, settings: parsed.data };
  }
  const names = parsed.error.issues.map(({ path }) =>
    path[1] === 'liveCapBytesPerSecond' ? 'liveCap' : path[1],
  );
  return { ok: false, wrong: SITE_FIELDS.filter((field) => names.includes(field)) };
}
