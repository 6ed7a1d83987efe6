import type { FaultCode } from '../../contracts/faults.ts';

/** Why a delivery is where it is. */
export const OUTBOX_TEXTS: Partial<Record<FaultCode, string>> = {
  OUTBOX_UNKNOWN: 'Envoi introuvable / no such delivery.',
  OUTBOX_NOT_STUCK: 'Cet envoi n’attend personne / this delivery waits for nobody.',
  OUTBOX_REJECTED: 'Refusé par le destinataire / refused by the destination.',
  OUTBOX_CREDENTIALS: 'Identifiant ou mot de passe refusé / credentials refused.',
  OUTBOX_THROTTLED: 'Le destinataire demande d’attendre / the destination asks to wait.',
  OUTBOX_SERVER_ERROR: 'Le serveur du destinataire est en panne / the server is out of order.',
  OUTBOX_LINK_LOST: 'Liaison coupée pendant l’envoi / the link broke while sending.',
  OUTBOX_UNREACHABLE: 'Destinataire injoignable / destination unreachable.',
  OUTBOX_TIMEOUT: 'Pas de réponse à temps / no answer in time.',
  OUTBOX_CERTIFICATE: 'Certificat inattendu / unexpected certificate.',
  OUTBOX_CLOCK:
    'Certificat non valable à cette heure : l’heure est-elle juste ? / the certificate is not valid at this time: is the clock right?',
  OUTBOX_CAPTIVE_PORTAL: 'Portail d’accueil du réseau / captive portal.',
  OUTBOX_HASH_MISMATCH:
    'Le destinataire détient autre chose / the destination holds something else.',
  OUTBOX_CONFLICT: 'Un autre document y porte ce nom / another document has this name there.',
  OUTBOX_PROTOCOL: 'Réponse inattendue du destinataire / unexpected answer.',
  OUTBOX_TOO_MANY_ATTEMPTS: 'Trop d’essais sans succès / too many attempts.',
  OUTBOX_PAYLOAD_CHANGED: 'Le document, refait, a changé / the document, made again, has changed.',
  OUTBOX_LEASE_LOST: 'Repris entre-temps / taken back meanwhile.',
  OUTBOX_NO_DESTINATION: 'Aucun destinataire pour ce document / no destination for this document.',
  DESTINATION_UNKNOWN: 'Destinataire inconnu / unknown destination.',
};
