import { type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault, Result } from '../../../contracts/faults.ts';
import {
  type ConnectionTest,
  DESTINATION_KINDS,
  type DestinationState,
} from '../../../contracts/outbox.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useProblemFocus } from '../../ui/useProblemFocus.ts';
import { ConnectionSteps } from './ConnectionSteps.tsx';
import { CredentialFields } from './CredentialFields.tsx';
import {
  type DestinationDraft,
  type DestinationField,
  draftOf,
  newDraft,
  parseDraft,
} from './destinationDraft.ts';
import { plainHex } from './fingerprint.ts';
import type { DestinationWish, OutboxModel } from './outboxModel.ts';
import { destinationName } from './words.ts';

type DestinationFormProps = {
  /** null: a new one. */
  readonly state: DestinationState | null;
  readonly outbox: OutboxModel;
  readonly onSaved: (destinationId: string) => void;
};

type Verdict =
  | { readonly verdict: 'none' | 'busy' | 'saved' | 'pinTaken' }
  | { readonly verdict: 'failed'; readonly fault: Fault }
  | { readonly verdict: 'tested'; readonly test: ConnectionTest };

/** One destination: its address, its proof of identity, its credentials, and whether it answers. */
export function DestinationForm({ state, outbox, onSaved }: DestinationFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState(() =>
    state === null ? newDraft() : draftOf(state.destination, state.hasCredentials),
  );
  const [wrong, setWrong] = useState<readonly DestinationField[]>([]);
  const [tries, setTries] = useState(0);
  const form = useProblemFocus(tries);
  const [verdict, setVerdict] = useState<Verdict>({ verdict: 'none' });
  const busy = verdict.verdict === 'busy';

  async function run<T>(
    ask: (wish: DestinationWish) => Promise<Result<T>>,
    then: (value: T) => void,
  ): Promise<void> {
    const taken = outbox.destinations.state().map((one) => one.destination.destinationId);
    const parsed = parseDraft(draft, taken);
    setWrong(parsed.ok ? [] : parsed.wrong);
    if (!parsed.ok) {
      setTries(tries + 1);
      return;
    }
    setVerdict({ verdict: 'busy' });
    const done = await ask(parsed.wish);
    if (done.ok) {
      then(done.value);
    } else {
      setVerdict({ verdict: 'failed', fault: done.fault });
    }
  }
  const title = state === null ? t('destination.add') : destinationName(t, state.destination);
  const save = (): void => {
    void run(outbox.saveDestination, ({ destination, hasCredentials }) => {
      setDraft(draftOf(destination, hasCredentials));
      setVerdict({ verdict: 'saved' });
      onSaved(destination.destinationId);
    });
  };
  const remove = async (destinationId: string): Promise<void> => {
    const removed = await outbox.removeDestination(destinationId);
    if (!removed.ok) {
      setVerdict({ verdict: 'failed', fault: removed.fault });
    }
  };
  return (
    <form
      ref={form}
      noValidate
      className="card destination-form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h2>{title}</h2>
      <AddressFields draft={draft} wrong={wrong} isNew={state === null} onDraft={setDraft} />
      <CredentialFields
        draft={draft}
        wrong={wrong}
        hasKept={state?.hasCredentials ?? false}
        onDraft={setDraft}
      />
      <div className="destination-actions">
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() =>
            void run(outbox.testDestination, (test) => {
              setVerdict({ verdict: 'tested', test });
            })
          }
        >
          {t('destination.test')}
        </button>
        <button type="submit" className="button primary" disabled={busy}>
          {t('destination.save')}
        </button>
        <span className="spring" />
        {state === null ? null : (
          <button
            type="button"
            className="button"
            disabled={busy}
            onClick={() => void remove(state.destination.destinationId)}
          >
            {t('destination.remove')}
          </button>
        )}
      </div>
      <div ref={useInSight(verdict)} className="destination-verdict">
        <VerdictWords
          verdict={verdict}
          pinned={plainHex(draft.certificate)}
          onPin={(certificate) => {
            setDraft({ ...draft, certificate });
            setVerdict({ verdict: 'pinTaken' });
          }}
        />
      </div>
    </form>
  );
}

/** What was asked for is answered below a long form: it comes into sight. */
function useInSight(shown: unknown): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown !== null) {
      place.current?.scrollIntoView({ block: 'nearest' });
    }
  }, [shown]);
  return place;
}

type VerdictWordsProps = {
  readonly verdict: Verdict;
  readonly pinned: string;
  readonly onPin: (certificateSha256: string) => void;
};

function VerdictWords({ verdict, pinned, onPin }: VerdictWordsProps) {
  const { t } = useTranslation();
  switch (verdict.verdict) {
    case 'none':
      return null;
    case 'busy':
      return <p role="status">{t('destination.busy')}</p>;
    case 'saved':
    case 'pinTaken':
      return (
        <p role="status" className="action-done">
          {t(`destination.${verdict.verdict}`)}
        </p>
      );
    case 'failed':
      return <FaultBanner fault={verdict.fault} />;
    case 'tested':
      return <ConnectionSteps test={verdict.test} pinned={pinned} onPin={onPin} />;
    default:
      return verdict satisfies never;
  }
}

export type DraftFieldsProps = {
  readonly draft: DestinationDraft;
  readonly wrong: readonly DestinationField[];
  readonly onDraft: (draft: DestinationDraft) => void;
};

function AddressFields(props: DraftFieldsProps & { readonly isNew: boolean }) {
  const { t } = useTranslation();
  const { draft, wrong, isNew, onDraft } = props;
  const problem = (field: DestinationField): string | null =>
    wrong.includes(field) ? t(`destination.wrong.${field}`) : null;
  const field = (name: 'name' | 'url' | 'concurrency' | 'certificate') => ({
    label: t(`destination.field.${name}`),
    hint: t(`destination.hint.${name}`),
    value: draft[name],
    problem: problem(name),
    onChange: (value: string) => {
      onDraft({ ...draft, [name]: value });
    },
  });
  return (
    <>
      {isNew ? (
        <div className="form-segments">
          <Segmented
            legend={t('destination.field.kind')}
            choices={DESTINATION_KINDS.map((value) => ({
              value,
              text: t(`destination.kind.${value}`),
            }))}
            value={draft.kind}
            onChange={(kind) => {
              onDraft({ ...draft, kind });
            }}
          />
        </div>
      ) : null}
      <div className="form-row">
        <TextField {...field('name')} maxLength={60} />
        <TextField {...field('concurrency')} type="number" />
      </div>
      <TextField {...field('url')} type="url" />
      <TextField {...field('certificate')} />
      <label className="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={({ target: { checked } }) => {
            onDraft({ ...draft, enabled: checked });
          }}
        />
        {t('destination.field.enabled')}
      </label>
    </>
  );
}
