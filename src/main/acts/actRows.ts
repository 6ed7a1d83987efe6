import { type Act, ActSchema } from '../../contracts/clinical.ts';
import type { Connection } from '../store/types.ts';

/** Acts as the database keeps them. Functions that write are works for `Store.write`. */
export function insertAct(db: Connection, act: Act): void {
  db.prepare(
    `INSERT INTO acts (act_id, patient_id, state, started_at, ended_at, act)
     VALUES (?, ?, ?, ?, ?, ?)`,
  ).run(
    act.actId,
    act.patient.patientId,
    act.state,
    act.startedAt,
    act.endedAt,
    JSON.stringify(act),
  );
}

export function updateAct(db: Connection, act: Act): void {
  db.prepare('UPDATE acts SET state = ?, ended_at = ?, act = ? WHERE act_id = ?').run(
    act.state,
    act.endedAt,
    JSON.stringify(act),
    act.actId,
  );
}

export function openActOf(db: Connection): Act | null {
  return parse(db.prepare("SELECT act FROM acts WHERE state = 'open'").pluck().get());
}

export function findAct(db: Connection, actId: string): Act | null {
  return parse(db.prepare('SELECT act FROM acts WHERE act_id = ?').pluck().get(actId));
}

/** null: none was closed yet. */
export function lastClosedAct(db: Connection): Act | null {
  const sql = "SELECT act FROM acts WHERE state = 'closed' ORDER BY started_at DESC LIMIT 1";
  return parse(db.prepare(sql).pluck().get());
}

/** Ids of closed acts, oldest first. */
export function closedActs(db: Connection): string[] {
  const sql = "SELECT act_id FROM acts WHERE state = 'closed' ORDER BY started_at";
  return db.prepare<[], string>(sql).pluck().all();
}

function parse(text: unknown): Act | null {
  return typeof text === 'string' ? ActSchema.parse(JSON.parse(text)) : null;
}
