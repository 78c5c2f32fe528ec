import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs each test of resilience as a process of its own, and prints its figures. Ends with 1 where one failed. */
const FILES = ['embedded', 'instances', 'replica']

for (const name of FILES) {
  const began = performance.now()
  const { status, stdout } = spawnSync(process.execPath, [fileURLToPath(new URL(`./${name}.js`, import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 })
  const took = `${((performance.now() - began) / 1000).toFixed(0)} s`
  if (status !== 0) {
    process.exitCode = 1
    console.log(stdout)
  }
  for (const [, figures] of stdout.matchAll(/^ *# (?!Subtest|\{|time=)(.*)$/gm)) console.log(`   ${figures}`)
  console.log(`${status === 0 ? 'ok' : 'not ok'} - resilience: ${name} (${took})`)
}
