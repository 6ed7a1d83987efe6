import type { Fault, Result } from '../../contracts/faults.ts';
import type { Configuration } from './configuration.ts';
import type { DataMessage, EventReport, Spoken } from './data.ts';
import type { Verdict } from './inbox.ts';
import type { Mds } from './mds.ts';
import type { RequestOptions } from './requests.ts';

/** An associated agent that has said who it is. */
export type Agent = {
  readonly systemId: string;
  readonly configuration: Configuration;
  readonly mds: Mds;
  /** Wall clock of the host when the agent told its time. */
  readonly toldAt: string;
};

export type AgentListener = {
  readonly onEvent: (event: EventReport, agent: Agent, readAtNs: bigint) => Verdict;
  /** Operating again, after `onGone`. */
  readonly onBack: (agent: Agent) => void;
  readonly onGone: (reason: Fault) => void;
};

/**
 * States of a manager (20601, manager state table).
 * - unassociated: the wire is there, the agent has not asked yet, or has gone;
 * - waitingForConfiguration: associated, and its objects are not known;
 * - operating: associated, objects known; it may speak and be asked;
 * - disassociating: it was asked to let go, and has not answered.
 * Associating and checking a configuration take no time here and are no states of their own.
 */
export type ManagerState =
  | 'unassociated'
  | 'waitingForConfiguration'
  | 'operating'
  | 'disassociating';

export type Manager = {
  state(): ManagerState;
  agent(): Agent | null;
  /** One transfer from the agent. */
  receive(bytes: Uint8Array, readAtNs: bigint): void;
  /**
   * Answers association requests from now on, and waits for an identified agent. Fails with
   * DEVICE_NO_ANSWER, DEVICE_WRONG_IDENTITY (refused), DEVICE_SAID_ABORT or DEVICE_PROTOCOL.
   */
  associate(timeoutMs: number): Promise<Result<Agent>>;
  ask(what: Spoken, options: RequestOptions): Promise<Result<DataMessage>>;
  /** Events that came before are shown now. */
  hear(listener: AgentListener): void;
  /** Shows again what was held. */
  resume(): void;
  /** Lets go of the agent and answers no further association request. */
  release(): Promise<void>;
  /** Ends the association with an abort; the agent may ask for another one. */
  abort(reason: number, why: Fault): void;
  /** The transport is gone. */
  end(): void;
};
