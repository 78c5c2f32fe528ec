import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { lockFolder } from '../lock.js'
import { BackupError } from './backup-error.js'

/**
 * Writes the embedded database into a file. The folder belongs to one process, so the server is stopped for it.
 * @throws LockedError naming the process that has it open
 */
export async function backUpEmbedded(folder: string, path: string): Promise<void> {
  const data = join(folder, 'postgres')
  if (!existsSync(join(data, 'PG_VERSION'))) throw new BackupError(`There is no database in ${folder}: nothing to back up.`)
  const unlock = lockFolder(folder)
  try {
    const engine = await PGlite.create({ dataDir: data })
    const tar = await engine.dumpDataDir('gzip').finally(() => engine.close())
    const draft = `${path}.part`
    writeFileSync(draft, Buffer.from(await tar.arrayBuffer()), { flag: 'wx', mode: 0o600 })
    renameSync(draft, path)
  } finally {
    unlock()
  }
}

/** Puts a backup into the folder. What was there stays until the backup has been opened. */
export async function restoreEmbedded(folder: string, path: string, { replace }: { replace: boolean }): Promise<void> {
  const data = join(folder, 'postgres')
  const unlock = lockFolder(folder)
  const fresh = join(folder, `restoring-${process.pid}`)
  try {
    const held = existsSync(join(data, 'PG_VERSION'))
    if (held && !replace) throw new BackupError(`The folder ${folder} holds a database, and nothing is overwritten unasked. Restore into another folder with DATA_DIR; or say --replace, which deletes what is there.`)
    mkdirSync(fresh)
    const engine = await PGlite.create({ dataDir: fresh, loadDataDir: new Blob([readFileSync(path)]) }).catch((error: unknown) => {
      throw new BackupError(`${path} cannot be opened as a database of this engine: ${(error as Error).message}. It may be broken, or of another version of the engine: restore it with the version of Evident that wrote it.`)
    })
    await engine.query('select count(*) from kysely_migration').finally(() => engine.close())
    const old = `${fresh}-old`
    if (existsSync(data)) renameSync(data, old)
    renameSync(fresh, data)
    rmSync(old, { recursive: true, force: true })
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    unlock()
  }
}
