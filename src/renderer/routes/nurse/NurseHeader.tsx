import { useTranslation } from 'react-i18next';
import type { CartModel, CartState } from '../../app/cartModel.ts';
import { useOnline } from '../../features/network/useOnline.ts';
import { CALL_TONES, HUB_TONES } from '../../features/network/words.ts';
import { LanguageSwitch } from '../../features/settings/LanguageSwitch.tsx';
import type { CartCallState } from '../../media/callState.ts';
import { Brand } from '../../ui/Brand.tsx';
import { StateBadge } from '../../ui/StateBadge.tsx';

type NurseHeaderProps = {
  readonly model: CartModel;
  readonly state: CartState;
  readonly call: CartCallState;
};

export function NurseHeader({ model, state, call }: NurseHeaderProps) {
  const { t } = useTranslation();
  const online = useOnline();
  const { hub, settings } = state;
  const roundTrip =
    call.roundTripMs === null ? '' : t('network.roundTrip', { value: call.roundTripMs });
  return (
    <header className="page-header">
      <Brand place={t('nurse.place')} />
      <span className="spring" />
      <StateBadge tone={CALL_TONES[call.phase]} text={t(`call.${call.phase}`)} />
      <StateBadge
        tone={online ? HUB_TONES[hub.state] : 'bad'}
        text={online ? `${t(`network.${hub.state}`)}${roundTrip}` : t('network.offline')}
      />
      <LanguageSwitch
        locale={settings.locale}
        onLocale={(locale) => {
          model.setSettings({ ...settings, locale });
        }}
      />
    </header>
  );
}
