import { useTranslation } from 'react-i18next';
import type { DeviceStatus } from '../../../contracts/devices.ts';
import type { Locale } from '../../../contracts/settings.ts';
import { DEVICE_TONES, deviceName } from '../../features/devices/words.ts';
import { CALL_TONES } from '../../features/network/words.ts';
import { LanguageSwitch } from '../../features/settings/LanguageSwitch.tsx';
import type { PhysicianCallState } from '../../media/callState.ts';
import { Brand } from '../../ui/Brand.tsx';
import { StateBadge, type Tone } from '../../ui/StateBadge.tsx';

type PhysicianHeaderProps = {
  readonly state: PhysicianCallState;
  readonly locale: Locale;
  readonly onLocale: (locale: Locale) => void;
};

export function PhysicianHeader({ state, locale, onLocale }: PhysicianHeaderProps) {
  const { t } = useTranslation();
  // What was heard before the link broke says nothing about now.
  const device = state.phase === 'joined' ? worst(state.statuses) : undefined;
  const present = state.cart === null ? t('physician.cartAbsent') : t('physician.cartPresent');
  const others =
    state.colleagues.length === 0
      ? ''
      : t('physician.colleagues', { count: state.colleagues.length });
  return (
    <header className="page-header">
      <Brand place={t('physician.place')} />
      <span className="spring" />
      {device === undefined ? null : (
        <StateBadge
          tone={DEVICE_TONES[device.state]}
          text={t('physician.device', {
            name: deviceName(device),
            state: t(`device.state.${device.state}`),
          })}
        />
      )}
      <StateBadge tone={state.cart === null ? 'idle' : 'good'} text={`${present}${others}`} />
      <StateBadge tone={CALL_TONES[state.phase]} text={t(`call.${state.phase}`)} />
      <LanguageSwitch locale={locale} onLocale={onLocale} />
    </header>
  );
}

const GRAVITY: Record<Tone, number> = { bad: 3, warn: 2, good: 1, idle: 0 };

/** The device that most needs to be told of; the first of equals. */
function worst(statuses: readonly DeviceStatus[]): DeviceStatus | undefined {
  const gravity = ({ state }: DeviceStatus): number => GRAVITY[DEVICE_TONES[state]];
  return statuses.toSorted((a, b) => gravity(b) - gravity(a))[0];
}
