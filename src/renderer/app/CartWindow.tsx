import './cartWindow.css';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ActBar } from '../features/act/ActBar.tsx';
import { NurseOutbox } from '../features/outbox/NurseOutbox.tsx';
import { StoreNotices } from '../features/store/StoreNotices.tsx';
import { NursePage } from '../routes/nurse/NursePage.tsx';
import { TechnicianPage } from '../routes/technician/TechnicianPage.tsx';
import type { TechnicianDesk } from '../routes/technician/technicianDesks.ts';
import { FaultBanner } from '../ui/FaultBanner.tsx';
import { CartHeader, type CartPlace } from './CartHeader.tsx';
import { type CartModel, type CartState, prominentFault } from './cartModel.ts';
import { useObservable } from './useObservable.ts';

/** The cart's window: the nurse's page, or the technician's. The call goes on under both. */
export function CartWindow({ model }: { readonly model: CartModel }) {
  const state = useObservable(model);
  const call = useObservable(model.call);
  const [place, setPlace] = useState<CartPlace>('nurse');
  const [desk, setDesk] = useState<TechnicianDesk>('devices');
  const [outboxShown, setOutboxShown] = useState(false);
  const showOutbox = (): void => {
    if (place === 'technician') {
      setDesk('outbox');
    } else {
      setOutboxShown(true);
    }
  };
  return (
    <div className="cart">
      <CartHeader
        model={model}
        state={state}
        call={call}
        place={place}
        onPlace={setPlace}
        onOutbox={showOutbox}
      />
      <CartNotices model={model} />
      <CurrentAct model={model} place={place} />
      {place === 'nurse' ? (
        <NursePage model={model} state={state} call={call} />
      ) : (
        <TechnicianPage model={model} state={state} desk={desk} onDesk={setDesk} />
      )}
      <CartFooter state={state} />
      {outboxShown ? (
        <NurseOutbox
          outbox={model.outbox}
          onClose={() => {
            setOutboxShown(false);
          }}
        />
      ) : null}
    </div>
  );
}

type CartWindowProps = { readonly model: CartModel };

function CartNotices({ model }: CartWindowProps) {
  const state = useObservable(model);
  const { phase, fault } = useObservable(model.call);
  const callFault = phase === 'refused' || phase === 'reconnecting' ? fault : null;
  const shown = prominentFault(state, callFault);
  return (
    <div className="notices">
      <StoreNotices model={model.store} />
      {shown === null ? null : (
        <FaultBanner
          fault={shown}
          tone={shown === callFault && phase !== 'refused' ? 'warn' : 'bad'}
          {...(shown === state.fault ? { onDismiss: model.dismissFault } : {})}
        />
      )}
    </div>
  );
}

/** Whose examination it is, wherever one looks: also beside the technician's work. */
function CurrentAct({ model, place }: CartWindowProps & { readonly place: CartPlace }) {
  const { acts, captures, outbox, store, stream } = model;
  const { act } = useObservable(acts);
  const slim = place !== 'nurse';
  return (
    <div className="cart-act">
      {slim && act === null ? null : (
        <ActBar
          acts={acts}
          captures={captures}
          outbox={outbox}
          store={store}
          stream={stream}
          slim={slim}
        />
      )}
    </div>
  );
}

function CartFooter({ state: { info, recording } }: { readonly state: CartState }) {
  const { t } = useTranslation();
  return (
    <footer className="cart-footer small soft">
      <span>{t('app.notMedical')}</span>
      {info === null ? null : (
        <span className="number">
          {t('app.versions', {
            version: info.version,
            electron: info.electron,
            chromium: info.chromium,
          })}
        </span>
      )}
      {recording.lostBlocks > 0 ? (
        <strong className="lost-blocks" role="status">
          {t('nurse.blocksNotRecorded', { value: recording.lostBlocks })}
        </strong>
      ) : null}
      {info?.testRuntime === true ? (
        <strong className="test-runtime">{t('app.testRuntime')}</strong>
      ) : null}
    </footer>
  );
}
