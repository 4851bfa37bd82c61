/** Loaded into each test process, before its file. tap's hooks would be loaded by every process and worker thread that a test
 *  starts, for the sake of coverage, which is off: 0.7 s of CPU each. */
import { createRequire } from 'node:module'

const ofTests = createRequire(import.meta.url)
const ofHooks = createRequire(ofTests.resolve('@tapjs/processinfo'))
const spawning = ofHooks('process-on-spawn') as { removeAllListeners(): void }

spawning.removeAllListeners()
delete process.env['NODE_OPTIONS']
