import type { types } from 'mediasoup';
import { ok, type Result } from '../../contracts/faults.ts';
import type { Limits } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Peer } from './peer.ts';
import { Room } from './room.ts';

/** The rooms of this hub: one exists while somebody whose token names it is in it. */
export class Rooms {
  readonly #createRouter: () => Promise<Result<types.Router>>;
  readonly #limits: Limits;
  readonly #log: Log;
  readonly #open = new Map<string, Promise<Result<Room>>>();

  constructor(deps: {
    readonly createRouter: () => Promise<Result<types.Router>>;
    readonly limits: Limits;
    readonly log: Log;
  }) {
    this.#createRouter = deps.createRouter;
    this.#limits = deps.limits;
    this.#log = deps.log;
  }

  /**
   * Runs `enter` in the room, which is opened if need be and stays open if somebody is then in it.
   * Fails with MEDIA_WORKER_DIED, or as `enter` does.
   */
  async enter<T>(name: string, enter: (room: Room) => Result<T>): Promise<Result<T>> {
    for (;;) {
      const opening = this.#opened(name);
      const opened = await opening;
      if (opened.ok && !opened.value.router.closed) {
        const entered = enter(opened.value);
        this.#closeIfEmpty(opened.value);
        return entered;
      }
      if (this.#open.get(name) === opening) {
        this.#open.delete(name);
      }
      if (!opened.ok) {
        return opened;
      }
      // Its last peer left, and closed it, since it was found: open it again.
    }
  }

  leave(room: Room, peer: Peer): void {
    room.remove(peer);
    this.#closeIfEmpty(room);
  }

  /** The worker died, and all routers with it. */
  forgetAll(): void {
    this.#open.clear();
  }

  #opened(name: string): Promise<Result<Room>> {
    const known = this.#open.get(name);
    if (known !== undefined) {
      return known;
    }
    const opening = this.#create(name);
    this.#open.set(name, opening);
    return opening;
  }

  async #create(name: string): Promise<Result<Room>> {
    const router = await this.#createRouter();
    if (!router.ok) {
      return router;
    }
    this.#log('room.opened', { router: router.value.id });
    return ok(new Room(name, router.value, this.#limits));
  }

  #closeIfEmpty(room: Room): void {
    if (room.isEmpty && !room.router.closed) {
      this.#open.delete(room.name);
      room.router.close();
      this.#log('room.closed', { router: room.router.id });
    }
  }
}
