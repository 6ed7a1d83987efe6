import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../contracts/settings.ts';
import { TextField } from '../../ui/TextField.tsx';
import { useProblemFocus } from '../../ui/useProblemFocus.ts';
import { parseSite, SITE_FIELDS, type SiteField, siteDraftOf } from './siteDraft.ts';

type SiteSettingsProps = {
  readonly settings: Settings;
  /** @returns whether they were kept. */
  readonly onKeep: (settings: Settings) => Promise<boolean>;
};

/** What documents say of the site, and the outbox's rules. */
export function SiteSettings({ settings, onKeep }: SiteSettingsProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() => siteDraftOf(settings));
  const [wrong, setWrong] = useState<readonly SiteField[]>([]);
  const [saved, setSaved] = useState(false);
  const [tries, setTries] = useState(0);
  const form = useProblemFocus(tries);
  const save = async (): Promise<void> => {
    const parsed = parseSite(draft, settings);
    setWrong(parsed.ok ? [] : parsed.wrong);
    if (!parsed.ok) {
      setSaved(false);
      setTries(tries + 1);
      return;
    }
    setDraft(siteDraftOf(parsed.settings));
    setSaved(await onKeep(parsed.settings));
  };
  return (
    <form
      ref={form}
      className="card site-form"
      aria-label={t('site.title')}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <h2>{t('site.title')}</h2>
      <div className="form-row">
        {SITE_FIELDS.map((field) => (
          <TextField
            key={field}
            label={t(`site.field.${field}`)}
            hint={t(`site.hint.${field}`)}
            problem={wrong.includes(field) ? t(`site.wrong.${field}`) : null}
            value={draft[field]}
            onChange={(value) => {
              setSaved(false);
              setDraft({ ...draft, [field]: value });
            }}
          />
        ))}
      </div>
      <div className="site-save">
        <button type="submit" className="button primary">
          {t('site.save')}
        </button>
        <p role="status" className="action-done">
          {saved ? t('site.saved') : ''}
        </p>
      </div>
    </form>
  );
}
