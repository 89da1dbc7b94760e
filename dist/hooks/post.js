'use strict';
// Removes the private copy that main.js made. Its path comes from the step's state, which only main.js writes.
const fs = require('node:fs');

const directory = process.env.STATE_directory;
if (directory) fs.rmSync(directory, { recursive: true, force: true });
