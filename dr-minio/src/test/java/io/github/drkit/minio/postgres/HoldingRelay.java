package io.github.drkit.minio.postgres;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between programs and a PostgreSQL server. Of the connections of a run's programs the second and third are kept
 * waiting until they are let through: so the two workers of {@code pg_restore -j 2} are caught while they connect.
 */
final class HoldingRelay implements AutoCloseable {

    /** See the server's protocol/pqcomm.h: asks whether TLS or GSSAPI may begin. */
    private static final List<Integer> ASKS_FOR_ENCRYPTION = List.of(80877103, 80877104);

    private final ServerSocket door;
    private final String host;
    private final int port;
    private final String application;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "holding-relay");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger ofPrograms = new AtomicInteger();
    private final AtomicInteger held = new AtomicInteger();
    private final CountDownLatch letThrough = new CountDownLatch(1);

    private HoldingRelay(String host, int port, String application) throws IOException {
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.host = host;
        this.port = port;
        this.application = application;
    }

    /** Begins one that knows a run's programs by how their application names begin. */
    static HoldingRelay to(String host, int port, String application) throws IOException {
        HoldingRelay relay = new HoldingRelay(host, port, application);
        relay.threads.submit(relay::accept);
        return relay;
    }

    int port() {
        return door.getLocalPort();
    }

    /** How many are kept waiting. */
    int held() {
        return held.get();
    }

    void letThrough() {
        letThrough.countDown();
    }

    private Object accept() throws IOException {
        while (true) {
            Socket client = door.accept();
            sockets.add(client);
            threads.submit(() -> {
                serve(client);
                return client;
            });
        }
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        ByteBuffer packet = packet(in);
        while (ASKS_FOR_ENCRYPTION.contains(packet.getInt(4))) {
            client.getOutputStream().write('N');
            packet = packet(in);
        }
        boolean program =
                new String(packet.array(), StandardCharsets.UTF_8).contains("application_name\0" + application);
        int number = program ? ofPrograms.incrementAndGet() : 0;
        if (number == 2 || number == 3) {
            held.incrementAndGet();
            letThrough.await();
        }
        Socket server = new Socket(host, port);
        sockets.add(server);
        server.getOutputStream().write(packet.array());
        threads.submit(() -> pump(server, client));
        pump(client, server);
    }

    private static ByteBuffer packet(DataInputStream in) throws IOException {
        int length = in.readInt();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(ByteBuffer.allocate(4).putInt(length).array());
        bytes.write(in.readNBytes(length - 4));
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static Object pump(Socket from, Socket to) throws IOException {
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
        return from;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        door.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
