package io.github.drkit.minio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.drkit.error.RequestRefusedException;
import io.github.drkit.error.TargetAccessException;
import io.github.drkit.error.TargetUnavailableException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the store trusts. Certificates are made by the JDK's keytool. */
class S3StoreTlsTest {

    private static final String NL = System.lineSeparator();

    @TempDir
    Path folder;

    @Test
    void aPrivateAuthorityIsTrustedOnlyWhenNamedAndOnlyForItsHost() throws Exception {
        HttpsServer right = serve("right", "ip:127.0.0.1");
        HttpsServer wrongName = serve("wrong", "dns:elsewhere.example");
        try {
            try (S3Store named = builder(right)
                    .certificateAuthorities(folder.resolve("right.pem"))
                    .build()) {
                assertThat(named.now()).isNotNull();
            }
            try (S3Store unnamed = builder(right).build()) {
                assertThatThrownBy(unnamed::now)
                        .isExactlyInstanceOf(TargetAccessException.class)
                        .hasMessage(refused());
            }
            try (S3Store other = builder(wrongName)
                    .certificateAuthorities(folder.resolve("wrong.pem"))
                    .build()) {
                assertThatThrownBy(other::now)
                        .isExactlyInstanceOf(TargetAccessException.class)
                        .hasMessage(refused());
            }
        } finally {
            right.stop(0);
            wrongName.stop(0);
        }
    }

    @Test
    void anAuthorityFileThatIsNoneIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("ca.pem"), "no certificate");

        assertThatThrownBy(() -> S3Store.builder(URI.create("https://127.0.0.1:1"), "bank")
                        .credentials(() -> S3Credentials.of("key", "secret"))
                        .certificateAuthorities(file)
                        .build())
                .isExactlyInstanceOf(RequestRefusedException.class)
                .hasMessage("Cannot use certificate authority '" + file + "': it was not readable as certificates but"
                        + " must hold one or more in PEM form" + NL
                        + "Hint: Does the file exist and begin with -----BEGIN CERTIFICATE-----? [DRK-STORE-020]");
    }

    @Test
    void anEndpointWhereNobodyListensIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        StepTime time = new StepTime();
        try (S3Store store = S3Store.builder(URI.create("http://127.0.0.1:" + port), "bank")
                .withoutTls()
                .credentials(() -> S3Credentials.of("key", "secret"))
                .time(time)
                .build()) {
            assertThatThrownBy(store::now)
                    .isExactlyInstanceOf(TargetUnavailableException.class)
                    .hasMessage("Cannot read the time of store 's3://bank': the store gave no answer but must" + NL
                            + "Hint: Do host name and port of the endpoint lead to the store from this machine?"
                            + " [DRK-STORE-001]");
        }
        assertThat(time.waits()).hasSize(5);
    }

    private static String refused() {
        return "Cannot read the time of store 's3://bank': the store's TLS certificate or protocol was not accepted but"
                + " must be" + NL
                + "Hint: Is the certificate issued for this host name, in date, and by an authority this machine trusts?"
                + " Name a private one by certificateAuthorities(file) [DRK-STORE-002]";
    }

    private static S3Store.Builder builder(HttpsServer server) {
        return S3Store.builder(
                        URI.create("https://127.0.0.1:" + server.getAddress().getPort()), "bank")
                .credentials(() -> S3Credentials.of("key", "secret"));
    }

    private HttpsServer serve(String name, String alternativeName) throws Exception {
        Path keys = folder.resolve(name + ".p12");
        keytool(keys, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "san=" + alternativeName);
        keytool(
                keys,
                "-exportcert",
                "-rfc",
                "-file",
                folder.resolve(name + ".pem").toString());
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keys)) {
            store.load(file, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static void keytool(Path keys, String command, String... arguments) throws Exception {
        java.util.List<String> line = new java.util.ArrayList<>(java.util.List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                command,
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit",
                "-storetype",
                "PKCS12",
                "-alias",
                "store"));
        line.addAll(java.util.List.of(arguments));
        Process program = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(program.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(program.waitFor()).as(said).isZero();
    }
}
