// Prints what the original gives for the patterns of the command line in the working directory.
import { originalHashFiles } from './original.mjs';

const { hash, error } = await originalHashFiles(process.cwd(), process.argv.slice(2));
if (error) throw new Error(error);
console.log(hash);
