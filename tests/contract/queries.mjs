// Validates queries against GitHub's own schema: queries.mjs MODULES FILE… — a line for each error, and exit code 1.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [modules, ...files] = process.argv.slice(2);
const { buildSchema, NoUnusedFragmentsRule, parse, specifiedRules, validate } = createRequire(resolve(modules, "package.json"))("graphql");

const schema = resolve(modules, "node_modules/@octokit/graphql-schema/schema.graphql");
const known = buildSchema(readFileSync(schema, "utf8"), { assumeValidSDL: true });
let wrong = 0;
for (const file of files) {
  const query = parse(readFileSync(file, "utf8"));
  // A file of fragments only is a part of queries that are put together in the program.
  const isPart = query.definitions.every(({ kind }) => kind === "FragmentDefinition");
  const rules = specifiedRules.filter((rule) => !(isPart && rule === NoUnusedFragmentsRule));
  for (const { message, locations } of validate(known, query, rules)) {
    console.log(`${file}:${locations[0].line}:${locations[0].column}: ${message}`);
    wrong += 1;
  }
}
process.exitCode = wrong > 0 ? 1 : 0;
