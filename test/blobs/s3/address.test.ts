import t from 'tap'
import { s3Address } from '../../../src/blobs/s3/address.js'

t.test('a bucket alone is one of Amazon, in the region of the environment', async t => {
  t.strictSame(s3Address('s3://archive'), {
    bucket: 'archive',
    prefix: '',
    endpoint: undefined,
    region: undefined,
    forcePathStyle: false,
    encryption: undefined,
  })
})

t.test('everything may be named', async t => {
  t.strictSame(
    s3Address(
      's3://archive/hospital-a/filmroom/?endpoint=https://s3.example.org:9000&region=eu-central-1&forcePathStyle=true&sse=aws:kms&kmsKey=arn%3Aaws%3Akms%3Aeu%3A1%3Akey%2Fabc',
    ),
    {
      bucket: 'archive',
      prefix: 'hospital-a/filmroom/',
      endpoint: 'https://s3.example.org:9000',
      region: 'eu-central-1',
      forcePathStyle: true,
      encryption: { algorithm: 'aws:kms', kmsKey: 'arn:aws:kms:eu:1:key/abc' },
    },
  )
  t.match(s3Address('s3://archive/a?endpoint=http://[::1]:7480'), {
    prefix: 'a/',
    endpoint: 'http://[::1]:7480',
    region: 'us-east-1',
  })
  t.match(s3Address('s3://archive?sse=AES256').encryption, { algorithm: 'AES256', kmsKey: undefined })
})

t.test('what is not understood is refused, and says what was expected', async t => {
  for (const [url, message] of [
    ['s3://', /bucket/],
    ['s3:archive', /bucket/],
    ['s3://ar', /bucket/],
    ['s3://Archive', /bucket/],
    ['s3://archive:9000', /bucket/],
    ['s3://archive/a//b', /prefix/],
    ['s3://archive/a/%2e%2e%2fb', /prefix/],
    ['s3://archive/.hidden', /prefix/],
    ['s3://archive#x', /#/],
    ['s3://archive?colour=red', /unknown parameter colour: expected endpoint, region/],
    ['s3://archive?Endpoint=https://x', /unknown parameter Endpoint/],
    ['s3://archive?region=a&region=b', /region: given twice/],
    ['s3://archive?region=', /region: given without a value/],
    ['s3://archive?region=eu%0Acentral', /region: expected/],
    ['s3://archive?endpoint=s3.example.org', /endpoint: expected scheme/],
    ['s3://archive?endpoint=ftp://x', /endpoint: expected scheme/],
    ['s3://archive?endpoint=https://x/path', /endpoint: expected scheme/],
    ['s3://archive?forcePathStyle=yes', /forcePathStyle: expected true or false/],
    ['s3://archive?sse=rot13', /sse: expected one of AES256, aws:kms/],
    ['s3://archive?kmsKey=k', /kmsKey: needs sse=aws:kms/],
    ['s3://archive?sse=AES256&kmsKey=k', /kmsKey: needs sse=aws:kms/],
  ] as const)
    t.throws(() => s3Address(url), { message }, url)
})

t.test('credentials in the URL are refused, and not repeated', async t => {
  for (const url of [
    's3://AKIAKEY:hushhush@archive',
    's3://archive?endpoint=https://AKIAKEY:hushhush@s3.example.org',
  ]) {
    try {
      s3Address(url)
      t.fail('taken')
    } catch (error) {
      t.match((error as Error).message, /credentials/)
      t.notMatch((error as Error).message, /hush|AKIA/)
    }
  }
})
