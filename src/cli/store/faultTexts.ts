import type { FaultCode } from '../../contracts/faults.ts';

/** Faults of the store, of its keys and of what is made of its captures. */
export const STORE_TEXTS: Partial<Record<FaultCode, string>> = {
  STORE_BUSY:
    'Chariot est ouvert et tient ses données : fermez-le, ou utilisez son écran / Chariot is open and holds its data: close it, or use its screen.',
  STORE_DISK_FULL: 'Le disque est plein / the disk is full.',
  STORE_READ_ONLY:
    'Les données sont en lecture seule pour cet utilisateur / the data is read-only for this user.',
  STORE_CORRUPT:
    'La base de données est endommagée ; rien n’est supprimé : « chariot store salvage » sauve ce qui est intact / the database is damaged; nothing is deleted: "chariot store salvage" saves what is intact.',
  STORE_IO: 'Le disque répond par une erreur / the disk answers with an error.',
  STORE_VERSION_NEWER:
    'Ces données viennent d’une version plus récente de Chariot / a newer Chariot wrote this data.',
  STORE_ROLLED_BACK:
    'La base de données a été remplacée par une plus ancienne : cherchez ce qui manque / the database was replaced by an older one: look for what is missing.',
  STORE_UNAVAILABLE:
    'Pas de données de Chariot ici, ou celles d’une version plus ancienne qui ne les a pas encore reprises : ouvrez Chariot une fois, ou donnez --data DIR / no data of Chariot here, or those of an older version not taken over yet: open Chariot once, or give --data DIR.',
  KEYSTORE_UNAVAILABLE:
    'Le coffre de clés du système ne donne pas la clé : lancez la commande dans la session qui ouvre Chariot / the system’s key store does not give the key: run the command in the session that opens Chariot.',
  KEYSTORE_WRONG_KEY: 'La clé n’est pas celle de ces données / the key is not that of this data.',
  KEYSTORE_PASSPHRASE_NEEDED:
    'Il faut la phrase de passe : --passphrase-file FICHIER, ou CHARIOT_PASSPHRASE / the passphrase is needed: --passphrase-file FILE, or CHARIOT_PASSPHRASE.',
  KEYSTORE_PASSPHRASE_WRONG: 'Phrase de passe fausse / wrong passphrase.',
  KEYSTORE_PASSPHRASE_WEAK: 'Phrase de passe trop courte / the passphrase is too short.',
  SEALED_NOT_SEALED: 'Ce n’est pas un fichier chiffré de Chariot / no sealed file of Chariot.',
  SEALED_NO_KEY:
    'La clé de ce fichier chiffré n’est pas dans ces données (--data DIR) / this sealed file’s key is not in this data (--data DIR).',
  SEALED_DAMAGED: 'Fichier chiffré endommagé ou modifié / sealed file damaged or changed.',
  CAPTURE_UNKNOWN: 'Capture introuvable / no such capture.',
  CAPTURE_MALFORMED: 'Capture illisible / malformed capture.',
  ACT_UNKNOWN: 'Acte introuvable / no such act.',
  ACT_OPEN:
    'L’acte est encore ouvert : terminez-le dans Chariot / the act is still open: end it in Chariot.',
  EXPORT_NO_SIGNAL: 'Aucun signal à exporter / no signal to export.',
  EXPORT_RATE_REFUSED:
    'La cadence est hors des limites de ce document / the rate is outside the limits of this document.',
  EXPORT_TOO_MANY_CHANNELS: 'Trop de voies pour ce document / too many channels for this document.',
  EXPORT_UNSUPPORTED:
    'Ceci ne peut pas être exporté sous cette forme / this cannot be exported in this form.',
  EXPORT_SOURCE_DAMAGED:
    'Ce qui doit être exporté est endommagé / what is to be exported is damaged.',
  EXPORT_IDENTITY_MISSING:
    'Un document ne se fait pas sans identité : --patient FICHIER.json, ou --identity-of-file / no document is made without an identity: --patient FILE.json, or --identity-of-file.',
  EXPORT_WRONG_PATIENT:
    'Cela concerne une autre personne : rien n’est exporté / this is about somebody else: nothing is exported.',
};
