package io.github.drkit.minio.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A certificate authority of a test's own, by the JDK's keytool: it issues certificates for hosts. */
final class OwnAuthority {

    private static final String PASSWORD = "of-a-test";

    private final Path folder;
    private final String name;

    private OwnAuthority(Path folder, String name) {
        this.folder = folder;
        this.name = name;
    }

    /** A certificate and its key, in PEM form. */
    record Issued(Path certificate, Path key) {}

    static OwnAuthority make(Path folder, String name) throws Exception {
        OwnAuthority authority = new OwnAuthority(folder, name);
        authority.keytool(
                name, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c", "-validity", "2");
        authority.keytool(
                name, "-exportcert", "-rfc", "-file", authority.certificate().toString());
        return authority;
    }

    /** The authority's own certificate: what a client is given to trust. */
    Path certificate() {
        return folder.resolve(name + ".pem");
    }

    /** Issues a certificate for a host name. */
    Issued issue(String host) throws Exception {
        Path request = folder.resolve(host + ".csr");
        Path certificate = folder.resolve(host + ".crt");
        keytool(host, "-genkeypair", "-keyalg", "EC", "-dname", "CN=" + host, "-validity", "2");
        keytool(host, "-certreq", "-file", request.toString());
        keytool(
                name,
                "-gencert",
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                certificate.toString(),
                "-ext",
                "san=dns:" + host,
                "-validity",
                "2");
        Path key = folder.resolve(host + ".key");
        Files.writeString(key, pem(key(host)));
        return new Issued(certificate, key);
    }

    private Key key(String host) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store(host))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return keys.getKey(host, PASSWORD.toCharArray());
    }

    private static String pem(Key key) {
        return "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    private Path store(String alias) {
        return folder.resolve(alias + ".p12");
    }

    private void keytool(String alias, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), arguments[0]));
        command.addAll(List.of(
                "-alias", alias, "-keystore", store(alias).toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        command.addAll(List.of(arguments).subList(1, arguments.length));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
