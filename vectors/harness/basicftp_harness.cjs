// Runs the vectors of framing.json on basic-ftp.
//
//     node basicftp_harness.cjs framing.json [FOLDER OF THE PACKAGE]
//
// Each line of the output is the id of a vector, a tab, and ok, refuses (the reader fails, or waits
// before the last reply) or wrong (it returns a reply that the server did not send).
const fs = require("fs")
const net = require("net")
const { FTPContext } = require(process.argv[3] || "basic-ftp")

const decode = text => Buffer.concat(text.flatMap(p => Array(p.count || 1).fill(Buffer.from(p.base64, "base64"))))
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

// readCodes serves a vector on a port and returns the codes of the replies that basic-ftp takes.
async function readCodes(vector) {
    const server = net.createServer(async socket => {
        socket.on("error", () => {})
        socket.setNoDelay(true)
        for (const segment of vector.segments) {
            socket.write(decode(segment))
            await pause(20)
        }
        if (vector.eof) socket.end()
    })
    await new Promise(resolve => server.listen(0, "127.0.0.1", resolve))
    const context = new FTPContext(500)
    context.socket.connect(server.address().port, "127.0.0.1")
    const codes = []
    let failed = false
    try {
        await context.handle(undefined, (reply, task) => {
            if (reply instanceof Error && reply.code === undefined) task.reject(reply)
            else codes.push(Number(reply.code))
        })
    } catch (e) {
        failed = !String(e).includes("Timeout")
    }
    context.close()
    server.close()
    return [codes, failed]
}

function verdict(vector, [codes, failed]) {
    const want = [...vector.expected]
    for (const code of codes) {
        while (want.length > 1 && want[0].optional && want[1].code === code) want.shift()
        if (want.length === 0 || !want[0].optional && (want[0].code || 0) !== code) return "wrong"
        want.shift()
    }
    return want.every(e => e.optional) && (vector.eof || !failed) ? "ok" : "refuses"
}

async function main() {
    for (const vector of JSON.parse(fs.readFileSync(process.argv[2], "utf8")).vectors) {
        console.log(vector.id + "\t" + verdict(vector, await readCodes(vector)))
    }
}
main()
