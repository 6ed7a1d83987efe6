import type { CartModel, CartState } from '../../app/cartModel.ts';
import { SiteSettings } from '../../features/settings/SiteSettings.tsx';
import { StoreCard } from '../../features/store/StoreCard.tsx';

type SiteDeskProps = { readonly model: CartModel; readonly state: CartState };

/** What documents say of the site, how long they are kept, and how all of it is protected. */
export function SiteDesk({ model, state }: SiteDeskProps) {
  return (
    <div className="site-desk">
      <SiteSettings settings={state.settings} onKeep={model.keepSettings} />
      <StoreCard model={model.store} />
    </div>
  );
}
