/** A program for the tests of ArchiveIndex.alone: opens the index that it is told, takes the task, says so, and keeps it. */
import { openIndex } from '../../src/index/open.js'

const index = await openIndex(process.argv[2] ?? '')
await index.alone('some-task', async () => {
  console.log('held')
  await new Promise(resolve => setTimeout(resolve, 600_000))
})
