import { useTranslation } from 'react-i18next';
import type { ConnectionTest } from '../../../contracts/outbox.ts';
import { faultText } from '../../i18n/index.ts';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';
import { fingerprintIn } from './fingerprint.ts';

const TONES: Record<ConnectionTest['steps'][number]['verdict'], Tone> = {
  ok: 'good',
  failed: 'bad',
  skipped: 'idle',
};

type ConnectionStepsProps = {
  readonly test: ConnectionTest;
  /** The only certificate that the form accepts, hex; '' where the system's authorities decide. */
  readonly pinned: string;
  readonly onPin: (certificateSha256: string) => void;
};

/** Step by step, in the order of the network: the first that fails is what is to be mended. */
export function ConnectionSteps({ test, pinned, onPin }: ConnectionStepsProps) {
  const { t } = useTranslation();
  const certificate = test.steps.find(({ step }) => step === 'certificate');
  const found = fingerprintIn(certificate?.detail ?? '');
  return (
    <section className="connection-test" aria-label={t('destination.result')}>
      <p role="status" className={test.ok ? 'action-done' : 'form-problem'}>
        {test.ok ? t('destination.reached') : t('destination.notReached')}
      </p>
      <ol>
        {test.steps.map((step) => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
      {found === null ? null : (
        <CertificatePin found={found} isPinned={found === pinned} onPin={onPin} />
      )}
    </section>
  );
}

function Step({ step: told }: { readonly step: ConnectionTest['steps'][number] }) {
  const { t } = useTranslation();
  const { step, verdict, fault, detail, ms } = told;
  return (
    <li data-step={step} data-verdict={verdict}>
      <strong>{t(`destination.step.${step}`)}</strong>
      <StateBadge tone={TONES[verdict]} text={t(`destination.verdict.${verdict}`)} />
      <span className="number small soft">
        {verdict === 'skipped' ? '' : t('common.ms', { value: Math.round(ms) })}
      </span>
      <span className="small connection-words">
        {fault === null ? null : <strong>{faultText(t, fault)} </strong>}
        {detail}
      </span>
    </li>
  );
}

type CertificatePinProps = {
  readonly found: string;
  readonly isPinned: boolean;
  readonly onPin: (certificateSha256: string) => void;
};

/** Trust in what was met at the first meeting: a person compares it before it is kept. */
function CertificatePin({ found, isPinned, onPin }: CertificatePinProps) {
  const { t } = useTranslation();
  return isPinned ? (
    <p className="small soft">{t('destination.pinned')}</p>
  ) : (
    <button
      type="button"
      className="button"
      data-certificate={found}
      onClick={() => {
        onPin(found);
      }}
    >
      {t('destination.pin')}
    </button>
  );
}
