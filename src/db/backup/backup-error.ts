/** Why a backup or a restore is not done, and what to do instead. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}
