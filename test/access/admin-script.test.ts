import t from 'tap'
import { runScript, temporaryFolder } from '../helpers/children.js'

const ADMIN = new URL('../../scripts/admin.ts', import.meta.url)

// What the commands do is in service.test.ts; a run from an empty folder to a council that signs in, in boot/start.test.ts.

t.test('a command that cannot be understood says how it is used, and opens no database', async (t) => {
  const cases: [string[], RegExp][] = [
    [[], /^Usage: npm run admin/],
    [['create-keys'], /no command 'create-keys'[^]*create-key --organisation E08000035/],
    [['create-key', '--organisation', 'E08000035'], /create-key needs --name, --scopes[^]*Usage/],
    [['revoke-key'], /revoke-key needs the id of one key/],
    [['list-keys', '--organization', 'E08000035'], /'--organization'[^]*Usage/]
  ]
  await Promise.all(
    cases.map(async ([words, expected]) => {
      const child = runScript(t, ADMIN, { DATA_DIR: `${temporaryFolder(t)}/none` }, words)
      t.equal((await child.exited).code, 2)
      t.match(child.output(), expected)
    })
  )
})
