#!/usr/bin/env node
// Set before anything touches the thread pool: inside an ES module it would come too late on Node 20.
process.env['UV_THREADPOOL_SIZE'] ??= '16'
void import(process.argv.length > 2 ? './command.js' : './start.js')
