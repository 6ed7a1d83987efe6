import './technicianPage.css';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CartModel, CartState } from '../../app/cartModel.ts';
import { DeliveryDesk } from '../../features/outbox/DeliveryDesk.tsx';
import { DestinationDesk } from '../../features/outbox/DestinationDesk.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import { DevicesDesk } from './DevicesDesk.tsx';
import { SiteDesk } from './SiteDesk.tsx';
import { TECHNICIAN_DESKS, type TechnicianDesk } from './technicianDesks.ts';

type TechnicianPageProps = {
  readonly model: CartModel;
  readonly state: CartState;
  readonly desk: TechnicianDesk;
  readonly onDesk: (desk: TechnicianDesk) => void;
};

/** What keeps the cart trustworthy: its devices, and that all it makes arrives. */
export function TechnicianPage({ model, state, desk, onDesk }: TechnicianPageProps) {
  const { t } = useTranslation();
  const contents: Record<TechnicianDesk, ReactNode> = {
    devices: <DevicesDesk model={model} state={state} />,
    outbox: <DeliveryDesk outbox={model.outbox} />,
    destinations: <DestinationDesk outbox={model.outbox} />,
    site: <SiteDesk model={model} state={state} />,
  };
  return (
    <main className="technician" data-desk={desk}>
      <Segmented
        legend={t('technician.desks')}
        legendShown={false}
        choices={TECHNICIAN_DESKS.map((value) => ({ value, text: t(`technician.desk.${value}`) }))}
        value={desk}
        onChange={onDesk}
      />
      {contents[desk]}
    </main>
  );
}
