// Validates queries against GitHub's own schema: queries.mjs MODULES FILE… — a line for each error, and exit code 1.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const { buildSchema, NoUnusedFragmentsRule, parse, specifiedRules, validate } = createRequire(resolve(modules, "package.json"))("graphql");

const schema = resolve(modules, "node_modules/@octokit/graphql-schema/schema.graphql");
const known = buildSchema(readFileSync(schema, "utf8"), { assumeValidSDL: true });
// A file of fragments only is a part of queries that are put together in the program.
const isPart = ({ definitions }) => definitions.every(({ kind }) => kind === "FragmentDefinition");
const read = files.map((file) => ({ file, query: parse(readFileSync(file, "utf8")) }));
const parts = read.filter(({ query }) => isPart(query)).flatMap(({ query }) => query.definitions);
const rules = specifiedRules.filter((rule) => rule !== NoUnusedFragmentsRule);
let wrong = 0;
for (const { file, query } of read) {
  const definitions = isPart(query) ? query.definitions : [...query.definitions, ...parts];
  for (const { message, locations } of validate(known, { ...query, definitions }, rules)) {
    console.log(`${file}:${locations[0].line}:${locations[0].column}: ${message}`);
    wrong += 1;
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
