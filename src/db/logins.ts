import { sql } from 'kysely'
import type { Database } from './database.js'

/** The login that serves may not serve, or may do more than that. The message says what to run. */
export class LoginError extends Error {
  override readonly name = 'LoginError'
}

/** SQLSTATE. */
const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Where the owner of the tables has a login of its own, that of the service must be able to take its
 * role and none that could do more: else nothing is gained by having two.
 * @throws LoginError
 */
export async function requireServiceLogin({ restricted }: Pick<Database, 'restricted'>): Promise<void> {
  const { rows } = await sql<{ login: string; owns: boolean }>`
    select session_user as login, pg_has_role(session_user, (select relowner from pg_class where oid = 'organisation'::regclass), 'MEMBER') as owns`.execute(restricted().kysely).catch((error: unknown) => {
    if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) throw error
    throw new LoginError('The login of DATABASE_URL may not take on the role of the service. Have an administrator of the server run: grant evident_service to that login; and start again.')
  })
  const { login, owns } = rows[0]!
  if (owns) {
    throw new LoginError(
      `DATABASE_OWNER_URL is set, and the login of DATABASE_URL, '${login}', is a superuser, or is or may become the owner of the tables: it could do all that the owner can. ` +
        'Give DATABASE_URL a login that has the role evident_service and no other, or leave DATABASE_OWNER_URL out.'
    )
  }
}
