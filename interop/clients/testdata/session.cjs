// The session of basic-ftp. The folder of the package and the port are the arguments.
const { Client } = require(process.argv[2])

async function session() {
    const client = new Client(0)
    await client.connect("127.0.0.1", Number(process.argv[3]))
    await client.login("u", "p")
    await client.send("NOOP")
    await client.send("NOOP")
    await client.pwd()
    client.close()
}
session().catch(() => process.exit(1))
