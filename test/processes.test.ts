import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { pathOf } from './conformance/paths.js'
import { askJson, askWhole, search, store, STORED_SYNTAX } from './dicomweb-client.js'
import { ctImage, newUid, type MadeInstance } from './made-dicom.js'
import { isAlive, startServer, type RunningServer } from './server.js'

const PROCESSES = { FILMROOM_PROCESSES: '3', FILMROOM_DUPLICATES: 'replace' }
t.setTimeout(120_000)

const LATEST_MS = 20_000

t.test('several processes are one archive', async t => {
  const server = await startServer(t, PROCESSES)
  t.equal(childrenOf(server).length, 3)
  const study = newUid()
  const images = Array.from({ length: 60 }, () => ctImage({ study }))

  await t.test('what each stores is found by all, and the changes have no gap', async t => {
    const answers = await Promise.all(images.map(image => store(server.url, [image.bytes])))
    t.ok(answers.every(({ status, stored }) => status === 200 && stored.length === 1))
    for (let i = 0; i < 6; i++) {
      const found = await search(`${server.url}/studies/${study}/instances`)
      t.equal(found.length, images.length, 'on every connection')
    }
    await everyOneIsWhole(t, server, images)
    const numbers = await changeNumbers(server)
    t.same(
      numbers,
      Array.from(numbers, (_, n) => n + 1),
    )
    t.equal(numbers.length, images.length)
  })

  await t.test('the same instance sent to several at once is stored once', async t => {
    const image = ctImage()
    const answers = await Promise.all(Array.from({ length: 12 }, () => store(server.url, [image.bytes])))
    t.ok(answers.every(({ status }) => status === 200))
    t.equal((await changeNumbers(server)).length, images.length + 1)
  })

  await t.test('one that is killed takes only its own requests with it, and is replaced', async t => {
    const before = childrenOf(server)
    const acknowledged: MadeInstance[] = []
    let isOver = false
    let lost = 0
    const load = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const image = ctImage({ study })
        try {
          if ((await store(server.url, [image.bytes])).stored.length === 1) acknowledged.push(image)
        } catch {
          lost++
        }
      }
    })
    while (acknowledged.length < 30) await sleep(10)
    process.kill(before[0]!, 'SIGKILL')
    const isReplaced = (): boolean => childrenOf(server).filter(pid => pid !== before[0]).length === 3
    for (const until = performance.now() + LATEST_MS; !isReplaced() && performance.now() < until;)
      await sleep(50)
    t.ok(isReplaced(), 'three again')
    const then = acknowledged.length
    while (acknowledged.length < then + 30) await sleep(10)
    isOver = true
    await Promise.all(load)
    t.ok(lost <= 6, `${lost} requests were lost: at most what it had`)
    await everyOneIsWhole(t, server, acknowledged)
    t.ok(server.log.some(line => line.includes('another takes its place')))
  })

  await t.test('SIGTERM ends all of them, and the next start finds everything', async t => {
    const children = childrenOf(server)
    t.equal(await server.stop(), 0)
    t.notOk(children.some(isAlive))
    const again = await startServer(
      t,
      { ...PROCESSES, FILMROOM_PROCESSES: '1' },
      { dataFolder: server.dataFolder },
    )
    await everyOneIsWhole(t, again, images)
  })
})

t.test('the end of the first, by force too, is the end of all', async t => {
  const server = await startServer(t, PROCESSES)
  const children = childrenOf(server)
  await server.stop('SIGKILL')
  for (const until = performance.now() + LATEST_MS; children.some(isAlive) && performance.now() < until;)
    await sleep(50)
  t.notOk(children.some(isAlive))
})

t.test('what one cannot do at its start is told once, and no process is left', async t => {
  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  await t.rejects(startServer(t, { ...PROCESSES, FILMROOM_PORT: String(port) }), {
    message: /^ended at start with 1: Filmroom cannot start: .*EADDRINUSE[^\n]*$/,
  })
})

async function everyOneIsWhole(
  t: Test,
  server: RunningServer,
  images: readonly MadeInstance[],
): Promise<void> {
  let whole = 0
  for (const image of images) {
    const { bytes } = await askWhole(server.url + pathOf(image), { headers: { accept: STORED_SYNTAX } })
    if (bytes.includes(image.bytes)) whole++
  }
  t.equal(whole, images.length, 'all come back')
}

async function changeNumbers(server: RunningServer): Promise<number[]> {
  const { json } = await askJson(`${server.url}/changes?since=0&limit=1000`)
  return (json as { changes: { number: number }[] }).changes.map(({ number }) => number)
}

function childrenOf({ pid }: RunningServer): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
}
