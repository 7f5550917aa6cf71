// Stands before a provider: while it is shut nothing gets through, so that a run is under way for as long as a test looks.
import http from 'node:http';

/** @param target  origin of the provider @returns {address, shut(), open(), stop()}  address: the provider's, by the gate */
export async function startGate(target) {
    let address, closed = null, release = () => {};
    const server = http.createServer(async (request, response) => {
        const parts = [];
        for await (const part of request) parts.push(part);
        await closed;
        const {host, connection, ...headers} = request.headers;
        const onward = http.request(`${target}${request.url}`, {method: request.method, headers}, async answer => {
            const body = [];
            for await (const part of answer) body.push(part);
            // Addresses of further pages lead through the gate as well.
            const text = value => String(value).replaceAll(target, address);
            const isText = /json|xml|text/.test(answer.headers['content-type'] ?? '') && !answer.headers['content-encoding'];
            const whole = Buffer.concat(body), sent = isText ? Buffer.from(text(whole)) : whole;
            const {'transfer-encoding': chunked, 'content-length': length, ...rest} = answer.headers;
            if (rest.location) rest.location = text(rest.location);
            response.writeHead(answer.statusCode, {...rest, ...(length !== undefined || chunked ? {'content-length': sent.length} : {})});
            response.end(sent);
        });
        onward.on('error', () => response.destroy());
        onward.end(Buffer.concat(parts));
    });
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${server.address().port}`;
    return {
        address,
        shut() { closed = new Promise(resolve => { release = resolve; }); },
        open() { closed = null; release(); },
        stop() {
            this.open();
            server.closeAllConnections();
            return new Promise(resolve => server.close(resolve));
        },
    };
}
