import type { TransportAddress } from '../../contracts/devices.ts';

/** Something plugged in, as the operating system shows it before anything was said to it. */
export type Seen = {
  readonly address: TransportAddress;
  /** Four hexadecimal digits, lower case. null, here and below: not told. */
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly manufacturer: string | null;
  readonly product: string | null;
  readonly serialNumber: string | null;
  readonly interfaceNumber: number | null;
  readonly usagePage: number | null;
  readonly usage: number | null;
  readonly interfaceClass: number | null;
};

export type Candidate = {
  readonly adapterId: string;
  /** See score.ts; 10 and more: worth asking. */
  readonly score: number;
  /** Name of the wire to try first; null: the manifest's order. */
  readonly wire: string | null;
};

export type Sighting = Seen & {
  /** Adapters that may speak to it, likeliest first. Only a probe proves it; empty: left alone. */
  readonly candidates: readonly Candidate[];
};

/** A sighting with what only the merging of kinds needs. */
export type RawSighting = Seen & {
  /** Socket of the USB device; null: not told. */
  readonly socket: string | null;
  /** True: a kernel driver has the interface, so that nobody else can open it. */
  readonly owned: boolean;
};
