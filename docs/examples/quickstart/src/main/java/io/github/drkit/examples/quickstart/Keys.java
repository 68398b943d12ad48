package io.github.drkit.examples.quickstart;

import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.github.drkit.catalog.SigningKey;
import io.github.drkit.catalog.TrustedKeys;
import io.github.drkit.store.Encryption;
import io.github.drkit.store.Identity;
import io.github.drkit.store.IdentitySource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;

/**
 * The keys of one quickstart, made anew and left in its folder so that the shell lines of docs/format.md can be tried. A
 * bank would keep the second identity, and the prover's key, elsewhere.
 *
 * @param encryption to both recipients
 * @param identity the first recipient's identity
 * @param backup signs manifests
 * @param prover signs verdicts
 * @param trusted the public halves of both
 */
record Keys(Encryption encryption, IdentitySource identity, SigningKey backup, SigningKey prover, TrustedKeys trusted) {

    static Keys make(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            String first = recipient(folder.resolve("identity.txt"));
            String second = recipient(folder.resolve("second-identity.txt"));
            KeyPair backup = signing(folder, "backup");
            KeyPair prover = signing(folder, "prover");
            Path identity = folder.resolve("identity.txt");
            return new Keys(
                    Encryption.to(first, second),
                    () -> List.of(Identity.of(text(identity))),
                    SigningKey.of("quickstart-backup", backup.getPrivate()),
                    SigningKey.of("quickstart-prover", prover.getPrivate()),
                    TrustedKeys.none()
                            .withBackup("quickstart-backup", backup.getPublic())
                            .withProver("quickstart-prover", prover.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java 17 platform has X25519 and Ed25519", e);
        }
    }

    private static String recipient(Path file) throws GeneralSecurityException, IOException {
        KeyPair pair = new X25519KeyPairGenerator().generateKeyPair();
        secret(file, new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII));
        return new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII);
    }

    private static KeyPair signing(Path folder, String name) throws GeneralSecurityException, IOException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        secret(folder.resolve(name + ".pem"), pem("PRIVATE KEY", pair.getPrivate()));
        Files.writeString(folder.resolve(name + ".pub.pem"), pem("PUBLIC KEY", pair.getPublic()));
        return pair;
    }

    private static String pem(String kind, Key key) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()) + "\n-----END " + kind
                + "-----\n";
    }

    private static void secret(Path file, String content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content + "\n");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read identity '" + file + "'", e);
        }
    }
}
