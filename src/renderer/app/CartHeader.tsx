import { useTranslation } from 'react-i18next';
import { useOnline } from '../features/network/useOnline.ts';
import { CALL_TONES, HUB_TONES } from '../features/network/words.ts';
import { OutboxIndicator } from '../features/outbox/OutboxIndicator.tsx';
import { LanguageSwitch } from '../features/settings/LanguageSwitch.tsx';
import type { CartCallState } from '../media/callState.ts';
import { Brand } from '../ui/Brand.tsx';
import { Segmented } from '../ui/Segmented.tsx';
import { StateBadge } from '../ui/StateBadge.tsx';
import type { CartModel, CartState } from './cartModel.ts';

/** Whose page the window shows. */
export type CartPlace = 'nurse' | 'technician';

type CartHeaderProps = {
  readonly model: CartModel;
  readonly state: CartState;
  readonly call: CartCallState;
  readonly place: CartPlace;
  readonly onPlace: (place: CartPlace) => void;
  readonly onOutbox: () => void;
};

export function CartHeader({ model, state, call, place, onPlace, onOutbox }: CartHeaderProps) {
  const { t } = useTranslation();
  const online = useOnline();
  const { hub, settings } = state;
  const roundTrip =
    call.roundTripMs === null ? '' : t('network.roundTrip', { value: call.roundTripMs });
  return (
    <header className="page-header">
      <Brand place={t(`${place}.place`)} />
      <span className="spring" />
      <OutboxIndicator outbox={model.outbox} onOpen={onOutbox} />
      <div className="cart-states">
        <StateBadge tone={CALL_TONES[call.phase]} text={t(`call.${call.phase}`)} />
        <StateBadge
          tone={online ? HUB_TONES[hub.state] : 'bad'}
          text={online ? `${t(`network.${hub.state}`)}${roundTrip}` : t('network.offline')}
        />
      </div>
      <Segmented
        legend={t('place.title')}
        legendShown={false}
        choices={[
          { value: 'nurse', text: t('place.nurse') },
          { value: 'technician', text: t('place.technician') },
        ]}
        value={place}
        onChange={onPlace}
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
