package io.github.drkit.examples.bank;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** TLS before a server that speaks none, as a proxy in front of a store does it. */
final class TlsRelay implements AutoCloseable {

    private final SSLServerSocket listening;
    private final URI behind;

    private TlsRelay(SSLServerSocket listening, URI behind) {
        this.listening = listening;
        this.behind = behind;
    }

    static TlsRelay begin(Path pkcs12, String password, URI behind) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(pkcs12)) {
            keys.load(file, password.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        TlsRelay relay = new TlsRelay(
                (SSLServerSocket)
                        context.getServerSocketFactory().createServerSocket(0, 0, InetAddress.getLoopbackAddress()),
                behind);
        background(relay::accept);
        return relay;
    }

    URI endpoint() {
        return URI.create("https://localhost:" + listening.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(behind.getHost(), behind.getPort());
                background(() -> pump(client, server));
                background(() -> pump(server, client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Until one side ends; then both are closed. */
    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException ended) {
            // By the other direction, or the test.
        }
    }

    private static void background(Runnable work) {
        Thread thread = new Thread(work, "tls-relay");
        thread.setDaemon(true);
        thread.start();
    }
}
