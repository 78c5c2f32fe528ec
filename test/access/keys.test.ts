import t from 'tap'
import { createHash } from 'node:crypto'
import { hashOf, idOf, isKeyOf, newKey } from '../../src/access/keys.js'

t.test('a key is its id and 256 random bits, and only its hash is needed to know it again', (t) => {
  const { id, key, hash } = newKey()
  const secret = key.slice(`evk_${id}_`.length)
  t.equal(Buffer.from(secret, 'base64url').length, 32)
  t.equal(idOf(key), id)
  t.strictSame(hash, createHash('sha256').update(key).digest())
  t.ok(isKeyOf(key, hash))
  t.not(newKey().key, key)
  t.end()
})

t.test('a key that differs in a character, or by one more, is another', (t) => {
  const { key, hash } = newKey()
  for (const other of [`${key}A`, key.slice(0, -1), key.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), key.toUpperCase()]) t.notOk(isKeyOf(other, hash), other)
  t.notOk(isKeyOf(key, Buffer.alloc(0)), 'and no hash is the hash of none')
  t.strictSame(hashOf(key).length, 32)
  t.end()
})

t.test('what has not the form of a key names no id', (t) => {
  for (const other of ['', 'evk_', 'evk_1_2', `evk_${'0'.repeat(16)}_short`, `evk_${'G'.repeat(16)}_${'a'.repeat(43)}`, `x${newKey().key}`, `${newKey().key}\n`]) t.equal(idOf(other), undefined, other)
  t.end()
})
