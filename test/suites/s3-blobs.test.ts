/** The blob store in S3, against a real server: one for all, since it takes 15 s to start. S3_ONLY names one part of it. */
import t from 'tap'
import { startS3, withoutS3 } from '../s3-server.js'
import { conformance } from './s3/conformance.js'
import { faults } from './s3/faults.js'
import { gateway } from './s3/gateway.js'
import { memory } from './s3/memory.js'
import { program } from './s3/program.js'
import { settings } from './s3/settings.js'

t.setTimeout(0)

t.test('blobs in S3', { skip: withoutS3() }, async t => {
  const server = await startS3(t)
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
  Object.assign(process.env, server.credentials)
  for (const [name, part] of Object.entries({ conformance, settings, faults, gateway, program, memory }))
    if ((process.env['S3_ONLY'] ?? name) === name) await t.test(name, t => part(t, server))
})
