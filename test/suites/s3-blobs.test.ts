/** The blob store in S3, against a real server. */
import t from 'tap'
import { startS3, withoutS3 } from '../s3-server.js'
import { conformance } from './s3/conformance.js'

t.test('blobs in S3', { skip: withoutS3() }, async t => {
  const server = await startS3(t)
  Object.assign(process.env, server.credentials)
  t.test('conformance', t => conformance(t, server))
})
