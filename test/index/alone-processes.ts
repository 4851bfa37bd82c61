import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { openIndex } from '../../src/index/open.js'

/** That a task is one process's, until that process is killed. */
export async function aloneAcrossProcesses(t: Test, url: string): Promise<void> {
  const program = fileURLToPath(new URL('./task-holder.js', import.meta.url))
  const holder = spawn(process.execPath, [program, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => holder.kill('SIGKILL'))
  const index = await openIndex(url)
  t.teardown(() => index.close())
  await once(holder.stdout, 'data')
  t.equal(await index.alone('some-task', async () => 'mine'), undefined)
  t.equal(await index.alone('other-task', async () => 'mine'), 'mine')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  let mine: string | undefined
  for (let n = 0; n < 100 && mine === undefined; n++) {
    mine = await index.alone('some-task', async () => 'mine')
    if (mine === undefined) await setTimeout(50)
  }
  t.equal(mine, 'mine', 'it ends with its process')
}
