package io.github.drkit.minio;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and any server that speaks plain http, and loses the answer to the first PUT: the server has
 * done what was asked, and the client's connection is dropped. Everything else passes unchanged, so signatures hold.
 */
final class LosingRelay implements AutoCloseable {

    private static final byte[] PUT = "PUT ".getBytes(StandardCharsets.US_ASCII);

    private final URI server;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger puts = new AtomicInteger();
    private final AtomicInteger lost = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private LosingRelay(URI server, ServerSocket listener) {
        this.server = server;
        this.listener = listener;
    }

    static LosingRelay before(URI server) throws IOException {
        LosingRelay relay = new LosingRelay(server, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        relay.threads.execute(relay::accept);
        return relay;
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** How many answers were lost: one once a PUT has passed. */
    int lost() {
        return lost.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Socket far = new Socket(server.getHost(), server.getPort());
                sockets.add(far);
                threads.execute(() -> {
                    try (client;
                            far) {
                        threads.execute(() -> forward(client, far));
                        answer(far, client);
                    } catch (IOException e) {
                        // One side has gone; both are closed now, and that is what the other side sees.
                    }
                });
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    throw new UncheckedIOException("The relay cannot accept", e);
                }
            }
        }
    }

    /** Requests follow one another on a connection, and each begins a read: the client has waited for the answer. */
    private void forward(Socket client, Socket far) {
        try {
            byte[] step = new byte[1 << 16];
            InputStream in = client.getInputStream();
            OutputStream out = far.getOutputStream();
            for (int count = in.read(step); count >= 0; count = in.read(step)) {
                if (count >= PUT.length && java.util.Arrays.equals(step, 0, PUT.length, PUT, 0, PUT.length)) {
                    puts.incrementAndGet();
                }
                out.write(step, 0, count);
            }
            far.shutdownOutput();
        } catch (IOException e) {
            // The other direction ends too, and closes both.
        }
    }

    private void answer(Socket far, Socket client) throws IOException {
        byte[] step = new byte[1 << 16];
        InputStream in = far.getInputStream();
        OutputStream out = client.getOutputStream();
        for (int count = in.read(step); count >= 0; count = in.read(step)) {
            if (puts.get() > 0 && lost.compareAndSet(0, 1)) {
                return;
            }
            out.write(step, 0, count);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
