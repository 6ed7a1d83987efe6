import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeviceCommand, DeviceStatus } from '../../../contracts/devices.ts';
import type { Fault, Result } from '../../../contracts/faults.ts';
import type { DeviceDesk } from '../../app/deviceDesk.ts';
import { FaultBanner } from '../../ui/FaultBanner.tsx';
import { ClearDialog } from './ClearDialog.tsx';
import { isFlowing } from './words.ts';

type DeviceActionsProps = {
  readonly device: DeviceStatus;
  readonly desk: Pick<DeviceDesk, 'command' | 'reconnect'>;
};

type Outcome = { readonly action: string; readonly fault: Fault | null };

/** What can be asked of this device: only what it can do. */
export function DeviceActions({ device, desk }: DeviceActionsProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [clearing, setClearing] = useState(false);
  const { deviceId, capabilities, state } = device;
  const flows = isFlowing(device);
  const present = flows || state === 'ready';
  const testing = device.quality.some(({ cause }) => cause === 'testSignal');

  async function run(action: string, ask: () => Promise<Result<unknown>>): Promise<void> {
    setBusy(action);
    setOutcome(null);
    const done = await ask();
    setBusy(null);
    setOutcome({ action, fault: done.ok ? null : done.fault });
  }
  const button = (action: string, enabled: boolean, ask: () => Promise<Result<unknown>>) => (
    <button
      type="button"
      className="button"
      data-action={action}
      disabled={!enabled || busy !== null}
      onClick={() => void run(action, ask)}
    >
      {t(`action.${action}`)}
    </button>
  );
  const command = (action: string, what: DeviceCommand, enabled = present) =>
    button(action, enabled, () => desk.command(deviceId, what));
  return (
    <section className="actions" aria-label={t('technician.actions')}>
      <div className="action-row">
        {flows ? command('stop', { command: 'stop' }) : command('start', { command: 'start' })}
        {button('reconnect', true, () => desk.reconnect(deviceId))}
        {capabilities.includes('testSignal')
          ? testing
            ? command('testSignalOff', { command: 'testSignal', mode: 'off' })
            : command('testSignalOn', { command: 'testSignal', mode: 'slow1x' })
          : null}
        {capabilities.includes('impedance') ? command('impedance', { command: 'impedance' }) : null}
        {capabilities.includes('download')
          ? command('download', { command: 'download', clear: false })
          : null}
        {capabilities.includes('clear') ? (
          <button
            type="button"
            className="button"
            disabled={!present || busy !== null}
            onClick={() => {
              setClearing(true);
            }}
          >
            {t('action.clear')}
          </button>
        ) : null}
        {capabilities.includes('setClock') ? command('setClock', { command: 'setClock' }) : null}
      </div>
      <OutcomeWords busy={busy} outcome={outcome} />
      {clearing ? (
        <ClearDialog
          onClose={() => {
            setClearing(false);
          }}
          onClear={() => {
            setClearing(false);
            void run('clear', () => desk.command(deviceId, { command: 'download', clear: true }));
          }}
        />
      ) : null}
    </section>
  );
}

function OutcomeWords({
  busy,
  outcome,
}: {
  readonly busy: string | null;
  readonly outcome: Outcome | null;
}) {
  const { t } = useTranslation();
  if (busy !== null) {
    return <p role="status">{t('action.busy', { action: t(`action.${busy}`) })}</p>;
  }
  if (outcome === null) {
    return null;
  }
  return outcome.fault === null ? (
    <p role="status" className="action-done">
      {t('action.done', { action: t(`action.${outcome.action}`) })}
    </p>
  ) : (
    <FaultBanner fault={outcome.fault} />
  );
}
