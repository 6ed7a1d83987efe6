/** What the host tells the guest; a JSON file on the shared root. */
export type GuestConfig = {
  /** The host as the guest sees it. */
  readonly host: string;
  readonly usbipPort: number;
  readonly controlPort: number;
  /** The checkout. */
  readonly root: string;
  readonly electron: string | null;
  readonly xvfb: string | null;
  readonly buses: {
    readonly serial: string;
    readonly hid: string;
    readonly phdc: string;
    readonly camera: string;
  };
};

/** Where in the guest the rules are put: udev's folder for rules until the next start. */
export const RULES_TARGET = '/run/udev/rules.d/70-chariot.rules';
export const RULES_SOURCE = 'resources/udev/70-chariot.rules';
/** Nobody: a user with no groups, who gets what the person at the screen gets and nothing else. */
export const PERSON = { uid: 65_534, gid: 65_534 } as const;
/** Where the guest's programs are, seen from the checkout. */
export const BUNDLE_FOLDER = 'build/hil';
