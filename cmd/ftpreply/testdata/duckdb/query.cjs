// Runs SQL statements: a JSON array on standard input. Writes a JSON array with the rows of each.
const { DuckDBInstance } = require('@duckdb/node-api');

async function main() {
  let text = '';
  for await (const piece of process.stdin) text += piece;
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const results = [];
  for (const statement of JSON.parse(text)) {
    const reader = await connection.runAndReadAll(statement);
    results.push(reader.getRowsJson());
  }
  process.stdout.write(JSON.stringify(results));
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
